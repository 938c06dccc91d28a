"""Names: from a note's name to a file name that every system can hold, and unique names for notes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]')
# Windows keeps these for devices, whatever the suffix.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_LONGEST_BYTES = 180  # file systems hold 255 bytes; suffixes of ours need room


def safe_name(name: str) -> str:
    """Return `name` as a relative path that Windows, macOS and Linux can hold; ``/`` parts folders.

    Hidden, upward and device names are changed; a name that is safe is returned as it is.
    """
    parts = [_safe_part(part) for part in name.split("/")]
    return "/".join(part for part in parts if part) or "note"


def _safe_part(part: str) -> str:
    part = _FORBIDDEN.sub("_", part)
    if part.endswith((".", " ")):
        part = part.rstrip(". ") + "_"
    if part.startswith((".", " ", "~$")) or _DEVICES.fullmatch(part):
        part = "_" + part
    while len(part.encode()) > _LONGEST_BYTES:
        part = part[:-1]
    return part


class Names:
    """Gives each note a name of its own.

    With `for_files`, names are told apart as a file system would that ignores case.
    """

    def __init__(self, *, for_files: bool = False) -> None:
        self._key: Callable[[str], str] = _as_file_system if for_files else str
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """Return `name`, or `name` with a number where it was given before."""
        key = self._key(name)
        if key not in self._taken:
            self._taken.add(key)
            return name
        number = self._next.get(key, 2)
        while self._key(f"{name}-{number}") in self._taken:
            number += 1
        self._next[key] = number + 1
        self._taken.add(self._key(f"{name}-{number}"))
        return f"{name}-{number}"

    def file_name(self, name: str) -> str:
        """Return a safe, unique relative path for the note called `name`."""
        return self.unique(safe_name(name))


def _as_file_system(name: str) -> str:
    # macOS takes composed and decomposed letters for the same name.
    return unicodedata.normalize("NFC", name).casefold()
