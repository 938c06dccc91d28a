"""Placing: writing several files so that all of them appear, or none."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from engine.errors import DiskFull, ExportError

_MARK = ".tagwell-writing-"
_ABANDONED_SECONDS = 24 * 3600


class NewFiles:
    """Files that are written beside their final place and appear there together.

    They grow in a hidden folder on the same disk, inside the target or, where that is
    new, beside it (never in the system's folder for temporary files: they hold notes).
    `place` moves them, a new folder in one step; leaving the ``with`` block without it
    removes them.  Used from one thread.

    Raises:
        ExportError: the target cannot be written to, or holds such files already.
        DiskFull: no room; nothing was placed.
    """

    def __init__(self, target: Path, *, overwrite: bool = False) -> None:
        self.target = target
        self._overwrite = overwrite
        self._stack = ExitStack()
        self._made: list[Path] = []  # folders that were not there before
        self._names: dict[str, None] = {}
        self._placed = False
        self._new = False
        self.folder: Path  # only inside the ``with`` block

    def __enter__(self) -> Self:
        try:
            self._new = not os.path.lexists(self.target)
            self._make_folders(self.target.parent if self._new else self.target)
            beside = self.target.parent if self._new else self.target
            _remove_abandoned(beside)
            self.folder = beside / f"{_MARK}{secrets.token_hex(4)}"
            self.folder.mkdir()
        except OSError as failure:
            self._remove_made()
            raise explained(failure, self.target) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._stack.close()
        except OSError as failure:
            # Closing writes out what is buffered: a full disk may show only here.
            raised = raised or failure
        shutil.rmtree(self.folder, ignore_errors=True)
        if not self._placed:
            self._remove_made()
        if isinstance(raised, OSError):
            raise explained(raised, self.target) from None

    def open(self, name: str) -> TextIO:
        """Return a new UTF-8 file called `name` (a relative path); line breaks are written as they are.

        Raises:
            ExportError: the target has such a file and it may not be replaced.
        """
        self._check(name)
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("x", encoding="utf-8", newline="")
        self._names[name] = None
        return self._stack.enter_context(file)

    def write(self, name: str, text: str) -> None:
        """Write a whole file at once; see `open`."""
        self._check(name)
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
        self._names[name] = None

    def has(self, name: str) -> bool:
        """Whether a file called `name` is among the new ones."""
        return name in self._names

    @property
    def written(self) -> list[Path]:
        """The files as they stand now, before they are placed; closes those still open."""
        self._stack.close()
        return [self.folder / name for name in self._names]

    def place(self) -> list[Path]:
        """Move all files to their places and return these; call it last in the ``with`` block."""
        files = self.written
        if not (self._new and self._place_folder()):
            self._place_files(files)
        self._placed = True
        return [self.target / name for name in self._names]

    def _place_folder(self) -> bool:
        try:
            self.folder.rename(self.target)
        except OSError:
            # Someone made the folder meanwhile, or a virus scanner holds ours: file by file then.
            return False
        return True

    def _place_files(self, files: list[Path]) -> None:
        for name in self._names:
            self._check(name)
        moved: list[tuple[Path, Path | None]] = []
        try:
            for name, path in zip(self._names, files, strict=True):
                moved.append(self._move(path, self.target / name))
        except OSError:
            _put_back(moved)
            raise

    def _move(self, path: Path, to: Path) -> tuple[Path, Path | None]:
        to.parent.mkdir(parents=True, exist_ok=True)
        before: Path | None = None
        if os.path.lexists(to):
            before = self.folder / f"replaced-{secrets.token_hex(8)}"
            to.rename(before)
        try:
            path.rename(to)
        except OSError:
            if before is not None:
                before.rename(to)
            raise
        return to, before

    def _check(self, name: str) -> None:
        to = self.target / name
        if os.path.lexists(to) and not self._overwrite:
            raise ExportError(
                f"The folder “{self.target.name or self.target}” already has a file “{name}”. "
                "Choose an empty folder, or allow files to be replaced."
            )
        if to.is_dir():
            raise ExportError(f"There is a folder where the file “{name}” should be written.")

    def _make_folders(self, folder: Path) -> None:
        missing = [one for one in (folder, *folder.parents) if not os.path.lexists(one)]
        for one in reversed(missing):
            one.mkdir()
            self._made.append(one)
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder")

    def _remove_made(self) -> None:
        for folder in reversed(self._made):
            with suppress(OSError):
                folder.rmdir()


def _put_back(moved: list[tuple[Path, Path | None]]) -> None:
    for to, before in reversed(moved):
        with suppress(OSError):
            to.unlink()
            if before is not None:
                before.rename(to)


def _remove_abandoned(target: Path) -> None:
    """Remove what an export left that was ended from outside, a day ago or earlier."""
    for path in target.glob(f"{_MARK}*"):
        with suppress(OSError):
            if path.is_dir() and time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def explained(failure: OSError, target: Path) -> ExportError | DiskFull:
    """Return the sentence for a failure to write into `target`."""
    where = f"“{target.name or target}”"
    if failure.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(f"The disk that holds {where} is full. Nothing was written.")
    if failure.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return ExportError(f"{where} may not be written to. Choose another folder.")
    if failure.errno == errno.ENOTDIR:
        return ExportError(f"{where} is a file, or lies in one. Choose a folder.")
    if failure.errno == errno.ENAMETOOLONG:
        return ExportError(f"A file name in {where} would be too long for this disk.")
    reason = os.strerror(failure.errno) if failure.errno else type(failure).__name__
    return ExportError(f"The files could not be written into {where}: {reason}.")
