# ruff: noqa: E501 - a table of harms
from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.annotation.annotation import AnnotationId, RunId
from engine.annotation.said import Answer
from engine.errors import Cancelled, ProjectDamaged
from engine.jobs.job import Job
from engine.store.store import NewNote, Store
from engine.text.note import NoteId
from engine.text.span import Span


def one(start: int, end: int) -> tuple[Span, ...]:
    return (Span(start, end),)


@pytest.fixture
def full(store: Store, note: NoteId, tagged: Callable[..., RunId], make_said: Callable[..., Answer]) -> Store:
    """A project with something in every table."""
    tagged(make_said((4, 10, "negation"), (11, 21, "problem"), (29, 36, "drug"), joined=((1, 0),)))
    store.accept([p.id for p in store.view(note, "anna").suggestions][:2], "anna")
    other = NoteId(store.add_notes([NewNote("other", "Takes aspirin.")], "anna", "Import").created[0])
    store.annotate(other, one(6, 13), "drug", "anna")
    store.annotate(other, one(0, 5), "negation", "anna")
    store.undo("anna")
    return store


def test_a_good_project_passes_and_is_counted(full: Store) -> None:
    report = full.check()
    assert report.problems == ()
    assert report.clean
    assert report.counts == {"notes": 2, "annotations": 3, "relations": 1, "predictions": 3, "operations": 9}
    with full.reader() as reader:
        assert reader.check() == report


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        ("UPDATE note_text SET text = 'x' || substr(text, 2)", "The text of note 1 is not the one that was imported."),
        ("UPDATE note SET length = 5 WHERE id = 2", "The text of note 2 is not the one that was imported."),
        ("DELETE FROM note_text WHERE id = 2", "Note 2 has no text."),
        ('UPDATE annotation SET "end" = 99 WHERE id = 1', "Annotation 1 of note 1 does not lie in its text."),
        ("UPDATE annotation SET spans = '[4,999]' WHERE id = 1", "Annotation 1 of note 1 does not lie in its text."),
        ("UPDATE annotation SET spans = '[9,4]' WHERE id = 1", "Annotation 1 of note 1 does not lie in its text."),
        ("UPDATE annotation SET spans = '[4,8,6,10]' WHERE id = 1", "Annotation 1 of note 1 does not lie in its text."),
        ("UPDATE annotation SET spans = '[4]' WHERE id = 1", "Annotation 1 of note 1 does not lie in its text."),
        ("UPDATE annotation SET spans = 'x' WHERE id = 1", "Annotation 1 of note 1 does not lie in its text."),
        ("UPDATE prediction SET start = 5 WHERE id = 3", "Suggestion 3 of note 1 does not lie in its text."),
        ("UPDATE annotation SET note_id = 2 WHERE id = 1", "Relation 1 joins annotations of two notes or two layers."),
        ("UPDATE annotation SET layer_id = 1 WHERE id = 1", "Relation 1 joins annotations of two notes or two layers."),
        ("UPDATE relation SET tail = 3", "Relation 1 joins annotations of two notes or two layers."),
        ("DELETE FROM annotation WHERE id = 1", "Relation 1 joins an annotation that is not there."),
        ("DELETE FROM annotation WHERE id = 1", "Row 1 of “relation” points to something in “annotation”"),
        ("UPDATE annotation SET prediction_id = 1 WHERE id = 3", "Annotation 3 remembers a suggestion of another note."),
        ("UPDATE decision SET label = 'drug' WHERE id = 1", "The decision on suggestion 1 does not match it."),
        ("UPDATE annotation SET label = 'disease' WHERE id = 3", "has no label “disease”"),
        ("UPDATE note SET annotations = 7 WHERE id = 2", "The counts of note 2 are wrong."),
        ("UPDATE note SET suggestions = 0 WHERE id = 1", "The counts of note 1 are wrong."),
        ("UPDATE note_tokens SET packed = '[999]' WHERE note_id = 1", "The tokens of note 1 do not fit its text."),
        ("UPDATE note_tokens SET packed = '[67108865, 16777217]' WHERE note_id = 1", "The tokens of note 1 do not fit its text."),
        ("UPDATE note_tokens SET packed = 'x' WHERE note_id = 1", "The tokens of note 1 do not fit its text."),
        ("UPDATE row_image SET after = '{}' WHERE operation_id = 2", None),
        ("UPDATE row_image SET after = '{}' WHERE operation_id = 3", "What row 3 of the log did was changed"),
        ("DELETE FROM row_image WHERE operation_id = 5", "What row 5 of the log did was changed"),
        ("UPDATE operation SET title = 'x' WHERE id = 4", "Row 4 of the log was changed after it was written."),
        ("UPDATE operation SET annotator = 'eve' WHERE id = 1", "Row 1 of the log was changed"),
        ("DELETE FROM operation WHERE id = 3", "The log lacks a row before row 4."),
        ("DELETE FROM operation WHERE id >= 7", "The log lacks its last rows."),
        ("UPDATE label_set SET definition = '{}'", "The label set in the project file cannot be read."),
        ("DELETE FROM label_set", "has no label set"),
    ],
)  # fmt: skip
def test_harm_is_found(full: Store, tmp_path: Path, harm: str, problem: str | None) -> None:
    full.close()
    copy = tmp_path / "copy.tagwell"
    shutil.copy(full.path, copy)
    db = sqlite3.connect(copy)
    db.executescript(
        f"DROP TRIGGER operation_stays; DROP TRIGGER operation_remains; PRAGMA foreign_keys = OFF; {harm}"
    )
    db.close()
    with Store.open(copy) as harmed:
        problems = harmed.check().problems
    if problem is None:
        assert problems == (), "the run itself changed no row"
    else:
        assert [one for one in problems if problem in one], problems
    assert not [one for one in problems if "chest" in one or "aspirin" in one], "no text in a message"


@pytest.mark.parametrize("first", range(7))
def test_a_damaged_file_gives_a_report_and_no_crash(full: Store, first: int) -> None:
    full.add_notes([NewNote(f"n{i}", f"{i} " * 2000) for i in range(100)], "anna", "Import")
    full.close()
    held = bytearray(full.path.read_bytes())
    for page in range(len(held) // 4096 // 4 + first, len(held) // 4096, 7):
        held[page * 4096 : page * 4096 + 4096] = b"\x55" * 4096
    full.path.write_bytes(held)
    try:
        with Store.open(full.path) as harmed:
            report = harmed.check()
    except ProjectDamaged:
        return
    assert not report.clean


def test_a_check_can_be_stopped_and_says_how_far_it_is(full: Store) -> None:
    job = Job()
    full.check(job)
    assert job.progress.doing
    job.cancel()
    with pytest.raises(Cancelled):
        full.check(job)


def test_undo_of_what_was_harmed_is_refused_and_changes_nothing(full: Store) -> None:
    from engine.errors import StoreError

    full._conn.execute("PRAGMA foreign_keys = OFF")
    full._conn.execute("DELETE FROM annotation WHERE id = 3")
    with pytest.raises(StoreError, match="cannot be undone"):
        full.undo("anna")
    assert full.undo_title == "Add drug"


def test_the_log_hashes_are_salted(full: Store, tmp_path: Path, labels: object) -> None:
    with Store.create(tmp_path / "other.tagwell", full.label_set) as other:
        assert other._one("SELECT value FROM project WHERE key = 'salt'") != full._one(
            "SELECT value FROM project WHERE key = 'salt'"
        )
    assert AnnotationId(1)
