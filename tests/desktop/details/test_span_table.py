"""The spans of a note as a list: each, or equal words once."""

from __future__ import annotations

import pytest

from desktop.appearance.theme import light
from desktop.details.span_table import SpanTable
from desktop.review.marks import Marks
from desktop.review.scene import NoteScene
from engine.annotation.annotation import Annotation, AnnotationId, LayerId
from engine.labels.label_set import LabelSet
from engine.text.note import NoteId
from engine.text.span import Span
from engine.text.token import tokenize

TEXT = "Pain. She has pain and chest\npain; aspirin for pain, then chest pain."


def places(words: str) -> list[int]:
    return [at for at in range(len(TEXT)) if TEXT.startswith(words, at)]


@pytest.fixture
def scene(labels: LabelSet) -> NoteScene:
    spans = [(at, at + 4, "problem") for at in places("pain")] + [(0, 4, "problem")]
    spans += [(at, at + 10, "problem") for at in places("chest")]
    spans += [(at, at + 7, "drug") for at in places("aspirin")]
    made = tuple(
        Annotation(AnnotationId(number), NoteId(1), LayerId(1), (Span(start, end),), label, "anna")
        for number, (start, end, label) in enumerate(sorted(spans), start=1)
    )
    return NoteScene(NoteId(1), TEXT, tokenize(TEXT), labels, annotations=made)


@pytest.fixture
def table(qtbot, scene: NoteScene) -> SpanTable:
    made = SpanTable()
    qtbot.addWidget(made)
    made.show_marks(scene, Marks(scene), light())
    return made


def rows(table: SpanTable) -> list[tuple[str, ...]]:
    model = table.model
    return [
        tuple(str(model.index(row, column).data()) for column in range(3)) for row in range(model.rowCount())
    ]


def test_equal_words_of_a_label_stand_once_with_their_number(table: SpanTable) -> None:
    assert len(rows(table)) == 8
    table.once.setChecked(True)
    assert rows(table) == [
        ("Problem", "chest pain", "2 ×"),
        ("Problem", "Pain", "1 ×"),
        ("Problem", "pain", "4 ×"),
        ("Drug", "aspirin", "1 ×"),
    ]


def test_the_list_of_all_comes_back_as_it_was(table: SpanTable) -> None:
    before = rows(table)
    table.once.setChecked(True)
    table.once.setChecked(False)
    assert rows(table) == before


def test_a_row_of_several_leads_from_one_to_the_next_and_round(table: SpanTable, scene: NoteScene) -> None:
    table.once.setChecked(True)
    went: list[int] = []
    table.chosen.connect(lambda target: went.append(scene.annotations[target.id - 1].spans[0].start))
    for _ in range(3):
        table.view.clicked.emit(table.model.index(0, 0))
    first, second = places("chest")
    assert went == [first, second, first]


def test_the_focused_span_is_found_in_its_row(table: SpanTable, scene: NoteScene) -> None:
    from desktop.review.intents import Target

    table.once.setChecked(True)
    for one in scene.annotations:
        row = table.model.row_of(Target(one.id))
        words = " ".join(one.spans[0].of(TEXT).split())
        assert rows(table)[row][1] == words
