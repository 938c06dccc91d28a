from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.annotation.annotation import RunId, Status
from engine.annotation.said import Answer, LabelledSpan, RawAnswer, Unplaced, answer
from engine.errors import LabelError, OffsetError, StoreError
from engine.store.store import NewNote, RunRecord, Store
from engine.text.note import NoteId
from engine.text.span import Span

Said = Callable[..., Answer]


@pytest.fixture
def notes(store: Store) -> list[NoteId]:
    new = [NewNote(f"n{i}", f"Takes aspirin {i}.") for i in range(4)]
    return [NoteId(i) for i in store.add_notes(new, "anna", "Import").created]


def test_a_run_remembers_what_it_was(store: Store, notes: list[NoteId], record: RunRecord) -> None:
    run = store.begin_run(record, notes)
    (row,) = store.runs()
    assert (row.id, row.record, row.status, row.undone) == (run, record, "running", False)
    assert (row.done, row.failed, row.left, row.ended) == (0, 0, 4, None)


def test_what_is_left_shrinks_with_each_answer_and_survives_a_restart(
    store: Store, notes: list[NoteId], record: RunRecord, make_said: Said
) -> None:
    run = store.begin_run(record, notes)
    assert store.run_left(run) == notes
    done = store.save_answer(run, notes[1], make_said((6, 13, "drug")), 0.25)
    assert (done.changes.note_ids, done.changes.runs) == ({notes[1]}, True)
    failed = store.note_failed(run, notes[2], "The tagger stopped twice at this note.")
    assert failed.changes.runs
    store.close()
    with Store.open(store.path) as again:
        assert again.run_left(run) == [notes[0], notes[3]]
        assert [row.id for row in again.unfinished_runs()] == [run]
        assert again.run_failures(run) == [(notes[2], "The tagger stopped twice at this note.")]
        assert again._one("SELECT seconds FROM run_note WHERE state = 'done'") == (0.25,)
        again.end_run(run, "cancelled")
        assert [row.status for row in again.unfinished_runs()] == ["cancelled"]
        for note in again.run_left(run):
            again.save_answer(run, note, Answer(), 0.1)
        again.end_run(run, "done")
        (row,) = again.runs()
        assert (row.status, row.done, row.failed, row.left) == ("done", 3, 1, 0)
        assert row.ended is not None
        assert again.unfinished_runs() == []


def test_a_run_of_one_note_is_named_so(store: Store, notes: list[NoteId], record: RunRecord) -> None:
    store.begin_run(record, notes[:1])
    assert store.undo_title == "Tag note with One"
    store.begin_run(record, [*notes, notes[0]])
    assert store.undo_title == "Tag 4 notes with One"


def test_a_run_needs_notes_that_are_there(store: Store, notes: list[NoteId], record: RunRecord) -> None:
    with pytest.raises(StoreError, match="no notes"):
        store.begin_run(record, [])
    store.remove_notes(notes[:1], "anna")
    with pytest.raises(StoreError, match="not in the project"):
        store.begin_run(record, notes)
    assert store.runs() == []


def test_a_removed_note_is_not_left_to_tag(store: Store, notes: list[NoteId], record: RunRecord) -> None:
    run = store.begin_run(record, notes)
    store.remove_notes(notes[:1], "anna")
    assert store.run_left(run) == notes[1:]
    with pytest.raises(StoreError, match="not in the project"):
        store.save_answer(run, notes[0], Answer(), 0.1)


@pytest.mark.parametrize(("said", "error"), [((0, 99, "drug"), OffsetError), ((0, 3, "disease"), LabelError)])
def test_an_answer_that_does_not_fit_is_refused(
    store: Store,
    notes: list[NoteId],
    record: RunRecord,
    make_said: Said,
    said: object,
    error: type[Exception],
) -> None:
    run = store.begin_run(record, notes)
    with pytest.raises(error):
        store.save_answer(run, notes[0], make_said(said), 0.1)
    assert store.run_left(run) == notes


def test_undoing_a_run_withdraws_all_its_suggestions_at_once(
    store: Store, notes: list[NoteId], record: RunRecord, make_said: Said
) -> None:
    run = store.begin_run(record, notes)
    for note in notes:
        store.save_answer(run, note, make_said((6, 13, "drug")), 0.1)
    store.end_run(run, "done")
    assert [row.suggestions_left for row in store.note_rows(notes)] == [1, 1, 1, 1]
    assert [row.title for row in store.history(2)] == ["Tag 4 notes with One", "Import"]
    assert [row.kind for row in store.history(6, parts=True)] == [
        "run end",
        "tag",
        "tag",
        "tag",
        "tag",
        "run",
    ]
    done = store.undo("anna")
    assert done is not None
    assert (done.title, done.changes.note_ids, done.changes.runs) == (
        "Undo Tag 4 notes with One",
        set(notes),
        True,
    )
    assert [row.suggestions_left for row in store.note_rows(notes)] == [0, 0, 0, 0]
    assert [row.undone for row in store.runs()] == [True]
    store.redo("anna")
    assert [row.suggestions_left for row in store.note_rows(notes)] == [1, 1, 1, 1]


