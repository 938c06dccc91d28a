from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.annotation.annotation import RunId
from engine.annotation.said import Answer, LabelledSpan, SaidRelation, Unplaced, answer
from engine.errors import ProjectLocked, StoreError
from engine.labels.label_set import LabelSet
from engine.store.store import NewNote, RunRecord, Store
from engine.text.note import NoteId
from engine.text.span import Span

CANARY = "Xylophagous"
Content = Callable[[Store], dict[str, list[tuple[object, ...]]]]


def one(start: int, end: int) -> tuple[Span, ...]:
    return (Span(start, end),)


@pytest.fixture
def notes(store: Store, record: RunRecord) -> list[NoteId]:
    """Two notes with annotations, suggestions and history; the first holds the canary everywhere."""
    store.set_setting("a", 1)
    new = [
        NewNote(CANARY, f"{CANARY} pain, denies it.", {"patient": CANARY, "ward": CANARY}),
        NewNote("kept", "Chest pain, denies it."),
        *(NewNote(f"n{i}", f"{i} filler " * 100) for i in range(50)),
    ]
    first, second, *_ = (NoteId(i) for i in store.add_notes(new, "anna", "Import").created)
    run = store.begin_run(record, [first, second])
    for note, surface in ((first, CANARY), (second, "chest")):
        said = answer(
            [LabelledSpan(one(0, 5), "problem"), LabelledSpan(one(12, 18), "negation")],
            [SaidRelation(0, 1, "hasAttr")],
            [Unplaced("drug", surface)],
        )
        store.save_answer(run, note, said, 0.1)
        store.accept([p.id for p in store.view(note, "anna").suggestions], "anna")
        store.annotate(note, one(6, 10), "drug", "anna")
    store.annotate(first, one(6, 9), "test", "anna")
    store.undo("anna")
    return [first, second]


def everything(folder: Path, *, but: str = "backups") -> bytes:
    return b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file() and but not in str(one))


def test_nothing_of_an_erased_note_stays_in_the_file(store: Store, notes: list[NoteId], path: Path) -> None:
    store.keep_sentence_vectors({"of a sentence": CANARY})
    assert CANARY.encode() in everything(path.parent)
    purged = store.purge(notes[:1], "anna")
    assert purged.done.title == "Erase 1 note for good"
    assert purged.done.changes.notes
    assert CANARY.encode() not in everything(path.parent), "while the project is open, -wal and -shm included"
    assert b"ylophagous" not in everything(path.parent), "nor in the index of words"
    store.close()
    assert CANARY.encode() not in everything(path.parent)
    with Store.open(path) as again:
        for table in (
            "note",
            "note_text",
            "note_tokens",
            "answer",
            "annotation",
            "relation",
            "decision",
            "row_image",
            "run_note",
        ):
            column = "id" if table in ("note", "note_text") else "note_id"
            assert again._all(f"SELECT * FROM {table} WHERE {column} = ?", notes[0]) == []  # noqa: S608
        assert again._all("PRAGMA foreign_key_check") == []
        assert list(again.search(CANARY)) == []
        assert [hit.name for hit in again.search("denies")] == ["kept"]
        assert again.check().problems == ()


def test_other_notes_keep_their_history(store: Store, notes: list[NoteId], content: Content) -> None:
    store.purge(notes[:1], "anna")
    assert store.redo_title is None
    view = store.view(notes[1], "anna")
    assert (len(view.annotations), len(view.relations)) == (3, 1)
    final = content(store)
    undone = 0
    while store.undo("anna"):
        undone += 1
    assert undone == 4  # add, accept, run, import: of the other note
    assert content(store)["note"] == []
    while store.redo("anna"):
        pass
    assert content(store) == final
    assert store.check().problems == ()


def test_a_purge_is_not_undone(store: Store, notes: list[NoteId]) -> None:
    store.purge(notes, "anna")
    assert store.history(1)[0].kind == "purge"
    while store.undo("anna"):
        pass
    while store.redo("anna"):
        pass
    assert store.known_names([CANARY, "kept"]) == set()


def test_backups_that_still_hold_the_note_are_named(store: Store, notes: list[NoteId]) -> None:
    made = store.backup("by hand")
    purged = store.purge(notes[:1], "anna")
    assert purged.backups == (made,)
    assert made.name in purged.warning
    assert CANARY.encode() in made.read_bytes()
    made.unlink()
    assert store.purge(notes[1:], "anna").warning == ""


