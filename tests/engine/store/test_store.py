from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine.annotation.said import Answer
from engine.errors import ProjectDamaged, ProjectLocked, ProjectNewer, StoreError, WrongPassphrase
from engine.labels.label_set import LabelSet
from engine.store.store import NewNote, Store
from engine.text.note import NoteId
from engine.text.span import Span


def test_a_new_project_knows_its_title_and_its_labels(store: Store, path: Path, labels: LabelSet) -> None:
    assert store.title == "Ward 7"
    assert store.label_set == labels
    assert store.label_set.fingerprint == labels.fingerprint
    assert (store.path, store.encrypted, store.read_only) == (path, False, False)
    assert len(store.note_ids()) == 0


def test_a_project_without_title_is_called_like_its_file(path: Path, labels: LabelSet) -> None:
    with Store.create(path, labels) as made:
        assert made.title == "ward"


def test_creating_never_touches_a_file_that_is_there(path: Path, labels: LabelSet) -> None:
    path.write_bytes(b"a letter")
    with pytest.raises(StoreError, match="already a file"):
        Store.create(path, labels)
    assert path.read_bytes() == b"a letter"


@pytest.mark.parametrize(
    "name", ["Ward 7 #1 ?x=%20 ü 🙂.tagwell", "no suffix", "[a-z]*.tagwell", 'o\'hara "x".tagwell']
)
@pytest.mark.parametrize("passphrase", [None, "it's; \"x'y\""])
def test_odd_names_and_passphrases_are_only_names(
    tmp_path: Path, labels: LabelSet, name: str, passphrase: str | None
) -> None:
    path = tmp_path / name
    with Store.create(path, labels, passphrase) as store:
        store.add_notes([NewNote("a", "Text.")], "o'hara", "Import")
        made = store.backup("it's odd")
        assert [one.path for one in store.backups()] == [made]
        store.change_passphrase(passphrase, "other'\"")
    with Store.open(path, "other'\"") as again:
        assert len(again.note_ids()) == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([name, f"{path.stem} backups"])


def test_creating_in_a_folder_that_is_not_there_is_refused(tmp_path: Path, labels: LabelSet) -> None:
    with pytest.raises(StoreError, match="ward"):
        Store.create(tmp_path / "nowhere" / "ward.tagwell", labels)


def test_a_project_is_one_file_once_it_is_closed(store: Store, note: NoteId, path: Path) -> None:
    store.close()
    store.close()
    assert [one.name for one in path.parent.iterdir()] == ["ward.tagwell"]


def test_reading_leaves_nothing_beside_the_file(store: Store, note: NoteId, path: Path) -> None:
    reader = store.reader()
    assert reader.note(note).name == "note1"
    store.annotate(note, (Span(11, 21),), "problem", "anna")
    store.close()
    with closing(sqlite3.connect(shutil.copy(path, path.with_name("copy.db")))) as copy:
        assert copy.execute("SELECT label FROM annotation").fetchall() == [("problem",)]
    path.with_name("copy.db").unlink()
    assert len(reader.view(note, "anna").annotations) == 1
    reader.close()
    assert [one.name for one in path.parent.iterdir()] == ["ward.tagwell"]
    with Store.open(path, read_only=True) as opened:
        assert len(opened.note_ids()) == 1
    assert [one.name for one in path.parent.iterdir()] == ["ward.tagwell"]


def test_what_was_done_is_there_after_opening_again(store: Store, note: NoteId, path: Path) -> None:
    store.annotate(note, (Span(11, 21),), "problem", "anna")
    store.close()
    with Store.open(path) as again:
        assert [one.label for one in again.view(note, "anna").annotations] == ["problem"]


def test_the_journal_is_written_through_and_deleted_text_is_overwritten(store: Store) -> None:
    asked = {
        one: store._all(f"PRAGMA {one}")[0][0] for one in ("journal_mode", "synchronous", "secure_delete")
    }
    assert asked == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
    assert store._all("PRAGMA foreign_keys") == [(1,)]
    assert store._all("PRAGMA temp_store") == [(2,)]


def test_every_table_of_ours_is_strict(store: Store) -> None:
    loose = store._all(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 "
        "AND name NOT LIKE 'sqlite%' AND name <> '_sqlite_migrations'"
    )
    assert loose == []


def test_sqlite_utils_catches_the_errors_of_the_library_that_we_use(tmp_path: Path) -> None:
    from engine.store.sqlite import Database, connect

    connection = connect(tmp_path / "x.db", "rwc")
    table = Database(connection, execute_plugins=False)["t"]
    table.insert({"a": 1})
    table.insert({"a": 1, "b": 2}, alter=True)  # fails where it waits for the standard library's error
    assert list(table.rows) == [{"a": 1, "b": None}, {"a": 1, "b": 2}]
    connection.close()


