"""Backup: verified copies beside the project, thinned with age, and the way back."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from engine.errors import ProjectDamaged, StoreError
from engine.store import connection as files
from engine.store.connection import ProjectFile
from engine.store.key import Key
from engine.store.sqlite import Connection, connect, foreseen

_NAME = re.compile(r"(\d{4}-\d{2}-\d{2} \d{2}-\d{2}-\d{2})(?:-\d+)? (.+)")
_TIME = "%Y-%m-%d %H-%M-%S"
_EVERY = timedelta(days=1)
_ALL_OF_LAST = timedelta(days=1)
_DAILY_FOR = timedelta(days=14)
_MOST_OF_LAST_DAY = 20
_AT_ONCE_BYTES = 32 << 20
"""A project up to this size is backed up while it opens (0.1 s); for a larger one `backup_due` says so."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy: when it was made (local time), why, and how large it is."""

    path: Path
    at: datetime
    reason: str
    size_bytes: int


class BackingUp(ProjectFile):
    """Making and listing backups; also from a `reader()` on another thread, while work goes on."""

    def backup(self, reason: str) -> Path:
        """Copy the project beside it, check the copy, thin out old ones; returns the copy.

        The copy of an encrypted project is encrypted, with the same passphrase.

        Raises:
            DiskFull, StoreError: no copy was made; the project is as it was.
            ProjectDamaged: the project itself is damaged: the copy did not pass its check.
        """
        made = copy_project(self._conn, self.path, self.key, reason)
        thin(self.path)
        return made

    def backups(self) -> list[Backup]:
        """Return the backups of this project, newest first."""
        return backups_of(self.path)

    @property
    def backup_due(self) -> bool:
        """Whether the newest backup is older than a day, or there is none though there is work to lose.

        Small projects are backed up by `open`.  For large ones the window does it in the background:
        ``with store.reader() as reader: reader.backup("daily")``.
        """
        newest = backups_of(self.path)[:1]
        if not newest:
            return self._one("SELECT 1 FROM operation LIMIT 1") is not None
        return datetime.now().astimezone() - newest[0].at > _EVERY

    def _backup_if_due(self) -> str | None:
        """Back up a small project when it is time; returns a sentence where that failed.

        A full disk must not keep anyone from opening their project.
        """
        try:
            if self.backup_due and self.path.stat().st_size <= _AT_ONCE_BYTES:
                self.backup("daily")
        except (StoreError, OSError) as error:
            why = str(error) if isinstance(error, StoreError) else "The folder cannot be written."
            return f"No backup could be made. {why}"
        return None


def backup_folder(project: Path) -> Path:
    """Return the folder that holds the backups of a project."""
    return project.with_name(f"{project.stem} backups")


def backups_of(project: Path) -> list[Backup]:
    """Return the backups of a project, newest first; also of one that cannot be opened."""
    found: list[Backup] = []
    for path in backup_folder(project).glob(f"*{project.suffix}"):
        said = _NAME.fullmatch(path.stem.removeprefix(project.stem + " "))
        if said is not None and path.name.startswith(project.stem + " "):
            with suppress(ValueError, OSError):
                at = datetime.strptime(said[1], _TIME).astimezone()
                found.append(Backup(path, at, said[2], path.stat().st_size))
    return sorted(found, key=lambda one: (one.at, one.path.name), reverse=True)


def copy_project(source: Connection, project: Path, key: Key | None, reason: str) -> Path:
    """Copy the project that `source` has open into its backup folder, and check the copy."""
    folder = backup_folder(project)
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        raise StoreError(f"The folder “{folder.name}” for backups cannot be made.") from None
    target = _free_name(folder, project, reason)
    with _beside(target) as new:
        _copy(source, new, key, project)
        verify(new, key)
        new.replace(target)
    return target


def _free_name(folder: Path, project: Path, reason: str) -> Path:
    why = re.sub(r"[^\w -]", "", reason).strip() or "by hand"
    at = datetime.now().astimezone().strftime(_TIME)
    names = (
        f"{project.stem} {at}{more} {why}{project.suffix}" for more in ("", *(f"-{i}" for i in range(2, 99)))
    )
    return next(folder / name for name in names if not (folder / name).exists())


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give a name beside `target` to write to first; whatever is left of it is removed."""
    new = target.with_name(f".{target.name}.{secrets.token_hex(4)}.new")
    try:
        yield new
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            new.with_name(new.name + ending).unlink(missing_ok=True)


def _copy(source: Connection, new: Path, key: Key | None, project: Path) -> None:
    with foreseen(project):
        target = connect(new, "rwc")
        try:
            if key is not None:
                key.unlock(target)
            source.backup(target)
            # A copy is one file: it must not need a -wal beside it.
            target.execute("PRAGMA journal_mode = DELETE")
        finally:
            target.close()
    with new.open("r+b") as file:
        os.fsync(file.fileno())


def verify(path: Path, key: Key | None) -> None:
    """Open a copy and check all of it.

    Raises:
        ProjectDamaged: it is not a whole project.
        WrongPassphrase: the key does not open it.
    """
    db = files.reading(path, key)
    try:
        files.check_version(db, path)
        with foreseen(path):
            said = db.execute("PRAGMA integrity_check(1)").fetchone()
    finally:
        db.close()
    if said is None or said[0] != "ok":
        raise ProjectDamaged(f"The copy “{path.name}” did not pass its check. The project may be damaged.")


def thin(project: Path) -> None:
    """Keep all backups of the last day (at most 20), one a day for two weeks, then one a week."""
    for path in superfluous(backups_of(project), datetime.now().astimezone()):
        with suppress(OSError):
            path.unlink()


def superfluous(backups: Iterable[Backup], now: datetime) -> list[Path]:
    """Return the backups that thinning removes at the time `now`; never the newest."""
    kept: set[object] = set()
    gone: list[Path] = []
    recent = 0
    for one in sorted(backups, key=lambda one: one.at, reverse=True):
        age = now - one.at
        if age <= _ALL_OF_LAST and recent < _MOST_OF_LAST_DAY:
            recent += 1
            kept |= {one.at.date(), one.at.isocalendar()[:2]}
            continue
        period: object = one.at.date() if age <= _DAILY_FOR else one.at.isocalendar()[:2]
        if period in kept:
            gone.append(one.path)
        kept |= {one.at.date(), one.at.isocalendar()[:2]}
    return gone


def restore(backup: Path, to: Path, passphrase: str | None = None) -> Path:
    """Make a project of a backup under a new name, checked; the backup stays; returns `to`.

    Raises:
        StoreError: there is a file of that name, or the folder cannot be written.
        WrongPassphrase: the backup is encrypted, and the passphrase is wrong or missing.
        ProjectDamaged: the backup is damaged.
    """
    to = to.absolute()
    if to.exists():
        raise StoreError(f"There is already a file “{to.name}”. Choose another name.")
    key = files.key_for(backup, passphrase)
    source = files.reading(backup, key)
    try:
        with _beside(to) as new:
            _copy(source.conn, new, key, to)
            verify(new, key)
            new.replace(to)
    except OSError:
        raise StoreError(f"“{to.name}” cannot be written into this folder. Choose another.") from None
    finally:
        source.close()
    return to