def test_a_note_that_was_removed_can_be_erased_too(store: Store, notes: list[NoteId], path: Path) -> None:
    store.remove_notes(notes[:1], "anna")
    store.purge(notes[:1], "anna")
    assert CANARY.encode() not in everything(path.parent)
    with pytest.raises(StoreError, match="not in the project"):
        store.purge(notes[:1], "anna")
    with pytest.raises(StoreError):
        store.purge([], "anna")


def test_an_import_of_which_all_is_erased_cannot_be_redone(store: Store) -> None:
    note = NoteId(store.add_notes([NewNote("a", "Text.")], "anna", "Import").created[0])
    store.undo("anna")
    store.purge([note], "anna")
    assert (store.undo_title, store.redo_title) == (None, None)


def test_a_purge_waits_for_nobody_who_reads(store: Store, notes: list[NoteId]) -> None:
    with store.reader() as reader:
        hits = reader.search("denies")
        next(hits)
        store.annotate(notes[1], one(0, 2), "test", "anna")
        with pytest.raises(ProjectLocked, match="Nothing was erased"):
            store.purge(notes[:1], "anna")
        assert store.note(notes[0]).name == CANARY
        hits.close()
        store.purge(notes[:1], "anna")


def test_an_encrypted_project_is_purged_too(path: Path, labels: LabelSet) -> None:
    with Store.create(path, labels, "secret") as store:
        note = NoteId(
            store.add_notes([NewNote("a", "Text."), NewNote("b", "Other.")], "anna", "Import").created[0]
        )
        store.purge([note], "anna")
        assert store.check().problems == ()
        assert len(store.note_ids()) == 1


# Passphrases that change


@pytest.mark.parametrize("before", [None, "old"])
@pytest.mark.parametrize("after", [None, "new"])
def test_a_passphrase_is_set_changed_and_removed(
    path: Path, labels: LabelSet, tmp_path: Path, content: Content, before: str | None, after: str | None
) -> None:
    from engine.errors import WrongPassphrase

    with Store.create(path, labels, before) as store:
        note = NoteId(store.add_notes([NewNote("a", f"{CANARY} pain.")], "anna", "Import").created[0])
        store.annotate(note, one(0, 11), "problem", "anna")
        old_backup = store.backup("by hand")
        held = content(store)
        assert store.change_passphrase(before, after) == (old_backup,)
        assert store.encrypted == (after is not None)
        assert content(store) == held
        store.undo("anna")
        store.redo("anna")
        made = store.annotate(note, one(12, 16), "test", "anna").created
        assert store.check().problems == ()
        with store.reader() as reader:
            assert [hit.note for hit in reader.search(CANARY)] == [note]
        new_backup = store.backup("by hand")
        copied = tmp_path / "copied"
        shutil.copytree(path.parent, copied, ignore=lambda *_: ["copied", "ward backups"])
    in_clear = CANARY.encode() in everything(copied) + new_backup.read_bytes()
    assert in_clear == (after is None)
    if after is not None:
        with pytest.raises(WrongPassphrase):
            Store.open(path, before)
    for one_file, passphrase in ((path, after), (new_backup, after), (old_backup, before)):
        with Store.open(one_file, passphrase, read_only=True) as again:
            assert again.view(note, "anna").annotations[0].label == "problem"
    with Store.open(path, after) as again:
        assert again.annotate(note, one(0, 3), "test", "anna").created > made
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(".")] == []


def test_the_old_passphrase_must_be_right(path: Path, labels: LabelSet) -> None:
    from engine.errors import WrongPassphrase

    with Store.create(path, labels, "old") as store:
        for wrong in (None, "", "new"):
            with pytest.raises(WrongPassphrase, match="Nothing was changed"):
                store.change_passphrase(wrong, "new")
        with pytest.raises(StoreError, match="empty"):
            store.change_passphrase("old", "")
    Store.open(path, "old").close()


def test_a_passphrase_is_not_changed_under_a_reader(store: Store, note: NoteId) -> None:
    with store.reader() as reader:
        with pytest.raises(ProjectLocked, match="still open elsewhere"):
            store.change_passphrase(None, "new")
        assert not store.encrypted
        assert reader.note(note).name == "note1"
        assert store.annotate(note, one(11, 21), "problem", "anna").created
    store.change_passphrase(None, "new")
    assert store.encrypted


def test_a_reader_does_not_change_the_passphrase(
    store: Store, note: NoteId, tagged: Callable[..., RunId]
) -> None:
    tagged(Answer())
    with store.reader() as reader, pytest.raises(StoreError, match="reading only"):
        reader.change_passphrase(None, "new")