def test_saving_answers_leaves_what_can_be_redone(
    store: Store, notes: list[NoteId], record: RunRecord, make_said: Said
) -> None:
    run = store.begin_run(record, notes)
    store.annotate(notes[0], (Span(0, 5),), "test", "anna")
    store.undo("anna")
    store.save_answer(run, notes[0], make_said((6, 13, "drug")), 0.1)
    assert store.redo_title == "Add test"
    store.redo("anna")
    view = store.view(notes[0], "anna")
    assert (len(view.annotations), len(view.suggestions)) == (1, 1)


def test_an_unknown_run_is_refused(store: Store, notes: list[NoteId]) -> None:
    with pytest.raises(StoreError):
        store.save_answer(RunId(7), notes[0], Answer(), 0.1)
    with pytest.raises(StoreError):
        store.end_run(RunId(7), "done")


def test_what_a_model_wrote_is_kept_and_each_suggestion_knows_where_it_was_read(
    store: Store, note: NoteId, record: RunRecord
) -> None:
    text = store.note(note).text
    said = [
        RawAnswer(Span(0, 5), "tanl: drug", "[ x | drug ]", ()),
        RawAnswer(Span(5, 20), "tanl: drug", "", ("cut",)),
    ]
    items = [LabelledSpan((Span(11, 21),), "drug", raw=0), LabelledSpan((Span(0, 4),), "problem")]
    run = store.begin_run(record, [note])
    told = answer(items, [], [Unplaced("drug", "no such words", raw=1)], said)
    store.save_answer(run, note, told, 1.0)
    assert store.layer_answer(note, store.layers()[0].id) == told
    first, second = store.view(note, "anna").suggestions
    assert (store.raw_answer(first.id), store.raw_answer(second.id)) == (None, said[0])
    assert store.view(note, "anna").unplaced == told.unplaced
    assert store.check().problems == ()
    assert len(text) >= 20
    with pytest.raises(OffsetError, match="not there"):
        store.save_answer(run, note, answer(items, []), 1.0)
    store.purge([note], "anna")
    assert store._one("SELECT count(*) FROM raw_answer") == (0,)


def test_what_a_run_took_is_added_up_over_its_parts(
    store: Store, notes: list[NoteId], record: RunRecord
) -> None:
    run = store.begin_run(record, notes)
    assert store.runs()[0].figures == {}
    store.add_figures(run, {"seconds": 2.5, "tokens": 100.0, "memory": 5e8})
    store.add_figures(run, {"seconds": 1.0, "tokens": 40.0, "memory": 4e8})
    assert store.runs()[0].figures == {"seconds": 3.5, "tokens": 140.0, "memory": 5e8}
    with pytest.raises(StoreError, match="not in the project"):
        store.add_figures(RunId(99), {"seconds": 1.0})


def test_the_suggestions_of_a_run_are_taken_back_and_what_was_decided_stays(
    store: Store, notes: list[NoteId], record: RunRecord, make_said: Said
) -> None:
    run = store.begin_run(record, notes[:2])
    for note in notes[:2]:
        store.save_answer(run, note, make_said((0, 5, "drug"), (6, 13, "drug")), 0.1)
    store.end_run(run, "done")
    first = store.view(notes[0], "anna").suggestions[0]
    store.accept([first.id], "anna")
    done = store.withdraw_run(run, "anna")
    assert done.changes.note_ids == set(notes[:2])
    assert not store.has_suggestions(run)
    view = store.view(notes[0], "anna")
    assert (len(view.annotations), view.suggestions) == (1, ())
    assert store.view(notes[1], "anna").status is Status.NEW
    with pytest.raises(StoreError, match="taken back already"):
        store.withdraw_run(run, "anna")
    assert store.undo_title == "Take back the suggestions of One"
    store.undo("anna")
    assert store.has_suggestions(run)
    assert len(store.view(notes[0], "anna").suggestions) == 1
    store.redo("anna")
    assert store.view(notes[1], "anna").suggestions == ()


def test_what_a_tagger_said_before_is_shown_again_and_other_taggers_keep_theirs(
    store: Store, notes: list[NoteId], record: RunRecord, make_said: Said
) -> None:
    other = replace(record, tagger_name="Two")
    for who, place in ((record, (0, 5, "drug")), (other, (6, 13, "drug")), (record, (6, 15, "drug"))):
        run = store.begin_run(who, notes[:1])
        store.save_answer(run, notes[0], make_said(place), 0.1)
        store.end_run(run, "done")
    store.withdraw_run(run, "anna")
    shown = [one.said.spans for one in store.view(notes[0], "anna").suggestions]
    assert shown == [(Span(0, 5),), (Span(6, 13),)]


def test_an_undone_run_has_nothing_to_take_back(
    store: Store, notes: list[NoteId], record: RunRecord, make_said: Said
) -> None:
    run = store.begin_run(record, notes[:1])
    store.save_answer(run, notes[0], make_said((6, 13, "drug")), 0.1)
    store.undo("anna")
    assert not store.has_suggestions(run)
    with pytest.raises(StoreError, match="undone"):
        store.withdraw_run(run, "anna")
