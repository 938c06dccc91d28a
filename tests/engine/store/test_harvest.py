from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.annotation.annotation import AnnotationId, PredictionId, RunId
from engine.annotation.correction import Change, correction
from engine.annotation.said import Answer
from engine.errors import StoreError
from engine.store.store import NewNote, Store
from engine.text.note import NoteId
from engine.text.span import Span

Tagged = Callable[..., RunId]
Said = Callable[..., Answer]


def one(start: int, end: int) -> tuple[Span, ...]:
    return (Span(start, end),)


@pytest.fixture
def reviewed(store: Store, note: NoteId, tagged: Tagged, make_said: Said) -> NoteId:
    """A note with one of each: accepted, relabelled, moved, replaced, rejected, added."""
    entities = (11, 21, "problem"), (29, 36, "problem"), (43, 48, "drug"), (0, 3, "test")
    tagged(make_said(entities[0], (4, 10, "negation"), (37, 42, "strength"), *entities[1:], joined=((0, 1),)))
    found = {p.said.hull.start: p.id for p in store.view(note, "anna").suggestions}
    store.accept([found[4], found[11]], "anna")
    store.relabel_suggestion(found[29], "drug", "anna")
    store.reshape_suggestion(found[37], one(37, 39), "anna")
    replaced = store.relabel_suggestion(found[43], "test", "anna").created[0]
    store.reshape(AnnotationId(replaced), one(43, 49), "anna")
    store.reject([found[0]], "anna")
    store.annotate(note, one(53, 58), "problem", "anna")
    return note


def test_gold_is_what_a_finished_note_holds(store: Store, reviewed: NoteId) -> None:
    assert list(store.gold()) == []
    (partial,) = store.gold(finished_only=False)
    assert not partial.finished
    store.finish(reviewed, "anna")
    (gold,) = store.gold()
    view = store.view(reviewed, "anna")
    assert gold.finished
    assert (gold.note, gold.tokens) == (view.note, view.tokens)
    assert (gold.annotations, gold.relations) == (view.annotations, view.relations)
    assert len(gold.relations) == 1
    assert [(r.label, r.spans) for r in gold.rejected] == [("test", one(0, 3))]
    assert [gold.origins[a.id] for a in gold.annotations] == [
        "One accepted",
        "One accepted",
        "One corrected",
        "One corrected",
        "One corrected",
        "person",
    ]


def test_gold_comes_for_the_notes_asked_for_in_their_order(store: Store) -> None:
    new = [NewNote(f"n{i}", f"Text {i}.") for i in range(3)]
    a, b, c = (NoteId(i) for i in store.add_notes(new, "anna", "Import").created)
    store.finish_notes([a, c], "anna")
    assert [one.note.id for one in store.gold([c, b, a])] == [c, a]
    assert [one.note.id for one in store.gold([c, b, NoteId(99)], finished_only=False)] == [c, b]
    assert [one.note.id for one in store.gold()] == [a, c]


def test_what_was_imported_is_gold_of_whoever_finishes_the_note(store: Store, make_said: Said) -> None:
    new = NewNote(
        "a", "Takes aspirin.", said=make_said((6, 13, "drug")), said_as="annotations", origin="old.zip"
    )
    note = NoteId(store.add_notes([new], "anna", "Import").created[0])
    store.finish(note, "bea")
    (gold,) = store.gold()
    assert list(gold.origins.values()) == ["import old.zip"]


