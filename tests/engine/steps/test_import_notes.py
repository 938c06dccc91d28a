"""Importing: a dry run that stores nothing, the screen's findings, and all notes or none."""

import csv

import pytest

from engine.errors import Cancelled, InputError
from engine.formats.format import ReadOptions
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.steps.import_notes import Choice, Decisions, import_notes, known_in, look
from engine.store.notes import NoteQuery
from engine.store.store import Store

PHONE = "Please call (555) 201-3344 about the chest pain.\r\n"


@pytest.fixture
def labels():
    return find_label_set("kiwi", models_folder())


@pytest.fixture
def store(tmp_path, labels):
    with Store.create(tmp_path / "ward.tagwell", labels) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path):
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "plain.txt").write_bytes("Denies\u00a0chest pain.\r\n\tİ µg 🩺\r\n".encode())
    (notes / "phone.txt").write_bytes(PHONE.encode())
    return notes


def names(store):
    return [row.name for row in store.note_rows(store.note_ids(NoteQuery()))]


def dry_run(store, *paths):
    return look(paths, ReadOptions(labels=store.label_set), known_in(store), Job())


def test_a_dry_run_tells_what_was_found_and_stores_nothing(store, folder):
    seen = dry_run(store, folder)
    assert {note.name: bool(note.findings) for note in seen.notes} == {"plain": False, "phone": True}
    assert names(store) == []
    assert "201-3344" not in repr(seen.notes)


def test_nothing_is_stored_until_someone_decides_on_the_identifiers(store, folder):
    seen = dry_run(store, folder)
    with pytest.raises(InputError, match="1 of 2 notes"):
        import_notes(store, seen, Decisions(), "nurse", Job())
    assert names(store) == []


def test_texts_are_stored_to_the_character(store, folder):
    imported = import_notes(store, dry_run(store, folder), Decisions(Choice.KEEP), "nurse", Job())
    texts = {store.note(note).name: store.note(note).text for note in imported.notes}
    assert texts == {file.stem: file.read_bytes().decode("utf-8") for file in sorted(folder.iterdir())}


def test_a_mask_keeps_every_other_character_in_its_place(store, folder):
    imported = import_notes(store, dry_run(store, folder), Decisions(Choice.MASK), "nurse", Job())
    text = store.note(store.note_named("phone")).text
    assert imported.masked == 1
    assert len(text) == len(PHONE)
    assert text.index("chest pain") == PHONE.index("chest pain")
    assert "201-3344" not in text


def test_one_note_may_be_left_out_and_the_others_kept(store, folder):
    seen = dry_run(store, folder)
    place = next(note.place for note in seen.notes if note.findings)
    decisions = Decisions(Choice.KEEP, per_note={place: Choice.SKIP})
    imported = import_notes(store, seen, decisions, "nurse", Job())
    assert (names(store), imported.left_out) == (["plain"], 1)


def test_a_text_that_is_there_already_is_not_stored_twice(store, folder):
    import_notes(store, dry_run(store, folder), Decisions(Choice.KEEP), "nurse", Job())
    (folder / "copy.txt").write_bytes((folder / "plain.txt").read_bytes())
    again = dry_run(store, folder)
    assert {note.name: note.twin for note in again.notes} == {
        "copy": "plain",
        "phone": "phone",
        "plain": "plain",
    }
    assert import_notes(store, again, Decisions(Choice.KEEP), "nurse", Job()).twins == 3


def test_two_notes_that_a_mask_makes_one_are_stored_once(store, tmp_path):
    table = tmp_path / "visits.csv"
    with table.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([["id", "note"], ["a", "Call 555-201-3344."], ["b", "Call 555-201-9988."]])
    imported = import_notes(store, dry_run(store, table), Decisions(Choice.MASK), "nurse", Job())
    assert (len(imported.notes), imported.twins) == (1, 1)


def test_a_name_that_is_taken_gets_a_number(store, folder, tmp_path):
    import_notes(store, dry_run(store, folder), Decisions(Choice.KEEP), "nurse", Job())
    other = tmp_path / "more"
    other.mkdir()
    (other / "plain.txt").write_text("Another text.", encoding="utf-8")
    import_notes(store, dry_run(store, other), Decisions(Choice.KEEP), "nurse", Job())
    assert names(store) == ["phone", "plain", "plain-2"]


def test_a_file_that_changed_after_the_dry_run_stops_the_import_whole(store, folder):
    seen = dry_run(store, folder)
    (folder / "plain.txt").write_text("Something else.", encoding="utf-8")
    with pytest.raises(InputError, match="has changed"):
        import_notes(store, seen, Decisions(Choice.KEEP), "nurse", Job())
    assert names(store) == []


def test_a_cancelled_import_stores_nothing(store, folder):
    seen, job = dry_run(store, folder), Job()
    job.cancel()
    with pytest.raises(Cancelled):
        import_notes(store, seen, Decisions(Choice.KEEP), "nurse", job)
    assert names(store) == []


def test_an_import_is_one_step_of_undo(store, folder):
    import_notes(store, dry_run(store, folder), Decisions(Choice.KEEP), "nurse", Job())
    assert store.undo_title == "Import 2 notes"
    store.undo("nurse")
    assert names(store) == []
    store.redo("nurse")
    assert names(store) == ["phone", "plain"]


def test_the_tags_of_a_file_become_annotations_or_suggestions(store, tmp_path):
    brat = tmp_path / "brat"
    brat.mkdir()
    (brat / "n.txt").write_text("mild knee pain", encoding="utf-8")
    (brat / "n.ann").write_text(
        "T1\tproblem 0 14\tmild knee pain\nT2\tseverity 0 4\tmild\nR1\thasAttr Arg1:T1 Arg2:T2\n",
        encoding="utf-8",
    )
    import_notes(store, dry_run(store, brat), Decisions(tags_as="suggestions"), "nurse", Job())
    view = store.view(store.note_named("n"), "nurse")
    assert [one.said.label for one in view.suggestions] == ["problem", "severity"]
    store.undo("nurse")
    import_notes(store, dry_run(store, brat), Decisions(tags_as="annotations"), "nurse", Job())
    (note,) = store.note_ids(NoteQuery())
    view = store.view(note, "nurse")
    assert [one.label for one in view.annotations] == ["problem", "severity"]
    assert [one.label for one in view.relations] == ["hasAttr"]
