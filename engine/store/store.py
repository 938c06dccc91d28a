"""Store: one open project file."""

from __future__ import annotations

import glob
import os
import secrets
import uuid
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.annotation.changes import Changes
from engine.annotation.gold import Gold
from engine.errors import DiskFull, StoreError
from engine.labels.label_set import LabelSet
from engine.store import connection as files
from engine.store import label_sets
from engine.store.backup import Backup, copy_project, restore
from engine.store.integrity import CheckReport
from engine.store.key import Key, derive
from engine.store.layers import LayerRow
from engine.store.location import refuse_shared_place
from engine.store.lock import ProjectLock
from engine.store.migrations import SCHEMA_VERSION, migrate
from engine.store.notes import NewNote, NoteQuery, NoteRow
from engine.store.operations import Done, OperationId, OperationRow, now
from engine.store.origins import Origin
from engine.store.passphrase import Locking, wipe
from engine.store.purge import Purged
from engine.store.runs import RunRecord, RunRow
from engine.store.search import Hit
from engine.store.sqlite import Database, connect, foreseen
from engine.store.view import NoteView

__all__ = [
    "Backup", "Changes", "CheckReport", "Done", "Gold", "Hit", "LayerRow", "NewNote", "NoteQuery", "NoteRow",
    "NoteView", "OperationId", "OperationRow", "Origin", "Purged", "RunRecord", "RunRow", "Store",
]  # fmt: skip


class Store(Locking):
    """One open project file, used from the one thread that opened it.

    Every method that changes something is one operation: one transaction, on the disk when the
    method returns, one row of the log, one step of undo.  It returns what it touched, and raises an
    error of `engine.errors` when nothing was changed.
    """

    warnings: tuple[str, ...] = ()
    """Sentences that the user should see after opening; mostly none."""

    restore = staticmethod(restore)
    """`Store.restore(backup, to, passphrase)`: see `engine.store.backup.restore`."""

    @classmethod
    def create(cls, path: Path, labels: LabelSet, passphrase: str | None = None, title: str = "") -> Self:
        """Make a new project and open it for writing.

        Raises:
            StoreError: there is a file of that name, or the folder cannot be written.
            ProjectLocked: it would lie on a network drive or in a synchronised folder.
        """
        path = path.absolute()
        refuse_shared_place(path)
        if path.exists():
            raise StoreError(f"There is already a file “{path.name}”. Choose another name.")
        key = derive(passphrase) if passphrase is not None else None
        _make(path, labels, key, title)
        return cls._writing(path, key)

    @classmethod
    def open(cls, path: Path, passphrase: str | None = None, read_only: bool = False) -> Self:
        """Open a project, for writing unless `read_only`.

        Raises:
            StoreError: it is not there, or cannot be written.
            ProjectLocked: open elsewhere, on a network drive, or in a synchronised folder.
            ProjectNewer: made by a newer version of the program.
            WrongPassphrase: the passphrase is wrong or missing.
            ProjectDamaged: not a project, or cut short.
        """
        path = path.absolute()
        refuse_shared_place(path)
        key = files.key_for(path, passphrase)
        return cls._reading(path, key) if read_only else cls._writing(path, key)

    @classmethod
    def _reading(cls, path: Path, key: Key | None) -> Self:
        db = files.reading(path, key)
        try:
            version = files.check_version(db, path)
        except StoreError:
            db.close()
            raise
        if version < SCHEMA_VERSION:
            db.close()
            raise StoreError(f"“{path.name}” was made by an older version. Open it once for writing.")
        return cls(files.Opened(path, db, key, None))

    @classmethod
    def _writing(cls, path: Path, key: Key | None) -> Self:
        files.refuse_read_only(path)
        lock = ProjectLock(path)
        try:
            db = files.writing(path, key)
        except DiskFull:
            lock.release()
            raise DiskFull(f"The disk is full, so “{path.name}” cannot be opened. Make room first.") from None
        except BaseException:
            lock.release()
            raise
        try:
            if files.check_version(db, path) < SCHEMA_VERSION:
                copy_project(db.conn, path, key, "before an update")
            with foreseen(path):
                migrate(db)
                db.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            db.close()
            lock.release()
            raise
        _sweep(path)
        store = cls(files.Opened(path, db, key, lock))
        failed = store._backup_if_due()
        store.warnings = () if failed is None else (failed,)
        return store

    def reader(self) -> Self:
        """Return a second connection to this file, for reading, for the thread that calls this.

        Any thread may call it; no passphrase is needed again.  Close it before this one.
        """
        return self._reading(self.path, self.key)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _make(path: Path, labels: LabelSet, key: Key | None, title: str) -> None:
    """Write a whole new project under another name, then give it its own: never half a project."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        new.touch(exist_ok=False)  # says at once whether this folder can be written
        with foreseen(path):
            connection = connect(new, "rw")
            try:
                if key is not None:
                    key.unlock(connection)
                connection.execute("PRAGMA synchronous = FULL")
                db = Database(connection, execute_plugins=False, recursive_triggers=False)
                migrate(db)
                _fill(db, labels, title)
            finally:
                connection.close()
        _give_name(new, path)
    except FileExistsError:
        raise StoreError(f"There is already a file “{path.name}”. Choose another name.") from None
    except OSError:
        raise StoreError(f"“{path.name}” cannot be written into this folder. Choose another.") from None
    finally:
        for ending in ("", "-journal"):
            with suppress(OSError):
                new.with_name(new.name + ending).unlink()


def _give_name(new: Path, path: Path) -> None:
    """Name a file; one that has the name already stays."""
    try:
        os.link(new, path)
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links
        if path.exists():
            raise FileExistsError from None
        new.rename(path)


def _sweep(path: Path) -> None:
    """Remove what a crash in the middle of making or changing this project left beside it."""
    for left in (
        *path.parent.glob(f".{glob.escape(path.name)}.*.new*"),
        *path.parent.glob(f".{glob.escape(path.name)}.*.old"),
    ):
        wipe(left)


def _fill(db: Database, labels: LabelSet, title: str) -> None:
    with db.atomic():
        said = {
            "id": str(uuid.uuid4()),
            "created": now(),
            "title": title.strip(),
            "salt": secrets.token_hex(32),
        }
        for key, value in said.items():
            db.execute("INSERT INTO project (key, value) VALUES (?, ?)", (key, value))
        db.execute(
            "INSERT INTO label_set (name, version, fingerprint, definition, added) VALUES (?, ?, ?, ?, ?)",
            (labels.name, labels.version, labels.fingerprint, label_sets.to_json(labels), now()),
        )