def test_a_rejected_suggestion_that_was_tagged_after_all_is_no_negative(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    tagged(make_said((11, 21, "problem")))
    store.reject([store.view(note, "anna").suggestions[0].id], "anna")
    store.annotate(note, one(11, 21), "problem", "anna")
    (gold,) = store.gold(finished_only=False)
    assert gold.rejected == ()


def test_corrections_say_what_a_person_did(store: Store, reviewed: NoteId) -> None:
    found = {
        (one.change, (one.annotation or one.prediction.said).hull.start): one
        for one in store.corrections([reviewed])
    }
    assert set(found) == {
        (Change.REJECTED, 0),
        (Change.ACCEPTED, 4),
        (Change.ACCEPTED, 11),
        (Change.RELABELLED, 29),
        (Change.MOVED, 37),
        (Change.REPLACED, 43),
        (Change.ADDED, 53),
    }
    assert found[Change.ADDED, 53].prediction is None
    assert found[Change.REJECTED, 0].annotation is None
    with pytest.raises(ValueError, match="needs"):
        correction(None, None)


def test_imports_are_no_corrections(store: Store, make_said: Said) -> None:
    new = NewNote("a", "Takes aspirin.", said=make_said((6, 13, "drug")), said_as="annotations")
    store.add_notes([new], "anna", "Import")
    assert list(store.corrections()) == []


# Origins


def test_an_origin_says_who_or_what_and_what_was_changed(store: Store, reviewed: NoteId) -> None:
    accepted, _, relabelled, moved, replaced, added = (
        store.origin(a.id) for a in store.view(reviewed, "anna").annotations
    )
    assert (accepted.kind, accepted.source, accepted.annotator, accepted.score) == ("run", "One", "anna", 0.9)
    assert not accepted.corrected
    assert (relabelled.label_was, relabelled.spans_was) == ("problem", None)
    assert (moved.label_was, moved.spans_was) == (None, one(37, 42))
    assert (replaced.label_was, replaced.spans_was, replaced.corrected) == ("drug", one(43, 48), True)
    assert (added.kind, added.source, added.score) == ("annotator", "", None)
    assert added.at.endswith("+00:00")


def test_of_several_taggers_the_one_that_made_it_is_told(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    said = make_said((11, 21, "problem"), (29, 36, "drug"))
    llm = "llama-cpp.v1/small@0123"
    tagged(replace(said, items=(said.items[0], replace(said.items[1], stage=llm))))
    found = store.view(note, "anna").suggestions
    assert [store.prediction_origin(one.id).stage for one in found] == ["", llm]
    layer = store.layer_answer(note, found[0].layer)
    assert layer is not None
    assert [one.stage for one in layer.items] == [None, llm]
    store.accept([one.id for one in found], "anna")
    (gold,) = store.gold(finished_only=False)
    named = [gold.origins[one.id] for one in gold.annotations]
    assert named == ["One accepted", f"One ({llm}) accepted"]
    assert [store.origin(one.id).stage for one in gold.annotations] == ["", llm]


def test_a_suggestion_has_an_origin_too(store: Store, note: NoteId, tagged: Tagged, make_said: Said) -> None:
    tagged(make_said((11, 21, "problem", 0.7)))
    prediction = store.view(note, "anna").suggestions[0].id
    origin = store.prediction_origin(prediction)
    assert (origin.kind, origin.source, origin.score, origin.annotator) == ("run", "One", 0.7, None)
    assert origin.at
    for gone in (lambda: store.prediction_origin(PredictionId(99)), lambda: store.origin(AnnotationId(99))):
        with pytest.raises(StoreError, match="not there any more"):
            gone()
    for gone in (lambda: store.prediction(PredictionId(99)), lambda: store.annotation(AnnotationId(99))):
        with pytest.raises(StoreError, match="not there any more"):
            gone()


# Settings


def test_settings_are_remembered_and_not_undone(store: Store, note: NoteId) -> None:
    assert store.setting("filter", "all") == "all"
    store.set_setting("filter", {"status": ["new"], "caret": 7})
    store.set_setting("filter", {"status": [], "caret": 9.5, "on": True, "none": None})
    store.undo("anna")
    store.close()
    with Store.open(store.path) as again:
        assert again.setting("filter") == {"status": [], "caret": 9.5, "on": True, "none": None}
        with again.reader() as reader:
            assert reader.setting("filter") == again.setting("filter")
