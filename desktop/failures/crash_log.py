"""Crash log: what the interpreter says when native code ends the program, told at the next start."""

from __future__ import annotations

import faulthandler
from pathlib import Path
from typing import TextIO

LONGEST_CHARACTERS = 20_000


class CrashLog:
    """A file that Python writes to while the process dies: places in the program, never values.

    An empty file means that the last program ended as it should.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._open: TextIO | None = None

    def last_words(self) -> str:
        """Return what the last program said when it died, and forget it; empty where it ended well."""
        try:
            words = self._file.read_text(encoding="utf-8", errors="replace")
            if words:
                self._file.write_text("", encoding="utf-8")
        except OSError:
            return ""
        return words[:LONGEST_CHARACTERS]

    def watch(self) -> None:
        """Have the interpreter write here from now on; that it cannot be written is no reason to stop."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._open = self._file.open("a", encoding="utf-8")
        except OSError:
            return
        faulthandler.enable(self._open)

    def end(self) -> None:
        """Stop writing."""
        if self._open is not None:
            faulthandler.disable()
            self._open.close()
            self._open = None
