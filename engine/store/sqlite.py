"""SQLite: the one door to the database library, and its failures in our words."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3
import sqlcipher3.dbapi2

from engine.errors import Cancelled, DiskFull, ProjectDamaged, ProjectLocked, StoreError

# sqlite-utils catches the exceptions of the library it finds first under these names.  Without this
# it would look for the standard library's, and miss those of the library that we hand it.
sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher3.dbapi2)

from sqlite_utils import Database  # noqa: E402
from sqlite_utils.migrations import Migrations  # noqa: E402

__all__ = ["Connection", "Database", "IntegrityError", "Migrations", "connect", "foreseen", "sqlite_error"]

Connection = Any
"""A connection of sqlcipher3, which says nothing of its types."""

IntegrityError: type[Exception] = sqlcipher3.IntegrityError

_BUSY, _LOCKED, _READONLY, _INTERRUPT, _IOERR, _CORRUPT = 5, 6, 8, 9, 10, 11
_FULL, _CANTOPEN, _NOTADB = 13, 14, 26
_SENTENCES: dict[int, tuple[type[StoreError | Cancelled], str]] = {
    _INTERRUPT: (Cancelled, "Stopped."),
    _FULL: (DiskFull, "The disk is full. The last step was not saved in “{}”; everything before it was."),
    _BUSY: (ProjectLocked, "Another program is working on “{}”. Close it there and try again."),
    _LOCKED: (ProjectLocked, "Another program is working on “{}”. Close it there and try again."),
    _CORRUPT: (ProjectDamaged, "“{}” is damaged or cut short. Restore it from a backup."),
    _NOTADB: (ProjectDamaged, "“{}” is damaged or cut short. Restore it from a backup."),
    _READONLY: (StoreError, "“{}” cannot be changed: the file or the disk is read-only."),
    _IOERR: (StoreError, "The disk did not let “{}” be read or written."),
    _CANTOPEN: (StoreError, "The disk did not let “{}” be opened."),
}
_PRIMARY = 0xFF  # the lower byte of an extended result code
_FULL_IN_WORDS = "database or disk is full"
_NO_ROOM_BYTES = 1 << 20


def connect(path: Path, mode: str, timeout_seconds: float = 2.0) -> Connection:
    """Return a bare connection to `path` in autocommit mode.

    `mode` is SQLite's own: ``ro``, ``rw``, ``rwc``, or ``immutable`` for a file that cannot change.
    """
    uri = path.absolute().as_uri() + ("?mode=ro&immutable=1" if mode == "immutable" else f"?mode={mode}")
    return sqlcipher3.connect(uri, uri=True, isolation_level=None, timeout=timeout_seconds)


@contextmanager
def foreseen(path: Path) -> Iterator[None]:
    """Turn what the database library raises inside into the errors a person can read.

    Raises:
        DiskFull, ProjectDamaged, ProjectLocked, StoreError: see `sqlite_error`.
        Cancelled: the connection was interrupted.
    """
    try:
        yield
    except sqlcipher3.Error as error:
        said = sqlite_error(error, path)
        if said is None:
            raise
        raise said from error


def sqlite_error(error: Exception, path: Path) -> StoreError | Cancelled | None:
    """Return what `error` means for the project at `path`, or None where it is a bug of ours."""
    code = (getattr(error, "sqlite_errorcode", 0) or 0) & _PRIMARY
    # SQL functions that write (sqlcipher_export) lose the code and keep the words.
    if str(error) == _FULL_IN_WORDS or (code == _IOERR and _no_room(path)):
        code = _FULL
    if code not in _SENTENCES:
        return None
    kind, sentence = _SENTENCES[code]
    return kind(sentence.format(path.name))


def _no_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _NO_ROOM_BYTES
    except OSError:
        return False
