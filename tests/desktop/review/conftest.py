"""What the tests of the note view share: a way to write scenes down, and a view that is shown."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.review.note_view import NoteView
from desktop.review.scene import NoteScene
from engine.annotation.annotation import (
    Annotation,
    AnnotationId,
    LayerId,
    PredictedRelation,
    Prediction,
    PredictionId,
    Relation,
    RelationId,
)
from engine.annotation.said import LabelledSpan
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder
from engine.text.note import NoteId
from engine.text.placeholders import placeholders
from engine.text.span import Span, Spans
from engine.text.token import tokenize

NOTE, LAYER = NoteId(7), LayerId(1)


@pytest.fixture(scope="session")
def kiwi() -> LabelSet:
    return find_label_set("kiwi", models_folder())


class SceneWriter:
    """Writes scenes down by the words they are about: `a("problem", "chest pain")`.

    Annotations and suggestions are numbered from 1 in the order in which they are written.
    """

    def __init__(self, labels: LabelSet, text: str) -> None:
        self.labels = labels
        self.text = text
        self.annotations: list[Annotation] = []
        self.suggestions: list[Prediction] = []
        self.relations: list[Relation] = []
        self.suggested_relations: list[PredictedRelation] = []

    def at(self, words: str, occurrence: int = 0) -> Span:
        start = -1
        for _ in range(occurrence + 1):
            start = self.text.index(words, start + 1)
        return Span(start, start + len(words))

    def spans(self, fragments: Sequence[str | Span]) -> Spans:
        return tuple(one if isinstance(one, Span) else self.at(one) for one in fragments)

    def a(self, label: str, *fragments: str | Span, of: int | None = None) -> SceneWriter:
        """Add an annotation; `of` is the prediction it came from."""
        number = AnnotationId(len(self.annotations) + 1)
        prediction = None if of is None else PredictionId(of)
        self.annotations.append(
            Annotation(number, NOTE, LAYER, self.spans(fragments), label, "tester", prediction)
        )
        return self

    def s(self, label: str, *fragments: str | Span, score: float = 0.9) -> SceneWriter:
        """Add a suggestion."""
        number = PredictionId(len(self.suggestions) + 1)
        said = LabelledSpan(self.spans(fragments), label, score)
        self.suggestions.append(Prediction(number, NOTE, LAYER, said))
        return self

    def joined(self, head: int, tail: int) -> SceneWriter:
        """Join the annotation `tail` to the annotation `head`."""
        number = RelationId(len(self.relations) + 1)
        self.relations.append(
            Relation(number, NOTE, LAYER, AnnotationId(head), AnnotationId(tail), "hasAttr")
        )
        return self

    def maybe_joined(self, head: int, tail: int) -> SceneWriter:
        """Suggest to join the suggestion `tail` to the suggestion `head`."""
        self.suggested_relations.append(
            PredictedRelation(PredictionId(head), PredictionId(tail), "hasAttr", 0.8)
        )
        return self

    def scene(self, revision: int = 1, *, note: int = NOTE, finished: bool = False) -> NoteScene:
        return NoteScene(
            NoteId(note),
            self.text,
            tokenize(self.text),
            self.labels,
            tuple(self.annotations),
            tuple(self.relations),
            tuple(self.suggestions),
            tuple(self.suggested_relations),
            tuple(one.span for one in placeholders(self.text)),
            revision,
            finished,
        )


@pytest.fixture
def write(kiwi: LabelSet) -> Callable[[str], SceneWriter]:
    """A scene of the text given, to be filled."""
    return lambda text: SceneWriter(kiwi, text)


@dataclass
class Heard:
    """What a view has said since it was made."""

    intents: list[object] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    focus: list[object] = field(default_factory=list)
    modes: list[object] = field(default_factory=list)
    carets: list[int] = field(default_factory=list)
    selections: list[object] = field(default_factory=list)


class Shown:
    """A view with the keyboard, and what it said."""

    def __init__(self, view: NoteView) -> None:
        self.view = view
        self.heard = Heard()
        view.intended.connect(self.heard.intents.append)
        view.refused.connect(self.heard.refusals.append)
        view.focus_changed.connect(self.heard.focus.append)
        view.mode_changed.connect(self.heard.modes.append)
        view.caret_moved.connect(self.heard.carets.append)
        view.selection_changed.connect(self.heard.selections.append)

    def type(self, *keys: str) -> None:
        """Press keys, written as ``Tab``, ``Ctrl+Shift+Right``, ``]``; whoever has the keyboard gets them."""
        for key in keys:
            widget = QApplication.focusWidget() or self.view
            press(widget, key)

    @property
    def selected(self) -> str | None:
        scene, spans = self.view.scene, self.view.selection
        return None if spans is None or scene is None else spans[0].of(scene.text)

    @property
    def focused_words(self) -> str | None:
        scene, target = self.view.scene, self.view.focused
        if scene is None or target is None:
            return None
        if target.suggested:
            found = next(one.said.spans for one in scene.suggestions if one.id == target.id)
        else:
            found = next(one.spans for one in scene.annotations if one.id == target.id)
        return found[0].of(scene.text)


_KEYS = {"Esc": "Escape", "PgUp": "PageUp", "PgDown": "PageDown", "Del": "Delete"}
_HELD = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Shift": Qt.KeyboardModifier.ShiftModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
}


def press(widget: object, chord: str) -> None:
    """Press one chord on `widget`."""
    *held, key = chord.split("+") if chord != "+" else ["+"]
    modifiers = Qt.KeyboardModifier.NoModifier
    for one in held:
        modifiers |= _HELD[one]
    if len(key) == 1:
        QTest.keyClick(widget, key, modifiers)
        return
    name = "Backtab" if chord == "Shift+Tab" else _KEYS.get(key, key)
    QTest.keyClick(widget, getattr(Qt.Key, f"Key_{name}"), modifiers)


@pytest.fixture
def shown(qtbot, qapp) -> Iterator[Shown]:
    """A view 900 × 700 on the screen, with the keyboard, its caret not blinking."""
    qapp.setCursorFlashTime(0)
    view = NoteView()
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    yield Shown(view)
    view.close()


@pytest.fixture(scope="session")
def write_any(kiwi: LabelSet) -> Callable[[Sequence[tuple[int, int]]], NoteScene]:
    """A scene with annotations at places given as (start, length) in a text of 80 characters."""

    def scene(places: Sequence[tuple[int, int]]) -> NoteScene:
        writer = SceneWriter(kiwi, "ab " * 27)
        for start, length in places:
            writer.a("problem", Span(start, start + length))
        return writer.scene()

    return scene


@pytest.fixture(scope="session")
def dense_scene(kiwi: LabelSet) -> NoteScene:
    """900 lines of different lengths with nested and crossing annotations everywhere."""
    text = "\n".join(
        f"Line {number}: " + "severe chest pain and fever " * (number % 7) for number in range(900)
    )
    writer = SceneWriter(kiwi, text)
    chance = random.Random(1)  # noqa: S311 - made-up places, not secrets
    for start in range(0, len(text) - 40, 61):
        label = chance.choice(("problem", "severity", "drug", "frequency"))
        writer.a(label, Span(start, start + chance.randint(1, 90)))
    return writer.scene()
