"""Layer documents: a project's finished notes and what each run said of its notes, ready to be scored."""

from dataclasses import replace

import pytest

from engine.annotation.said import LabelledSpan, RawAnswer, Unplaced, answer
from engine.errors import StoreError
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.steps.layer_documents import (
    find_layer,
    finished_documents,
    imported_documents,
    layer_documents,
    layer_title,
)
from engine.store.store import NewNote, RunRecord, Store
from engine.text.note import NoteId
from engine.text.span import Span

TEXT = "She denies chest pain."
PAIN = LabelledSpan((Span(11, 21),), "problem", 0.9)
CHEST = LabelledSpan((Span(11, 16),), "problem", 0.9)


@pytest.fixture
def store(tmp_path):
    labels = find_label_set("kiwi", models_folder())
    with Store.create(tmp_path / "ward.tagwell", labels) as opened:
        notes = [NewNote(name, TEXT + " " + name) for name in ("a", "b")]
        ids = [NoteId(i) for i in opened.add_notes(notes, "ann", "Import").created]
        for tagger, said in (("First", CHEST), ("Second", PAIN)):
            record = RunRecord(f"dictionary.v1/{tagger}@0", tagger, "0", labels.fingerprint, "CPU", {}, "ann")
            run = opened.begin_run(record, ids[:1])
            opened.save_answer(run, ids[0], answer([said], []), 0.1)
            opened.end_run(run, "done")
        yield opened


def said_of(documents):
    return {one.name: [(item.spans[0].start, item.spans[0].end) for item in one.items] for one in documents}


def test_a_run_is_found_by_its_number_its_tagger_or_as_the_newest(store):
    assert find_layer(store).name == "Second"
    first = find_layer(store, "first")
    assert first.name == "First"
    assert find_layer(store, str(first.run)) == first
    assert layer_title(first) == f"run {first.run} (First)"


def test_a_layer_that_is_not_there_is_answered_with_those_that_are(store):
    with pytest.raises(StoreError, match=r"“nobody” is no run.*holds: run 2 \(Second\), run 1 \(First\)\."):
        find_layer(store, "nobody")


def test_only_notes_that_a_run_answered_are_given_with_what_it_said_then(store):
    store.accept([store.view(NoteId(1), "ann").suggestions[0].id], "ann")
    assert said_of(layer_documents(store, find_layer(store, "Second").id)) == {"a": [(11, 21)]}
    assert said_of(layer_documents(store, find_layer(store, "First").id)) == {"a": [(11, 16)]}


def test_gold_is_what_people_stand_behind_in_finished_notes(store):
    with pytest.raises(StoreError, match="No note of this project is finished"):
        list(finished_documents(store))
    store.accept([store.view(NoteId(1), "ann").suggestions[0].id], "ann")
    for left in store.view(NoteId(1), "ann").suggestions:
        store.reject([left.id], "ann")
    store.finish(NoteId(1), "ann")
    assert said_of(finished_documents(store)) == {"a": [(11, 21)]}


def test_all_imports_together_are_what_the_files_said(store):
    with pytest.raises(StoreError, match="imported with tags"):
        list(imported_documents(store))
    new = [NewNote(n, f"{TEXT} {n}", said=answer([PAIN], []), said_as="annotations", origin=n) for n in "cd"]
    store.add_notes(new, "ann", "Import")
    assert said_of(imported_documents(store)) == {"c": [(11, 21)], "d": [(11, 21)]}
    with pytest.raises(StoreError, match="“imported” together"):
        find_layer(store, "nobody")


def test_what_a_model_wrote_stays_in_the_project(store):
    raw = RawAnswer(Span(0, 22), "tanl: problem", "She denies [ chest pain | problem ].")
    note = NoteId(store.note_ids()[0])
    run = store.begin_run(
        RunRecord("llama-cpp.v1/x@0", "Third", "0", store.label_set.fingerprint, "CPU", {}, "ann"), [note]
    )
    said = answer([replace(PAIN, raw=0)], [], [Unplaced("drug", "x", raw=0)], [raw])
    store.save_answer(run, note, said, 0.1)
    store.reject([store.view(note, "ann").suggestions[0].id], "ann")
    (document,) = layer_documents(store, find_layer(store, "third").id)
    assert document.answer == said.without_raw()
    (gold,) = [one for one in store.gold(finished_only=False) if one.note.id == note]
    assert all(one.raw is None for one in gold.rejected)
    assert gold.rejected
