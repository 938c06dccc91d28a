from __future__ import annotations

import gzip
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import StoreError
from engine.labels.label_set import LabelSet
from engine.store import migrations
from engine.store.migrations import SCHEMA_VERSION
from engine.store.sqlite import Database, Migrations
from engine.store.store import NewNote, Store
from engine.text.note import NoteId
from engine.text.span import Span

SHIPPED = sorted((Path(__file__).parents[2] / "project_files").glob("*.tagwell.gz"))
"""One project of every schema that was ever shipped."""


def shape(store: Store) -> list[tuple[object, ...]]:
    return store._all("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")


def asked(path: Path, sql: str) -> list[tuple[object, ...]]:
    """The answer of plain sqlite3."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> Migrations:
    """A version of the program with one more step."""
    steps = Migrations("tagwell")
    for step in migrations.steps._migrations:
        steps(name=step.name)(step.fn)

    @steps(name="9998 for a test")
    def colour(db: Database) -> None:
        db.execute("ALTER TABLE note ADD COLUMN colour TEXT")
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")

    monkeypatch.setattr(migrations, "steps", steps)
    monkeypatch.setattr("engine.store.store.SCHEMA_VERSION", SCHEMA_VERSION + 1)
    monkeypatch.setattr("engine.store.connection.SCHEMA_VERSION", SCHEMA_VERSION + 1)
    return steps


def test_the_last_step_reaches_the_version_we_speak_of(store: Store) -> None:
    assert store._one("PRAGMA user_version") == (SCHEMA_VERSION,)
    assert len(migrations.steps._migrations) == SCHEMA_VERSION


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda path: path.name)
def test_a_project_of_every_version_becomes_one_of_today(
    shipped: Path, tmp_path: Path, store: Store, note: NoteId
) -> None:
    old = tmp_path / "old.tagwell"
    old.write_bytes(gzip.decompress(shipped.read_bytes()))
    with Store.open(old) as opened:
        assert shape(opened) == shape(store)
        assert opened.check().problems == ()
        view = opened.view(NoteId(1), "anna")
        assert [one.label for one in view.annotations] == ["problem"]
        assert [one.said.label for one in view.suggestions] == ["drug"]
        assert opened.undo("anna") is not None


def test_there_is_a_project_of_each_version() -> None:
    assert [path.name for path in SHIPPED] == [f"{i:04}.tagwell.gz" for i in range(1, SCHEMA_VERSION + 1)]


def test_a_backup_is_made_before_an_update(store: Store, note: NoteId, next_version: Migrations) -> None:
    store.annotate(note, (Span(11, 21),), "problem", "anna")
    store.close()
    with Store.open(store.path) as updated:
        assert updated._one("PRAGMA user_version") == (SCHEMA_VERSION + 1,)
        assert updated._one("SELECT colour FROM note") == (None,)
        assert updated._one("PRAGMA foreign_keys") == (1,)
        assert len(updated.view(note, "anna").annotations) == 1
        assert [one.reason for one in updated.backups()] == ["before an update"]
        backup = updated.backups()[0].path
    assert asked(backup, "PRAGMA user_version") == [(SCHEMA_VERSION,)]


def test_an_update_that_fails_leaves_the_project_as_it_was(
    store: Store, note: NoteId, next_version: Migrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    @next_version(name="9999 that fails")
    def fail(db: Database) -> None:
        db.execute("ALTER TABLE note ADD COLUMN size TEXT")
        raise StoreError("No.")

    store.close()
    with pytest.raises(StoreError, match="No"):
        Store.open(store.path)
    columns = [row[1] for row in asked(store.path, "PRAGMA table_info(note)")]
    assert "colour" in columns
    assert "size" not in columns
    next_version._migrations.pop()
    with Store.open(store.path) as updated:
        assert updated.check().problems == ()


def test_an_older_project_is_not_updated_by_looking_at_it(store: Store, next_version: Migrations) -> None:
    store.close()
    with pytest.raises(StoreError, match="Open it once for writing"):
        Store.open(store.path, read_only=True)
    assert asked(store.path, "PRAGMA user_version") == [(SCHEMA_VERSION,)]


def test_a_full_disk_before_an_update_stops_it(
    tiny_disk: Path, labels: LabelSet, request: pytest.FixtureRequest
) -> None:
    path = tiny_disk / "ward.tagwell"
    with Store.create(path, labels) as store:
        store.add_notes([NewNote("a", "x" * 600_000)], "anna", "Import")
    (tiny_disk / "ballast").write_bytes(bytes(shutil.disk_usage(tiny_disk).free - 200_000))
    request.getfixturevalue("next_version")
    with pytest.raises(StoreError):
        Store.open(path)
    assert asked(path, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