# Reading from elsewhere


def test_a_reader_sees_what_was_committed_and_cannot_write(store: Store, note: NoteId) -> None:
    with store.reader() as reader:
        store.annotate(note, (Span(11, 21),), "problem", "anna")
        assert len(reader.view(note, "anna").annotations) == 1
        with pytest.raises(StoreError, match="reading only"):
            reader.annotate(note, (Span(0, 3),), "problem", "anna")
        with pytest.raises(StoreError, match="reading only"):
            reader.set_setting("a", 1)


@pytest.mark.parametrize("passphrase", [None, "Großer Bär"])
def test_a_reader_may_be_made_and_used_by_another_thread(
    path: Path, labels: LabelSet, passphrase: str | None
) -> None:
    found: list[int] = []

    def look(store: Store) -> None:
        with store.reader() as reader:
            found.append(len(reader.note_ids()))

    with Store.create(path, labels, passphrase) as store:
        store.add_notes([NewNote("a", "Text.")], "anna", "Import")
        thread = threading.Thread(target=look, args=[store])
        thread.start()
        thread.join()
    assert found == [1]


def test_a_project_may_be_read_while_it_is_open_elsewhere(store: Store, note: NoteId, path: Path) -> None:
    with Store.open(path, read_only=True) as other:
        assert other.note(note).name == "note1"


def test_a_running_question_can_be_stopped_from_another_thread(store: Store) -> None:
    from engine.errors import Cancelled

    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    timer = threading.Timer(0.2, store.interrupt)
    timer.start()
    with pytest.raises(Cancelled):
        store._all(endless)
    timer.join()


# What cannot be opened


def test_a_file_that_is_not_there(path: Path) -> None:
    with pytest.raises(StoreError, match=r"There is no file “ward\.tagwell”"):
        Store.open(path)


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    "held",
    [
        b"",
        b"Dear colleague,\nthank you for sending",
        b"Dear colleague!!" * 1024,
        b"\0" * 100,
        b"SQLite format 3\0",
    ],
)
def test_a_file_that_is_no_project(path: Path, held: bytes, read_only: bool) -> None:
    path.write_bytes(held)
    with pytest.raises(ProjectDamaged):
        Store.open(path, read_only=read_only)
    assert path.read_bytes() == held


def test_a_file_of_noise_may_be_an_encrypted_project(path: Path) -> None:
    path.write_bytes(os.urandom(8192))
    with pytest.raises(WrongPassphrase, match="needs a passphrase, or is not"):
        Store.open(path)
    with pytest.raises(WrongPassphrase, match="does not open"):
        Store.open(path, "secret")


