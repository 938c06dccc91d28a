from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.annotation.annotation import PredictionId, RunId, Status
from engine.annotation.said import Answer, LabelledSpan, Unplaced, answer
from engine.errors import LabelError, OffsetError, StoreError
from engine.store.store import NewNote, NoteView, Store
from engine.text.note import NoteId
from engine.text.span import Span

Tagged = Callable[..., RunId]
Said = Callable[..., Answer]


def one(start: int, end: int) -> tuple[Span, ...]:
    return (Span(start, end),)


def left(view: NoteView) -> list[tuple[int, int, str]]:
    return [(p.said.hull.start, p.said.hull.end, p.said.label) for p in view.suggestions]


def ids(store: Store, note: NoteId) -> dict[str, PredictionId]:
    return {p.said.label: p.id for p in store.view(note, "anna").suggestions}


def test_a_taggers_answer_is_shown_as_suggestions(store: Store, note: NoteId, tagged: Tagged) -> None:
    said = LabelledSpan(one(11, 21), "problem", 0.75, open_margin=1.5, label_margin=2.5, close_margin=0.5)
    tagged(answer([said], [], [Unplaced("drug", "asprin")]))
    view = store.view(note, "anna")
    assert [p.said for p in view.suggestions] == [said]
    assert (view.annotations, view.status) == ((), Status.SUGGESTED)
    assert [(u.label, u.surface) for u in view.unplaced] == [("drug", "asprin")]
    assert view.origins[view.suggestions[0].layer] == "One"
    assert store.prediction(view.suggestions[0].id) == view.suggestions[0]
    row = store.note_rows([note])[0]
    assert (row.suggestions_left, row.annotations) == (1, 0)


def test_a_note_of_which_a_tagger_says_nothing_is_suggested_all_the_same(
    store: Store, note: NoteId, tagged: Tagged
) -> None:
    tagged(Answer())
    assert store.view(note, "anna").status is Status.SUGGESTED


