from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.annotation.said import Answer
from engine.errors import DiskFull, StoreError
from engine.labels.label_set import LabelSet
from engine.store.store import NewNote, RunRecord, Store
from engine.text.note import NoteId
from engine.text.span import Span

Content = Callable[[Store], dict[str, list[tuple[object, ...]]]]
LONG = "A line of a note that says little. " * 300


def fill(folder: Path) -> Path:
    """Leave no room on the disk of `folder`."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return ballast


def crowded(store: Store) -> None:
    """Let the file grow no further, as a full disk does, wherever we are."""
    (pages,) = store._conn.execute("PRAGMA page_count").fetchone()
    store._conn.execute(f"PRAGMA max_page_count = {pages}")


def test_an_import_that_does_not_fit_is_taken_back_whole(
    store: Store, note: NoteId, content: Content
) -> None:
    before = content(store)
    crowded(store)
    with pytest.raises(DiskFull, match=r"The disk is full.*everything before it was"):
        store.add_notes([NewNote(f"n{i}", f"{i} {LONG}") for i in range(50)], "anna", "Import 50 notes")
    assert content(store) == before
    store._conn.execute("PRAGMA max_page_count = 1000000")
    assert store.annotate(note, (Span(11, 21),), "problem", "anna").created
    assert store.check().problems == ()


def test_an_answer_that_does_not_fit_leaves_the_note_to_be_tagged(
    store: Store, note: NoteId, record: RunRecord, make_said: Callable[..., Answer]
) -> None:
    run = store.begin_run(record, [note])
    crowded(store)
    much = make_said(*((i % 60, i % 60 + 1 + i // 60, "drug") for i in range(400)))
    with pytest.raises(DiskFull):
        store.save_answer(run, note, much, 0.1)
    assert store.run_left(run) == [note]
    assert store.view(note, "anna").suggestions == ()


def test_on_a_disk_that_is_really_full_nothing_is_lost(
    tiny_disk: Path, labels: LabelSet, content: Content
) -> None:
    path = tiny_disk / "ward.tagwell"
    with Store.create(path, labels) as store:
        note = NoteId(store.add_notes([NewNote("a", "Takes aspirin.")], "anna", "Import").created[0])
        promised: list[int] = []
        ballast = fill(tiny_disk)
        with pytest.raises(DiskFull):
            for i in range(2000):
                done = store.add_notes([NewNote(f"n{i}", f"{i} {LONG}")], "anna", "Import")
                promised.append(done.created[0])
        before = content(store)
        with pytest.raises(StoreError):
            store.backup("by hand")
        assert not list(tiny_disk.glob("*/.*"))
    with Store.open(path) as store:
        assert content(store) == before
        assert set(promised) <= set(store.note_ids())
        assert store.check().problems == ()
        ballast.unlink()
        assert store.annotate(note, (Span(6, 13),), "drug", "anna").created
        store.backup("by hand")


def test_a_project_on_a_full_disk_opens_and_says_that_no_backup_was_made(
    tiny_disk: Path, labels: LabelSet
) -> None:
    path = tiny_disk / "ward.tagwell"
    with Store.create(path, labels) as store:
        store.add_notes([NewNote("a", "Takes aspirin.")], "anna", "Import")
    ballast = fill(tiny_disk)
    with pytest.raises(DiskFull, match=r"cannot be opened. Make room"):
        Store.open(path)
    os.truncate(ballast, ballast.stat().st_size - 150_000)  # room to open, none for a copy
    with Store.open(path) as store:
        assert len(store.note_ids()) == 1
        assert [one for one in store.warnings if "No backup could be made" in one]


def test_a_new_project_that_does_not_fit_leaves_nothing_behind(tiny_disk: Path, labels: LabelSet) -> None:
    ballast = fill(tiny_disk)
    with pytest.raises(StoreError):
        Store.create(tiny_disk / "ward.tagwell", labels)
    assert [one for one in tiny_disk.iterdir() if one != ballast] == []


def test_a_passphrase_that_cannot_be_set_for_want_of_room_changes_nothing(
    tiny_disk: Path, labels: LabelSet
) -> None:
    path = tiny_disk / "ward.tagwell"
    with Store.create(path, labels) as store:
        note = NoteId(store.add_notes([NewNote("a", "Takes aspirin.")], "anna", "Import").created[0])
        ballast = fill(tiny_disk)
        with pytest.raises(StoreError):
            store.change_passphrase(None, "secret")
        assert not store.encrypted
        ballast.unlink()
        assert store.annotate(note, (Span(6, 13),), "drug", "anna").created
        assert [one.name for one in tiny_disk.iterdir() if ".new" in one.name] == []
