"""Lock: one writer at a time for a project, held by the operating system."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from io import FileIO
from pathlib import Path

from engine.errors import ProjectLocked, StoreError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# Windows forbids reading locked bytes: we lock one that nobody writes.
_LOCKED_BYTE = 1 << 20


class ProjectLock:
    """Held from opening to closing.  Ends with the process, even when that is killed.

    The lock is the system's, not the file's presence: a lock file left behind by a crash locks
    nobody out.  The file says who holds it, for the message that another window shows.

    Raises:
        ProjectLocked: another window, or another process, holds it.
        StoreError: the folder lets nothing be written.
    """

    def __init__(self, project: Path) -> None:
        self._path = project.with_name(project.name + ".lock")
        self._file: FileIO | None = self._acquired(project)
        self._say_who()

    def _acquired(self, project: Path) -> FileIO:
        while True:
            try:
                file = self._path.open("r+b" if self._path.exists() else "w+b", buffering=0)
            except FileNotFoundError:
                continue  # its last holder removed it between our two looks
            except OSError:
                raise StoreError(
                    f"“{project.name}” cannot be opened for writing: its folder or disk is read-only."
                ) from None
            if not _take(file):
                who = _holder(file)
                file.close()
                raise ProjectLocked(f"“{project.name}” is open in another window{who}. Close it there first.")
            if _still_there(file, self._path):
                return file
            file.close()

    def _say_who(self) -> None:
        if self._file is None:
            return
        said = {"process": os.getpid(), "since": datetime.now().astimezone().strftime("%H:%M on %d %B %Y")}
        try:
            self._file.truncate(0)
            self._file.seek(0)
            self._file.write(json.dumps(said).encode())
        except OSError:
            pass  # a full disk must not keep anyone from reading their project

    def release(self) -> None:
        """Let others in; harmless when called twice."""
        if self._file is None:
            return
        if sys.platform != "win32":
            self._path.unlink(missing_ok=True)  # while we hold it, so that nobody loses a lock by it
        self._file.close()
        self._file = None


def _take(file: FileIO) -> bool:
    try:
        if sys.platform == "win32":
            file.seek(_LOCKED_BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _still_there(file: FileIO, path: Path) -> bool:
    """Whether the file that we locked is the one that others will look at."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    mine = os.fstat(file.fileno())
    return (mine.st_ino, mine.st_dev) == (there.st_ino, there.st_dev)


def _holder(file: FileIO) -> str:
    try:
        file.seek(0)
        said = json.loads(file.read(1000))
        return f" (since {said['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
