"""Open note: 200,000 characters, 5,000 spans and 2,000 relations in the note view; keys and pages in it.

The note is made up of words drawn at random with a fixed seed, the same on every machine.  Times
are from the call to the painted picture, on Qt's offscreen platform.  The baseline of opening is
a QPlainTextEdit that shows the same text without a single span.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from measurement import Measurement
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from desktop.review.note_view import NoteView
from desktop.review.scene import NoteScene
from engine.annotation.annotation import (
    Annotation,
    AnnotationId,
    LayerId,
    Prediction,
    PredictionId,
    Relation,
    RelationId,
)
from engine.annotation.said import LabelledSpan
from engine.labels.label_set import Kind, LabelSet, LabelType, Pair
from engine.text.note import NoteId
from engine.text.span import Span
from engine.text.token import tokenize

CHARACTERS, SPANS, RELATIONS = 200_000, 5_000, 2_000
SIZE = (1100, 900)
NOTE, LAYER = NoteId(1), LayerId(1)


class Took(NamedTuple):
    """Milliseconds by the clock, and of the processor: on a machine that others use, only these compare."""

    wall: float
    processor: float


def measure() -> Sequence[Measurement]:
    """Return the figures: open, key to repaint, a span added, one page, all in milliseconds."""
    application = QApplication.instance() or QApplication([])
    scene = made_up_scene(seed=200_000)
    opened = [_opened(scene) for _ in range(9)]
    plain = [_plain_opened(scene.text) for _ in range(9)]
    one_line = _one_line(scene)
    long = [_opened(one_line) for _ in range(5)]
    view = _shown(scene)
    keys = _keys(view)
    pages = _pages(view)
    added = _added(view, scene)
    view.close()
    application.processEvents()
    found = [
        Measurement("open-note-200k", _at(opened, 0.5).wall, "ms", baseline=_at(plain, 0.5).wall, budget=100),
        Measurement("open-note-200k: one line of 1 M", _at(long, 0.5).wall, "ms", budget=100),
    ]
    for what, times, budget in (("key", keys, 16), ("page", pages, 16), ("new scene", added, 50)):
        name = f"open-note-200k: {what}"
        found += [
            Measurement(f"{name} median", _at(times, 0.5).wall, "ms", budget=budget),
            Measurement(f"{name} p99", _at(times, 0.99).wall, "ms", budget=budget),
            Measurement(
                f"{name} p99, processor", _at(times, 0.99, processor=True).processor, "ms", budget=budget
            ),
        ]
    return found


def made_up_scene(seed: int, characters: int = CHARACTERS, spans: int = SPANS) -> NoteScene:
    """Return a note of made-up words in paragraphs, dense with nested spans and relations."""
    chance = random.Random(seed)  # noqa: S311 - made-up words, not secrets
    text = _text(chance, characters)
    tokens = tokenize(text)
    labels = _labels()
    annotations: list[Annotation] = []
    suggestions: list[Prediction] = []
    for number in range(1, spans + 1):
        first = chance.randrange(len(tokens) - 8)
        last = first + chance.choice((0, 0, 0, 1, 1, 2, 3, 7))
        place = (Span(tokens[first].start, tokens[last].end),)
        label = chance.choice(labels.types).name
        if number % 4:
            annotations.append(Annotation(AnnotationId(number), NOTE, LAYER, place, label, "bench"))
        else:
            suggestions.append(
                Prediction(PredictionId(number), NOTE, LAYER, LabelledSpan(place, label, chance.random()))
            )
    annotations.sort(key=lambda one: one.spans)
    return NoteScene(
        NOTE, text, tokens, labels, tuple(annotations), _relations(chance, annotations), tuple(suggestions)
    )


def _one_line(scene: NoteScene) -> NoteScene:
    """Return the same marks on a note that is one line of a million characters."""
    text = (scene.text.replace("\n", " ") * 5)[:1_000_000]
    return replace(scene, note=NoteId(2), text=text, tokens=tokenize(text))


def _text(chance: random.Random, characters: int) -> str:
    words = ["".join(chance.choices("aeiounrstlmdpc", k=chance.randint(2, 11))) for _ in range(3000)]
    parts: list[str] = []
    length = 0
    while length < characters:
        paragraph = " ".join(chance.choices(words, k=chance.randint(5, 110))) + ".\n"
        parts.append(paragraph)
        length += len(paragraph)
    return "".join(parts)[:characters]


def _relations(chance: random.Random, annotations: list[Annotation]) -> tuple[Relation, ...]:
    """Join neighbours, as modifiers are joined to what stands beside them."""
    found = []
    for number in range(1, RELATIONS + 1):
        at = chance.randrange(len(annotations) - 6)
        tail = at + chance.randint(1, 5)
        found.append(
            Relation(RelationId(number), NOTE, LAYER, annotations[at].id, annotations[tail].id, "hasAttr")
        )
    return tuple(found)


def _labels() -> LabelSet:
    colours = ("#d91d00", "#29a65b", "#0061f2", "#944ba6", "#a47143", "#be7668", "#897334", "#338885")
    types = tuple(
        LabelType(
            f"label{at}", Kind.ENTITY if at < 4 else Kind.MODIFIER, f"Label {at}", "", "", (), colour, str(at)
        )
        for at, colour in enumerate(colours)
    )
    pairs = tuple(Pair(head.name, tail.name, "hasAttr") for head in types[:4] for tail in types[4:])
    return LabelSet("bench", "1", "Benchmark", "", types, pairs)


def _shown(scene: NoteScene) -> NoteView:
    view = NoteView()
    view.resize(*SIZE)
    view.show()
    view.setFocus()
    view.show_note(scene)
    QApplication.processEvents()
    return view


def _opened(scene: NoteScene) -> Took:
    """Return how long it takes until the note is painted in a window that was there before."""
    view = NoteView()
    view.resize(*SIZE)
    view.show()
    QApplication.processEvents()
    took = _timed(view.viewport(), lambda: view.show_note(scene))
    view.close()
    return took


def _plain_opened(text: str) -> Took:
    plain = QPlainTextEdit()
    plain.resize(*SIZE)
    plain.show()
    QApplication.processEvents()
    took = _timed(plain.viewport(), lambda: plain.setPlainText(text))
    plain.close()
    return took


def _keys(view: NoteView) -> list[Took]:
    """Return how long keys take: spans, words, lines, selections, from place to place."""
    script = [
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier),
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier),
    ]
    return [
        _timed(view.viewport(), lambda key=key, held=held: QTest.keyClick(view, key, held))  # type: ignore[misc]
        for _ in range(150)
        for key, held in script
    ]


def _pages(view: NoteView) -> list[Took]:
    bar = view.verticalScrollBar()
    bar.setValue(0)
    QApplication.processEvents()
    found = []
    for _ in range(200):
        step = bar.pageStep()
        found.append(_timed(view.viewport(), lambda step=step: bar.setValue(bar.value() + step)))  # type: ignore[misc]
    return found


def _added(view: NoteView, scene: NoteScene) -> list[Took]:
    """Return how long it takes to show the note with one annotation less, in view, and then with it."""
    middle = len(scene.annotations) // 2
    view.reveal(scene.annotations[middle].spans[0])
    QApplication.processEvents()
    kept = (*scene.annotations[:middle], *scene.annotations[middle + 1 :])
    turns = [replace(scene, annotations=kept, revision=1), scene] * 30
    return [_timed(view.viewport(), partial(view.show_note, turn)) for turn in turns]


def _timed(painted: QWidget, act: Callable[[], object]) -> Took:
    """Return how long it takes from the call until the picture is painted."""
    wall, processor = time.perf_counter(), time.process_time()
    act()
    painted.repaint()
    took = Took((time.perf_counter() - wall) * 1000, (time.process_time() - processor) * 1000)
    QApplication.processEvents()
    return took


def _at(times: Sequence[Took], share: float, *, processor: bool = False) -> Took:
    """Return the time that this share of `times` keeps, by the clock or by the processor."""
    ordered = sorted(times, key=lambda took: took.processor if processor else took.wall)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
