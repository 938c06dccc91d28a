"""Layers: what each producer says of a note, as it was said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.annotation.annotation import LayerId, RunId
from engine.annotation.said import Answer
from engine.errors import StoreError
from engine.store.store import Store
from engine.text.note import NoteId
from engine.text.span import Span

Make = Callable[..., Answer]
Tag = Callable[..., RunId]


def layer_of(store: Store, run: RunId) -> LayerId:
    return next(row.id for row in store.layers() if row.run == run)


def test_an_untouched_note_has_no_layers(store: Store, note: NoteId) -> None:
    assert store.layers(note) == []


def test_a_run_says_what_it_predicted_whatever_was_decided(
    store: Store, note: NoteId, tagged: Tag, make_said: Make
) -> None:
    answer = make_said((4, 10, "negation"), (11, 21, "problem"), joined=((1, 0),))
    run = tagged(answer)
    store.reject([one.id for one in store.view(note, "anna").suggestions], "anna")
    assert store.layer_answer(note, layer_of(store, run)) == answer


def test_a_person_says_their_annotations_with_relations(
    store: Store, note: NoteId, tagged: Tag, make_said: Make
) -> None:
    answer = make_said((4, 10, "negation"), (11, 21, "problem"), joined=((1, 0),))
    tagged(answer)
    store.accept([one.id for one in store.view(note, "anna").suggestions], "anna")
    store.annotate(note, (Span(29, 36),), "drug", "anna")
    (person,) = [row for row in store.layers(note) if row.kind == "annotator"]
    said = store.layer_answer(note, person.id)
    assert said is not None
    assert [(item.hull.start, item.label) for item in said.items] == [
        (4, "negation"),
        (11, "problem"),
        (29, "drug"),
    ]
    assert [(one.head, one.tail, one.label) for one in said.relations] == [(1, 0, "hasAttr")]


def test_people_stand_first_and_the_newest_run_before_older_ones(
    store: Store, note: NoteId, tagged: Tag, make_said: Make
) -> None:
    older, newer = tagged(make_said((11, 21, "problem")), "One"), tagged(make_said((29, 36, "drug")), "Two")
    store.annotate(note, (Span(29, 36),), "drug", "anna")
    rows = store.layers(note)
    assert [row.kind for row in rows] == ["annotator", "run", "run"]
    assert [row.run for row in rows[1:]] == [newer, older]
    assert all(row.notes == 1 for row in rows)


def test_a_run_that_was_undone_says_nothing(store: Store, note: NoteId, tagged: Tag, make_said: Make) -> None:
    run = tagged(make_said((11, 21, "problem")))
    layer = layer_of(store, run)
    store.undo("anna")
    assert store.layers(note) == []
    assert store.layer_answer(note, layer) is None


def test_a_layer_that_is_not_there_is_refused(store: Store, note: NoteId) -> None:
    with pytest.raises(StoreError, match="layer"):
        store.layer_answer(note, LayerId(99))


def test_a_run_knows_its_notes_and_how_long_they_took(
    store: Store, note: NoteId, tagged: Tag, make_said: Make
) -> None:
    run = tagged(make_said((11, 21, "problem")))
    assert store.run_notes(run) == [note]
    assert store.run_seconds(run) == pytest.approx(0.1)
