from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ProjectDamaged, StoreError, WrongPassphrase
from engine.labels.label_set import LabelSet
from engine.store.backup import Backup, backup_folder, backups_of, superfluous
from engine.store.store import NewNote, Store
from engine.text.note import NoteId
from engine.text.span import Span

Content = Callable[[Store], dict[str, list[tuple[object, ...]]]]
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_a_backup_is_a_whole_project_of_one_file(store: Store, note: NoteId, content: Content) -> None:
    store.annotate(note, (Span(11, 21),), "problem", "anna")
    made = store.backup("by hand")
    store.annotate(note, (Span(29, 36),), "drug", "anna")
    assert made.parent == store.path.with_name("ward backups")
    assert re.fullmatch(r"ward \d{4}-\d\d-\d\d \d\d-\d\d-\d\d by hand\.tagwell", made.name)
    assert [one.name for one in made.parent.iterdir()] == [made.name]
    with Store.open(made, read_only=True) as copy:
        assert [a.label for a in copy.view(note, "anna").annotations] == ["problem"]
        assert copy.check().problems == ()
    (listed,) = store.backups()
    assert (listed.path, listed.reason, listed.size_bytes) == (made, "by hand", made.stat().st_size)
    assert abs(datetime.now().astimezone() - listed.at) < timedelta(minutes=1)


def test_backups_in_one_second_have_names_of_their_own(store: Store, note: NoteId) -> None:
    made = [store.backup("by hand") for _ in range(3)]
    assert len(set(made)) == 3
    assert [one.path for one in store.backups()] == made[::-1]


def test_a_reason_cannot_lead_out_of_the_folder(store: Store, note: NoteId) -> None:
    made = store.backup("../../x:y\0")
    assert made.parent == backup_folder(store.path)
    assert store.backups()[0].reason == "xy"


def test_a_backup_may_be_made_by_a_reader_on_another_thread(store: Store, note: NoteId) -> None:
    made: list[Path] = []

    def back_up() -> None:
        with store.reader() as reader:
            made.append(reader.backup("daily"))

    thread = threading.Thread(target=back_up)
    thread.start()
    store.annotate(note, (Span(11, 21),), "problem", "anna")
    thread.join()
    with Store.open(made[0], read_only=True) as copy:
        assert copy.check().problems == ()


def test_backups_of_an_encrypted_project_are_encrypted(path: Path, labels: LabelSet) -> None:
    with Store.create(path, labels, "secret") as store:
        store.add_notes([NewNote("a", "Canarybird.")], "anna", "Import")
        made = store.backup("by hand")
    assert b"Canarybird" not in made.read_bytes()
    with pytest.raises(WrongPassphrase):
        Store.open(made, read_only=True)
    with Store.open(made, "secret", read_only=True) as copy:
        assert copy.note(NoteId(1)).text == "Canarybird."


def test_opening_backs_up_once_a_day_and_only_what_is_worth_it(path: Path, labels: LabelSet) -> None:
    with Store.create(path, labels) as store:
        assert not store.backup_due
        assert store.backups() == []
        store.add_notes([NewNote("a", "Text.")], "anna", "Import")
        assert store.backup_due
    for _ in range(2):
        with Store.open(path) as store:
            assert [one.reason for one in store.backups()] == ["daily"]
            assert not store.backup_due
            assert store.warnings == ()
    (made,) = backups_of(path)
    old = (datetime.now().astimezone() - timedelta(days=2)).strftime("%Y-%m-%d %H-%M-%S")
    made.path.rename(made.path.with_name(f"ward {old} daily.tagwell"))
    with Store.open(path) as store:
        assert len(store.backups()) == 2


def test_a_damaged_project_gives_no_backup_and_hides_no_good_one(store: Store, note: NoteId) -> None:
    store.add_notes([NewNote(f"n{i}", f"{i} " * 2000) for i in range(200)], "anna", "Import")
    good = store.backup("by hand")
    store.close()
    held = bytearray(store.path.read_bytes())
    middle = len(held) // 2 // 4096 * 4096
    held[middle : middle + 40960] = b"\xff" * 40960
    store.path.write_bytes(held)
    with pytest.raises(ProjectDamaged), Store.open(store.path) as damaged:
        damaged.backup("by hand")
    assert [one.path for one in backups_of(store.path)] == [good]
    assert [one.name for one in good.parent.iterdir()] == [good.name]


# Restoring


