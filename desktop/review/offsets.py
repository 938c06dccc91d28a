"""Offsets: the one place where Python's positions become Qt's.

Python counts code points, Qt counts UTF-16 units.  We lay text out with QTextLayout,
in which CR and LF count one unit each (QTextDocument would fold them into one), so the
two differ by one for each character beyond U+FFFF and by nothing else.
"""

from __future__ import annotations

import re
from bisect import bisect_left

_WIDE = re.compile("[\U00010000-\U0010ffff]")

BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
"""The characters that end a line, as `str.splitlines` has it; CR LF together end one."""

# One character for one, so that every offset stays where it is: line ends become the one that
# QTextLayout knows, and other control characters become pictures, so that they can be seen.
_SHOWN = {code: 0x2400 + code for code in range(0x20) if chr(code) != "\t"}
_SHOWN |= {0x7F: 0x2421} | {ord(mark): 0x2028 for mark in BREAKS}


def laid_out(text: str) -> str:
    """Return `text` as it is handed to QTextLayout: as many code points, and as many units."""
    return text.replace("\r\n", "\u200b\n").translate(_SHOWN)


class Offsets:
    """Converts positions of one text between code points (ours) and UTF-16 units (Qt's)."""

    __slots__ = ("_wide", "_wide_units")

    def __init__(self, text: str) -> None:
        self._wide = [] if text.isascii() else [found.start() for found in _WIDE.finditer(text)]
        self._wide_units = [at + before for before, at in enumerate(self._wide)]

    def to_qt(self, position: int) -> int:
        """Return the unit at which the character at `position` begins."""
        return position + bisect_left(self._wide, position) if self._wide else position

    def from_qt(self, unit: int) -> int:
        """Return the position of the character that holds `unit`."""
        return unit - bisect_left(self._wide_units, unit) if self._wide else unit