def test_accepting_makes_an_annotation_that_remembers(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    tagged(make_said((11, 21, "problem"), (29, 36, "drug")))
    drug = ids(store, note)["drug"]
    done = store.accept([drug], "anna")
    assert done.title == "Accept drug"
    view = store.view(note, "anna")
    assert left(view) == [(11, 21, "problem")]
    (made,) = view.annotations
    assert (made.id, made.label, made.spans, made.prediction) == (done.created[0], "drug", one(29, 36), drug)
    assert view.status is Status.STARTED
    assert store.note_rows([note])[0].suggestions_left == 1


def test_accepting_all_is_one_step(store: Store, note: NoteId, tagged: Tagged, make_said: Said) -> None:
    tagged(make_said(*((i, i + 3, "drug") for i in range(37))))
    done = store.accept([p.id for p in store.view(note, "anna").suggestions], "anna")
    assert (done.title, len(done.created)) == ("Accept 37 suggestions", 37)
    store.undo("anna")
    view = store.view(note, "anna")
    assert (len(view.suggestions), view.annotations, view.status) == (37, (), Status.SUGGESTED)


def test_a_suggested_relation_becomes_real_once_both_ends_are(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    tagged(make_said((4, 10, "negation"), (11, 21, "problem"), joined=((1, 0),)))
    view = store.view(note, "anna")
    assert [(r.head, r.tail, r.label) for r in view.suggested_relations] == [
        (view.suggestions[1].id, view.suggestions[0].id, "hasAttr")
    ]
    store.accept([view.suggestions[1].id], "anna")
    half = store.view(note, "anna")
    assert half.relations == ()
    assert len(half.suggested_relations) == 1
    assert half.stands_for == {view.suggestions[1].id: half.annotations[0].id}
    store.accept([view.suggestions[0].id], "anna")
    whole = store.view(note, "anna")
    assert (len(whole.relations), whole.suggested_relations, whole.stands_for) == (1, (), {})
    assert whole.relations[0].head == half.annotations[0].id


def test_a_suggested_relation_joins_what_a_person_had_tagged_before(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    mine = store.annotate(note, one(11, 21), "problem", "anna").created[0]
    tagged(make_said((4, 10, "negation"), (11, 21, "problem"), joined=((1, 0),)))
    view = store.view(note, "anna")
    assert left(view) == [(4, 10, "negation")]
    assert list(view.stands_for.values()) == [mine]
    store.accept([view.suggestions[0].id], "anna")
    assert store.view(note, "anna").relations[0].head == mine


def test_an_illegal_relation_is_not_made_when_an_end_was_changed(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    tagged(make_said((4, 10, "negation"), (11, 21, "problem"), joined=((1, 0),)))
    found = ids(store, note)
    store.relabel_suggestion(found["problem"], "drug", "anna")
    store.accept([found["negation"]], "anna")
    assert store.view(note, "anna").relations == ()


def test_what_was_parted_is_not_joined_again(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    tagged(make_said((4, 10, "negation"), (11, 21, "problem"), (29, 36, "drug"), joined=((1, 0),)))
    found = ids(store, note)
    store.accept([found["negation"], found["problem"]], "anna")
    store.unlink(store.view(note, "anna").relations[0].id, "anna")
    store.accept([found["drug"]], "anna")
    assert store.view(note, "anna").relations == ()


def test_rejecting_is_a_decision_and_lasts(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    tagged(make_said((11, 21, "problem"), (29, 36, "drug")))
    assert store.reject([ids(store, note)["drug"]], "anna").title == "Reject drug"
    view = store.view(note, "anna")
    assert (left(view), view.status) == ([(11, 21, "problem")], Status.STARTED)
    tagged(make_said((11, 21, "problem"), (29, 36, "drug"), (29, 36, "test")))
    tagged(make_said((29, 36, "drug")), "Two")
    assert left(store.view(note, "anna")) == [(11, 21, "problem"), (29, 36, "test")]
    assert (29, 36, "drug") in left(store.view(note, "bea")), "each annotator decides for themselves"


def test_the_newest_answer_of_each_tagger_is_shown(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    tagged(make_said((11, 21, "problem")))
    tagged(make_said((29, 36, "drug")), "Two")
    tagged(make_said((0, 3, "test")))
    assert left(store.view(note, "anna")) == [(0, 3, "test"), (29, 36, "drug")]
    store.undo("anna")
    assert left(store.view(note, "anna")) == [(11, 21, "problem"), (29, 36, "drug")]


def test_what_two_taggers_say_alike_counts_once_with_the_surer_one(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    tagged(make_said((11, 21, "problem", 0.6)))
    tagged(make_said((11, 21, "problem", 0.8)), "Two")
    view = store.view(note, "anna")
    assert [p.said.score for p in view.suggestions] == [0.8]
    assert store.note_rows([note])[0].suggestions_left == 1
    store.accept([view.suggestions[0].id], "anna")
    assert store.view(note, "anna").suggestions == ()
    store.relabel(store.view(note, "anna").annotations[0].id, "drug", "anna")
    assert store.view(note, "anna").suggestions == (), (
        "what was decided does not come back from another tagger"
    )


def test_what_is_tagged_already_is_no_suggestion(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    mine = store.annotate(note, one(11, 21), "problem", "anna").created[0]
    tagged(make_said((11, 21, "problem"), (11, 21, "drug")))
    assert left(store.view(note, "anna")) == [(11, 21, "drug")]
    store.delete([mine], "anna")
    assert left(store.view(note, "anna")) == [(11, 21, "drug"), (11, 21, "problem")]


def test_tagging_the_place_of_a_suggestion_accepts_it(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    tagged(make_said((4, 10, "negation"), (11, 21, "problem"), joined=((1, 0),)))
    found = ids(store, note)
    store.accept([found["negation"]], "anna")
    done = store.annotate(note, one(11, 21), "problem", "anna")
    assert done.title == "Add problem"
    view = store.view(note, "anna")
    assert next(a for a in view.annotations if a.id == done.created[0]).prediction == found["problem"]
    assert len(view.relations) == 1


def test_accepting_what_was_tagged_meanwhile_makes_no_second_annotation(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    tagged(make_said((11, 21, "problem")))
    prediction = ids(store, note)["problem"]
    made = store.relabel_suggestion(prediction, "drug", "anna").created
    tagged(make_said((11, 21, "drug")), "Two")
    twin = store._one("SELECT max(id) FROM prediction")[0]
    assert store.accept([PredictionId(twin)], "anna").created == made
    assert len(store.view(note, "anna").annotations) == 1


def test_a_suggestion_is_corrected_in_one_step(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    tagged(make_said((11, 21, "problem"), (29, 36, "drug")))
    found = ids(store, note)
    first = store.relabel_suggestion(found["problem"], "test", "anna")
    second = store.reshape_suggestion(found["drug"], one(29, 42), "anna")
    assert (first.title, second.title) == ("Accept problem as test", "Accept drug with other borders")
    view = store.view(note, "anna")
    assert [(a.label, a.spans, a.prediction) for a in view.annotations] == [
        ("test", one(11, 21), found["problem"]),
        ("drug", one(29, 42), found["drug"]),
    ]
    assert view.suggestions == ()
    tagged(make_said((11, 21, "problem")))
    assert store.view(note, "anna").suggestions == (), "a corrected suggestion is not asked about again"
    with pytest.raises(LabelError):
        store.relabel_suggestion(found["drug"], "disease", "anna")
    with pytest.raises(OffsetError):
        store.reshape_suggestion(PredictionId(3), one(60, 99), "bea")


def test_deleting_an_accepted_suggestion_rejects_it(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    tagged(make_said((11, 21, "problem")))
    made = store.accept([ids(store, note)["problem"]], "anna").created[0]
    store.delete([made], "anna")
    assert store.view(note, "anna").suggestions == ()
    (gold,) = store.gold(finished_only=False)
    assert [(one.label, one.spans) for one in gold.rejected] == [("problem", one(11, 21))]


def test_what_is_decided_or_gone_cannot_be_decided_again(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    tagged(make_said((11, 21, "problem"), (29, 36, "drug")))
    found = ids(store, note)
    store.accept([found["problem"]], "anna")
    for again in (store.accept, store.reject):
        with pytest.raises(StoreError, match="decided already"):
            again([found["problem"]], "anna")
        with pytest.raises(StoreError, match="not there any more"):
            again([PredictionId(999)], "anna")
        with pytest.raises(StoreError, match="not there any more"):
            again([], "anna")
    assert len(store.accept(list(found.values()), "anna").created) == 1, "what is left of several is decided"
    tagged(make_said((0, 3, "test")))
    old = found["drug"]
    with pytest.raises(StoreError, match="not there any more"):
        store.reject([old], "bea")


def test_suggestions_of_several_notes_are_accepted_in_one_step(store: Store, make_said: Said) -> None:
    new = [
        NewNote(f"n{i}", f"Takes aspirin {i}.", said=make_said((6, 13, "drug")), said_as="suggestions")
        for i in range(3)
    ]
    notes = [NoteId(i) for i in store.add_notes(new, "anna", "Import").created]
    done = store.accept([store.view(note, "anna").suggestions[0].id for note in notes], "anna")
    assert done.changes.note_ids == set(notes)
    assert store.history(1)[0].note is None
    store.undo("anna")
    assert [row.suggestions_left for row in store.note_rows(notes)] == [1, 1, 1]


# Finishing


def test_a_note_with_suggestions_left_cannot_be_finished(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    tagged(make_said((11, 21, "problem"), (29, 36, "drug")))
    found = ids(store, note)
    with pytest.raises(StoreError, match="2 suggestions are left to decide in “note1”"):
        store.finish(note, "anna")
    store.accept([found["problem"]], "anna")
    with pytest.raises(StoreError, match="1 suggestion is left"):
        store.finish(note, "anna")
    store.reject([found["drug"]], "anna")
    assert store.finish(note, "anna").title == "Finish note"
    assert store.view(note, "anna").status is Status.FINISHED
    with pytest.raises(StoreError, match="Reopen it"):
        store.accept([found["drug"]], "bea")


def test_new_suggestions_take_a_finished_note_back_until_they_are_decided_or_withdrawn(
    store: Store, note: NoteId, tagged: Tagged, make_said: Said
) -> None:
    store.finish(note, "anna")
    tagged(make_said((29, 36, "drug")))
    assert store.view(note, "anna").status is Status.STARTED
    store.undo("anna")
    assert store.view(note, "anna").status is Status.FINISHED
    store.redo("anna")
    store.reject([ids(store, note)["drug"]], "anna")
    assert store.view(note, "anna").status is Status.FINISHED


def test_finishing_and_reopening_can_be_undone(store: Store, note: NoteId) -> None:
    store.finish(note, "anna")
    store.reopen(note, "anna")
    assert store.view(note, "anna").status is Status.STARTED
    with pytest.raises(StoreError, match="not finished"):
        store.reopen(note, "anna")
    store.undo("anna")
    assert store.view(note, "anna").status is Status.FINISHED
    store.undo("anna")
    assert store.view(note, "anna").status is Status.NEW


def test_several_notes_are_finished_all_or_none(store: Store, make_said: Said) -> None:
    new = [
        NewNote("a", "Nothing."),
        NewNote("b", "Drug.", said=make_said((0, 4, "drug")), said_as="suggestions"),
    ]
    a, b = (NoteId(i) for i in store.add_notes(new, "anna", "Import").created)
    with pytest.raises(StoreError, match="“b”"):
        store.finish_notes([a, b], "anna")
    assert store.view(a, "anna").status is Status.NEW
    store.accept([store.view(b, "anna").suggestions[0].id], "anna")
    assert store.finish_notes([a, b], "anna").title == "Finish 2 notes"
