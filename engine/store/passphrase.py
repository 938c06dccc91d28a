"""Passphrase: setting, changing and removing the passphrase of a project."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from engine.errors import ProjectLocked, StoreError, WrongPassphrase
from engine.store import connection as files
from engine.store.backup import verify
from engine.store.key import Key, derive
from engine.store.purge import Purging
from engine.store.sqlite import Connection, connect, foreseen

_WIPE_BYTES = 1 << 20


class Locking(Purging):
    """Encrypting a project, or writing it in the clear again."""

    def change_passphrase(self, old: str | None, new: str | None) -> tuple[Path, ...]:
        """Set, change or (with `new` None) remove the passphrase; returns the backups made before.

        Those still open with the old passphrase, or with none.  All other connections to the project
        must be closed.  The project is copied, checked, and only then put in place of the old file.

        Raises:
            WrongPassphrase: `old` is not the passphrase.
            ProjectLocked: another connection is open; nothing was changed.
            DiskFull: there is no room for the copy; nothing was changed.
        """
        if self.read_only:
            raise StoreError(f"“{self.path.name}” was opened for reading only.")
        if self.key is not None and (not old or derive(old, self.key.salt) != self.key):
            raise WrongPassphrase("The old passphrase is wrong. Nothing was changed.")
        key = None if new is None else derive(new)
        fresh = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}.new")
        try:
            self._write_under(fresh, key)
            verify(fresh, key)
            self._put_in_place(fresh, key)
        finally:
            for ending in ("", "-journal", "-wal", "-shm"):
                fresh.with_name(fresh.name + ending).unlink(missing_ok=True)
        return tuple(one.path for one in self.backups())

    def _write_under(self, fresh: Path, key: Key | None) -> None:
        with foreseen(self.path):
            connect(fresh, "rwc").close()
            literal = "" if key is None else key.literal
            self._conn.execute("ATTACH DATABASE ? AS fresh KEY ?", (str(fresh), literal))
            try:
                self._conn.execute("SELECT sqlcipher_export('fresh')").fetchone()
                for pragma in ("user_version", "application_id"):
                    (value,) = self._conn.execute(f"PRAGMA main.{pragma}").fetchone()
                    self._conn.execute(f"PRAGMA fresh.{pragma} = {int(value)}")
            finally:
                self._conn.execute("DETACH DATABASE fresh")
        with fresh.open("r+b") as file:
            os.fsync(file.fileno())

    def _put_in_place(self, fresh: Path, key: Key | None) -> None:
        """Swap the files while nobody has the old one open, and open the new one."""
        with foreseen(self.path):
            busy, _, _ = self._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self._db.close()
        wal = self.path.with_name(self.path.name + "-wal")
        if not busy and not wal.exists():
            old = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}.old")
            with suppress(OSError):  # a disk without hard links: the old file goes unwiped
                os.link(self.path, old)
            fresh.replace(self.path)
            self.key = key
            wipe(old)
        self._db = files.writing(self.path, self.key)
        self._conn: Connection = self._db.conn
        with foreseen(self.path):
            self._conn.execute("PRAGMA foreign_keys = ON")
        if busy or self.key is not key:
            raise ProjectLocked(f"“{self.path.name}” is still open elsewhere. Close it there first.")


def wipe(path: Path) -> None:
    """Overwrite a file before removing it: as much as a program can do on a disk of today."""
    with suppress(OSError):
        size = path.stat().st_size
        with path.open("r+b") as file:
            for at in range(0, size, _WIPE_BYTES):
                file.write(bytes(min(_WIPE_BYTES, size - at)))
            file.flush()
            os.fsync(file.fileno())
    path.unlink(missing_ok=True)
