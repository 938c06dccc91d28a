"""How many times slower than the fastest a run was, from the raw times of the notes that both answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.annotation.annotation import RunId
from engine.annotation.said import Answer
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.steps.slow_down import slow_down, slow_down_of
from engine.store.runs import RunRecord
from engine.store.store import NewNote, Store
from engine.text.note import NoteId

FAST, SLOW, OTHER = RunId(1), RunId(2), RunId(3)
ONE, TWO, THREE = NoteId(1), NoteId(2), NoteId(3)


def test_runs_are_held_against_the_fastest_over_the_notes_of_both() -> None:
    # The long note that only the slow run read is not held against it.
    times = {FAST: {ONE: 0.1, TWO: 0.3}, SLOW: {ONE: 1.0, TWO: 1.0, THREE: 90.0}}
    assert slow_down(times) == {FAST: 1.0, SLOW: pytest.approx(5.0)}


def test_runs_without_a_note_in_common_and_runs_without_answers_say_nothing() -> None:
    assert slow_down({FAST: {ONE: 0.1}, OTHER: {TWO: 9.0}, SLOW: {}}) == {FAST: 1.0}
    assert slow_down({FAST: {}}) == slow_down({}) == {}
    assert slow_down({FAST: {ONE: 0.0}, SLOW: {ONE: 1.0}}) == {}


def test_the_runs_of_a_project_are_told_from_what_it_kept(tmp_path: Path) -> None:
    kiwi = find_label_set("kiwi", models_folder())
    with Store.create(tmp_path / "ward.tagwell", kiwi) as store:
        store.add_notes([NewNote("a", "Pain."), NewNote("b", "Fever.")], "anna", "Import")
        notes = list(store.note_ids())
        runs = []
        for seconds in (2.0, 0.5):
            runs.append(store.begin_run(RunRecord("t", "T", "", "", "CPU", {}, "anna"), notes))
            store.save_answer(runs[-1], notes[0], Answer(), seconds)
            store.note_failed(runs[-1], notes[1], "It was too long.")
        assert store.run_times(runs[0]) == {notes[0]: 2.0}
        assert slow_down_of(store) == {runs[0]: 4.0, runs[1]: 1.0}