def test_a_backup_becomes_a_project_again_beside_the_old_one(
    store: Store, note: NoteId, content: Content
) -> None:
    store.annotate(note, (Span(11, 21),), "problem", "anna")
    made, before = store.backup("by hand"), content(store)
    store.undo("anna")
    to = store.path.with_name("restored.tagwell")
    assert Store.restore(made, to) == to
    assert made.exists()
    with Store.open(to) as restored:
        assert content(restored) == before
        assert restored.undo_title == "Add problem"
        restored.annotate(note, (Span(29, 36),), "drug", "anna")
        assert restored.check().problems == ()


def test_restoring_overwrites_nothing_and_believes_nothing(
    store: Store, note: NoteId, tmp_path: Path
) -> None:
    made = store.backup("by hand")
    with pytest.raises(StoreError, match="already a file"):
        Store.restore(made, store.path)
    with pytest.raises(StoreError):
        Store.restore(made, tmp_path / "nowhere" / "x.tagwell")
    half = made.with_name("half.tagwell")
    half.write_bytes(made.read_bytes()[: 4096 * 10])
    with pytest.raises(ProjectDamaged):
        Store.restore(half, tmp_path / "new.tagwell")
    assert not (tmp_path / "new.tagwell").exists()
    with pytest.raises(StoreError, match="no file"):
        Store.restore(tmp_path / "gone.tagwell", tmp_path / "new.tagwell")


def test_an_encrypted_backup_needs_its_passphrase(path: Path, labels: LabelSet, tmp_path: Path) -> None:
    with Store.create(path, labels, "secret") as store:
        store.add_notes([NewNote("a", "Text.")], "anna", "Import")
        made = store.backup("by hand")
    with pytest.raises(WrongPassphrase):
        Store.restore(made, tmp_path / "new.tagwell")
    Store.restore(made, tmp_path / "new.tagwell", "secret")
    with Store.open(tmp_path / "new.tagwell", "secret") as restored:
        assert len(restored.note_ids()) == 1


# Thinning


def backups(*ages: timedelta) -> list[Backup]:
    return [Backup(Path(f"{i}"), NOW - age, "daily", 1) for i, age in enumerate(ages)]


def test_all_of_the_last_day_are_kept_up_to_twenty() -> None:
    many = backups(*(timedelta(minutes=10 * i) for i in range(30)))
    assert len(superfluous(many, NOW)) == 10
    assert superfluous(many[:20], NOW) == []


def test_one_a_day_is_kept_for_two_weeks_then_one_a_week() -> None:
    many = backups(*(timedelta(hours=6 * i) for i in range(4 * 60)))
    gone = set(superfluous(many, NOW))
    kept = [one for one in many if one.path not in gone]
    ages = [NOW - one.at for one in kept]
    older = [age for age in ages if timedelta(days=1) < age <= timedelta(days=14)]
    assert len({(NOW - age).date() for age in older}) == len(older) >= 12
    oldest = [NOW - age for age in ages if age > timedelta(days=14)]
    assert len({at.isocalendar()[:2] for at in oldest}) == len(oldest) >= 6


@given(hours=st.lists(st.integers(0, 24 * 400), min_size=1, unique=True))
def test_thinning_keeps_the_newest_and_is_settled_after_once(hours: list[int]) -> None:
    many = backups(*(timedelta(hours=h) for h in hours))
    gone = set(superfluous(many, NOW))
    kept = [one for one in many if one.path not in gone]
    assert max(many, key=lambda one: one.at) in kept
    assert superfluous(kept, NOW) == []


def test_thinning_touches_only_backups_of_this_project(store: Store, note: NoteId) -> None:
    folder = backup_folder(store.path)
    folder.mkdir()
    mine = [folder / f"ward 2020-01-0{i} 10-00-00 daily.tagwell" for i in (6, 7, 8)]
    others = [
        folder / "ward notes.txt",
        folder / "ward2 2020-01-06 10-00-00 daily.tagwell",
        folder / "ward copy.tagwell",
    ]
    for one in (*mine, *others):
        one.write_bytes(b"x")
    store.backup("by hand")
    assert [one.exists() for one in mine] == [False, False, True]
    assert all(one.exists() for one in others)


def test_plain_sqlite_opens_a_backup(store: Store, note: NoteId) -> None:
    made = store.backup("by hand")
    with closing(sqlite3.connect(made)) as db:
        assert db.execute("SELECT name FROM note").fetchall() == [("note1",)]
