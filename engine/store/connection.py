"""Connection: opening a project file safely, for writing by one and for reading by many."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ProjectDamaged, ProjectNewer, StoreError, WrongPassphrase
from engine.store import schema
from engine.store.key import SALT_BYTES, Key, derive
from engine.store.lock import ProjectLock
from engine.store.migrations import SCHEMA_VERSION, version_of
from engine.store.sqlite import Connection, Database, connect, foreseen

_PLAIN = b"SQLite format 3\0"
_PAGE_BYTES = 4096


@dataclass(slots=True)
class Opened:
    """A connection, what it was opened with, and the lock it holds if it may write."""

    path: Path
    db: Database
    key: Key | None
    lock: ProjectLock | None


def key_for(path: Path, passphrase: str | None) -> Key | None:
    """Return the key that opens the file, None for a plain one.

    Raises:
        StoreError: there is no such file, or it cannot be read.
        ProjectDamaged: it is neither a database nor an encrypted one.
        WrongPassphrase: it is encrypted and no passphrase was given.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(SALT_BYTES)
    except FileNotFoundError:
        raise StoreError(f"There is no file “{path.name}” in this folder.") from None
    except IsADirectoryError:
        raise StoreError(f"“{path.name}” is a folder, not a project file.") from None
    except OSError:
        raise StoreError(f"“{path.name}” cannot be read. Ask for the right to read it.") from None
    if head == _PLAIN:
        return None
    if size < _PAGE_BYTES or size % _PAGE_BYTES or all(9 <= byte < 127 for byte in head):  # noqa: PLR2004
        raise ProjectDamaged(f"“{path.name}” is not a Tagwell project, or it was cut short.")
    if not passphrase:
        raise WrongPassphrase(f"“{path.name}” needs a passphrase, or is not a Tagwell project.")
    return derive(passphrase, head)


def reading(path: Path, key: Key | None) -> Database:
    """Return a connection that cannot write, on a file whose key is known."""
    with foreseen(path):
        frozen = not os.access(path.parent, os.W_OK) or _read_only_disk(path)
        wal = path.with_name(path.name + "-wal")
        connection = connect(path, "immutable" if frozen and not wal.exists() else "ro")
        _unlock(connection, key, path)
        connection.execute("PRAGMA query_only = ON")
        _tune(connection)
        return Database(connection, execute_plugins=False, recursive_triggers=False)


def writing(path: Path, key: Key | None) -> Database:
    """Return a connection that may write: WAL, each commit on the disk, deleted text overwritten.

    Foreign keys are still off: they are switched on after migrating.
    """
    refuse_read_only(path)
    with foreseen(path):
        connection = connect(path, "rw")
        _unlock(connection, key, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"PRAGMA journal_size_limit = {64 << 20}")
        _tune(connection)
        return Database(connection, execute_plugins=False, recursive_triggers=False)


def _tune(connection: Connection) -> None:
    connection.execute("PRAGMA temp_store = MEMORY")  # no note text in the system's temporary folder
    connection.execute(f"PRAGMA cache_size = {-(64 << 10)}")
    connection.execute("PRAGMA trusted_schema = OFF")


def _unlock(connection: Connection, key: Key | None, path: Path) -> None:
    """Hand over the key and look once, so that a wrong one is noticed here."""
    connection.execute("PRAGMA cipher_log_level = NONE")  # else a wrong key is written to stderr
    if key is not None:
        key.unlock(connection)
    try:
        with foreseen(path):
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except StoreError as error:
        connection.close()
        if key is not None and isinstance(error, ProjectDamaged):
            raise WrongPassphrase(f"This passphrase does not open “{path.name}”.") from None
        raise


def check_version(db: Database, path: Path) -> int:
    """Return the schema version of a project that we may open.

    Raises:
        ProjectDamaged: a database, but not a project.
        ProjectNewer: made by a newer version of the program.
    """
    with foreseen(path):
        (application,) = db.execute("PRAGMA application_id").fetchone()
        version = version_of(db)
    if application != schema.APPLICATION_ID:
        raise ProjectDamaged(f"“{path.name}” is a database, but not a Tagwell project.")
    if version > SCHEMA_VERSION:
        raise ProjectNewer(
            f"“{path.name}” was made by a newer version of Tagwell. Install that version to open it."
        )
    return version


def refuse_read_only(path: Path) -> None:
    """Refuse a file that we may not write.

    Raises:
        StoreError: the file or its disk is read-only.
    """
    try:
        with path.open("r+b"):
            pass
    except OSError:
        raise StoreError(
            f"“{path.name}” cannot be opened for writing: the file or the disk is read-only. "
            "Copy it to a folder of your own and open the copy."
        ) from None


def _read_only_disk(path: Path) -> bool:
    if not hasattr(os, "statvfs"):
        return False
    with suppress(OSError):
        return bool(os.statvfs(path.parent).f_flag & os.ST_RDONLY)
    return False


def _tidy(path: Path, key: Key | None) -> None:
    """Remove the journal files that a reader leaves beside a project which nobody writes."""
    if not path.with_name(path.name + "-wal").exists():
        return
    with suppress(StoreError):
        lock = ProjectLock(path)
        try:
            writing(path, key).close()
        finally:
            lock.release()


class ProjectFile:
    """An open project file: its connection and the questions everything else is built from.

    Used from the one thread that opened it; only `path`, `key` and `interrupt` from any.
    """

    def __init__(self, opened: Opened) -> None:
        self.path = opened.path
        self.key = opened.key
        self.read_only = opened.lock is None
        self._db = opened.db
        self._conn: Connection = opened.db.conn
        self._lock = opened.lock
        self._closed = False

    @property
    def encrypted(self) -> bool:
        """Whether the project has a passphrase."""
        return self.key is not None

    def interrupt(self) -> None:
        """Stop the question that is running now; it raises `Cancelled`.  From any thread."""
        self._conn.interrupt()

    def close(self) -> None:
        """Close the file and let others in; harmless when called twice."""
        if self._closed:
            return
        self._closed = True
        if self._lock is not None:
            # A copy of the one file must be whole, even while somebody still reads.
            with suppress(StoreError), foreseen(self.path):
                self._conn.execute("PRAGMA busy_timeout = 200")
                self._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self._db.close()
        if self._lock is not None:
            self._lock.release()
        else:
            _tidy(self.path, self.key)

    def _all(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with foreseen(self.path):
            rows: list[tuple[Any, ...]] = self._conn.execute(sql, parameters).fetchall()
            return rows

    def _one(self, sql: str, *parameters: object) -> tuple[Any, ...] | None:
        with foreseen(self.path):
            row: tuple[Any, ...] | None = self._conn.execute(sql, parameters).fetchone()
            return row

    def _each(self, sql: str, *parameters: object) -> Iterator[tuple[Any, ...]]:
        with foreseen(self.path):
            yield from self._conn.execute(sql, parameters)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """One transaction, on the disk when this returns; rolled back whole on any error.

        Raises:
            StoreError: this connection may not write.
            DiskFull: nothing was written.
        """
        if self.read_only:
            raise StoreError(f"“{self.path.name}” was opened for reading only.")
        with foreseen(self.path), self._db.atomic():
            yield
