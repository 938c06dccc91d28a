"""Comparing two layers of a note."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.appearance.theme import light
from desktop.comparing.compare_page import ComparePage, Look, layers_of
from desktop.comparing.difference_table import WORDS
from engine.annotation.said import Answer, LabelledSpan, SaidRelation, answer
from engine.evaluation.error_classes import ErrorClass
from engine.labels.label_set import LabelSet
from engine.store.store import NewNote, RunRecord, Store
from engine.text.note import NoteId
from engine.text.span import Span

TEXT = "She denies severe chest pain. Aspirin 81 mg daily."


def said(*items: tuple[str, str], joined: tuple[tuple[int, int], ...] = ()) -> Answer:
    spans = [(Span(TEXT.index(words), TEXT.index(words) + len(words)), label) for words, label in items]
    return answer(
        [LabelledSpan((span,), label, 0.9) for span, label in spans],
        [SaidRelation(head, tail, "hasAttr") for head, tail in joined],
    )


@pytest.fixture
def store(labels: LabelSet, tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "Ward.tagwell", labels) as made:
        made.add_notes([NewNote("n1", TEXT)], "anna", "Import")
        yield made


@pytest.fixture
def note(store: Store) -> NoteId:
    return NoteId(store.note_ids()[0])


def tag(store: Store, note: NoteId, name: str, what: Answer) -> None:
    run = store.begin_run(RunRecord(f"t/{name}@0", name, "", "", "CPU", {}, "anna"), [note])
    store.save_answer(run, note, what, 0.1)
    store.end_run(run, "done")


@pytest.fixture
def page(qtbot, store: Store, note: NoteId) -> ComparePage:
    tag(store, note, "Old", said(("chest pain", "problem"), ("Aspirin", "drug"), ("daily", "frequency")))
    tag(
        store,
        note,
        "New",
        said(("severe chest pain", "problem"), ("Aspirin", "treatment"), ("81 mg", "strength")),
    )
    made = ComparePage(layers_of(store, note), Look(light()))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def rows(page: ComparePage) -> list[tuple[str, str, str]]:
    table = page.table
    return [tuple(table.item(row, column).text() for column in range(3)) for row in range(table.rowCount())]


def test_every_difference_stands_in_its_class(page: ComparePage) -> None:
    assert rows(page) == [
        (WORDS[ErrorClass.BOUNDARY], "Problem: severe chest pain", "Problem: chest pain"),
        (WORDS[ErrorClass.TYPE], "Treatment: Aspirin", "Drug: Aspirin"),
        (WORDS[ErrorClass.MISSED], "Strength: 81 mg", "–"),
        (WORDS[ErrorClass.SPURIOUS], "–", "Frequency: daily"),
    ]
    assert page.summary.text() == "0 tags the same, 4 differences."


def test_one_class_can_be_shown_alone(page: ComparePage) -> None:
    page.shown.setCurrentIndex(page.shown.findData(ErrorClass.TYPE.value))
    assert [row[0] for row in rows(page)] == [WORDS[ErrorClass.TYPE]]


def test_the_same_layer_on_both_sides_does_not_differ(page: ComparePage) -> None:
    page.sides[1].choice.setCurrentIndex(0)
    assert rows(page) == []
    assert page.summary.text() == "3 tags the same, 0 differences."


def test_a_row_leads_to_its_place_on_both_sides(page: ComparePage) -> None:
    page.table.selectRow(0)
    left, right = (side.view for side in page.sides)
    assert left.marks.get(left.focused).spans[0].of(TEXT) == "severe chest pain"
    assert right.marks.get(right.focused).spans[0].of(TEXT) == "chest pain"
    page.table.selectRow(2)
    assert left.focused is not None
    assert right.focused is None


def test_a_persons_annotations_are_a_layer(qtbot, page: ComparePage, store: Store, note: NoteId) -> None:
    store.annotate(note, (Span(0, 3),), "problem", "anna")
    layers = layers_of(store, note)
    assert [row.kind for row in layers.rows] == ["annotator", "run", "run"]
    other = ComparePage(layers, Look(light()))
    qtbot.addWidget(other)
    assert other.sides[0].choice.currentText() == "Annotations of anna"