def test_a_database_of_another_program(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE t (x)")
    other.close()
    with pytest.raises(ProjectDamaged, match="not a Tagwell project"):
        Store.open(path)


def test_a_project_of_a_newer_version_is_refused_and_stays_as_it_is(store: Store, path: Path) -> None:
    store.close()
    newer = sqlite3.connect(path)
    newer.execute("PRAGMA user_version = 999")
    newer.close()
    before = path.read_bytes()
    with pytest.raises(ProjectNewer, match="newer version of Tagwell"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_project_that_was_cut_short(store: Store, path: Path) -> None:
    store.add_notes([NewNote(f"n{i}", f"Text number {i}. " * 50) for i in range(100)], "anna", "Import")
    store.close()
    whole = path.read_bytes()
    for share in (0.9, 0.5, 0.1):
        path.write_bytes(whole[: int(len(whole) * share) // 4096 * 4096])
        with pytest.raises(ProjectDamaged, match=r"cut short|damaged"):
            Store.open(path)


def test_a_page_of_zeroes_is_found_and_said(store: Store, path: Path) -> None:
    store.add_notes([NewNote(f"n{i}", f"Text number {i}. " * 50) for i in range(100)], "anna", "Import")
    store.close()
    held = bytearray(path.read_bytes())
    for page in range(20, len(held) // 4096):
        held[page * 4096 : (page + 1) * 4096] = bytes(4096)
    path.write_bytes(held)
    with pytest.raises(ProjectDamaged), Store.open(path) as opened:
        list(opened.gold(finished_only=False))


# Passphrases


def test_a_passphrase_is_asked_for_and_must_be_right(path: Path, labels: LabelSet) -> None:
    with Store.create(path, labels, "Großer Bär") as made:
        assert made.encrypted
    for wrong in (None, "", "großer bär"):
        with pytest.raises(WrongPassphrase):
            Store.open(path, wrong)
    with Store.open(path, "Gro\u00dfer Ba\u0308r") as opened:  # as another keyboard writes it
        assert opened.label_set == labels


def test_a_wrong_passphrase_says_nothing_on_stderr(
    path: Path, labels: LabelSet, capfd: pytest.CaptureFixture[str]
) -> None:
    Store.create(path, labels, "right").close()
    with pytest.raises(WrongPassphrase):
        Store.open(path, "wrong")
    assert capfd.readouterr().err == ""


def test_an_empty_passphrase_is_none(path: Path, labels: LabelSet) -> None:
    with pytest.raises(StoreError, match="empty"):
        Store.create(path, labels, "")
    assert not path.exists()


def test_nothing_of_an_encrypted_project_lies_in_the_clear(
    path: Path, labels: LabelSet, make_said: Callable[..., Answer]
) -> None:
    canary = "Xylophagous"
    store = Store.create(path, labels, "secret", title=canary)
    text = f"{canary} disease, denies it."
    note = store.add_notes([NewNote(canary, text, {"patient": canary})], canary, f"Import {canary}").created[
        0
    ]
    store.annotate(NoteId(note), (Span(0, 11),), "problem", canary)
    store.backup(f"because of {canary.lower()}"[:7])
    copy = path.with_name("copy")
    shutil.copytree(path.parent, copy, ignore=lambda *_: ["copy"])  # with -wal and -shm, as a thief finds it
    store.close()
    looked_at = [one for one in copy.rglob("*") if one.is_file()]
    assert {one.suffix for one in looked_at} >= {".tagwell", ".tagwell-wal", ".tagwell-shm"}
    for one in looked_at:
        held = one.read_bytes()
        assert canary.encode() not in held, one.name
        assert canary.lower().encode() not in held, one.name
        assert b"CREATE TABLE" not in held, one.name
    with closing(sqlite3.connect(path)) as db, pytest.raises(sqlite3.DatabaseError):
        db.execute("SELECT * FROM note")


def test_the_passphrase_opens_the_file_in_other_tools_of_sqlcipher(path: Path, labels: LabelSet) -> None:
    import sqlcipher3

    Store.create(path, labels, "secret", title="Ward").close()
    other = sqlcipher3.connect(path)
    other.execute("PRAGMA key = 'secret'")
    assert other.execute("SELECT value FROM project WHERE key = 'title'").fetchone() == ("Ward",)
    other.close()


# Disks


def test_a_read_only_disk_is_said_and_can_be_read(tiny_disk: Path, labels: LabelSet) -> None:
    path = tiny_disk / "ward.tagwell"
    with Store.create(path, labels) as made:
        made.add_notes([NewNote("a", "Text.")], "anna", "Import")
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    with pytest.raises(StoreError, match="read-only"):
        Store.open(path)
    with pytest.raises(StoreError, match="cannot be written"):
        Store.create(tiny_disk / "other.tagwell", labels)
    with Store.open(path, read_only=True) as opened:
        assert len(opened.note_ids()) == 1


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written(store: Store, path: Path) -> None:
    store.close()
    path.chmod(0o444)
    with pytest.raises(StoreError, match="read-only"):
        Store.open(path)


def test_leftovers_of_a_crash_are_swept_away(store: Store, path: Path) -> None:
    store.close()
    left = [
        path.with_name(f".{path.name}.{ending}") for ending in ("1a2b.new", "1a2b.new-journal", "1a2b.old")
    ]
    for one in left:
        one.write_bytes(b"half a project")
    Store.open(path).close()
    assert not any(one.exists() for one in left)


def test_messages_hold_no_text_of_a_note(store: Store, make_said: Callable[..., Answer]) -> None:
    from engine.errors import TagwellError

    word = "zebrafish"
    text = f"The {word} word."
    store.add_notes([NewNote("a", text)], "anna", "Import")
    bad = [
        NewNote("b", text),
        NewNote("c", text + "\0"),
        NewNote("d", text + "\ud800"),
        NewNote("e", text + "!", said=make_said((0, 999, "drug")), said_as="suggestions"),
        NewNote("f", text + "?", said=make_said((0, 3, "nothing")), said_as="annotations"),
    ]
    for new in bad:
        with pytest.raises(TagwellError) as caught:
            store.add_notes([new], "anna", "Import")
        assert word not in str(caught.value)
        assert word not in repr(new)


def test_the_store_is_refused_to_another_thread(store: Store) -> None:
    import sqlcipher3

    caught: list[Exception] = []

    def wrong() -> None:
        try:
            store.note_ids()
        except sqlcipher3.ProgrammingError as error:
            caught.append(error)

    thread = threading.Thread(target=wrong)
    thread.start()
    thread.join()
    assert len(caught) == 1


def test_importing_the_store_is_quick_enough_for_a_window_to_start() -> None:
    code = "import time; a = time.perf_counter(); import engine.store.store; print(time.perf_counter() - a)"
    took = min(
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(2)
    )
    assert took < 3


def test_a_second_window_is_told_to_close_the_first(store: Store, path: Path) -> None:
    with pytest.raises(ProjectLocked, match="open in another window"):
        Store.open(path)
