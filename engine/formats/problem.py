"""Problem: something in a file that a person should know of, said without the note's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from typing_extensions import override


def counted(number: int, one: str, many: str) -> str:
    """Return `number` with the words that fit it: ``1 tag was``, ``1,204 tags were``."""
    return f"{number:,} {one if number == 1 else many}"


class Severity(Enum):
    """What a problem cost."""

    NOTE = "note"  # everything was taken; something was read in an unusual way
    WARNING = "warning"  # a tag, a relation or a row was left out, the rest was taken
    ERROR = "error"  # a whole note or file was left out


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence about one place in one file.

    `file` is the path as the user named it, `place` a line, a row or an id (or empty).
    Neither holds note text: files, lines, columns, offsets, ids and counts only.
    """

    file: str
    place: str
    sentence: str
    severity: Severity

    @override
    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where}: {self.sentence}"


class Problems:
    """The problems met while reading, in order; counts all, keeps the first `keep` in full.

    A damaged table of a million rows must not fill the memory with sentences.
    """

    def __init__(self, keep: int = 1000) -> None:
        self._keep = keep
        self._kept: list[Problem] = []
        self._counts: Counter[Severity] = Counter()

    def add(self, severity: Severity, file: object, sentence: str, place: str = "") -> None:
        """Record one problem."""
        self._counts[severity] += 1
        if len(self._kept) < self._keep:
            self._kept.append(Problem(str(file), place, sentence, severity))

    def note(self, file: object, sentence: str, place: str = "") -> None:
        """Record that something was read in an unusual way; nothing was lost."""
        self.add(Severity.NOTE, file, sentence, place)

    def warn(self, file: object, sentence: str, place: str = "") -> None:
        """Record that an item was left out."""
        self.add(Severity.WARNING, file, sentence, place)

    def error(self, file: object, sentence: str, place: str = "") -> None:
        """Record that a whole note or file was left out."""
        self.add(Severity.ERROR, file, sentence, place)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._kept)

    def __len__(self) -> int:
        return sum(self._counts.values())

    def count(self, severity: Severity) -> int:
        """How many problems of this severity were met, kept in full or not."""
        return self._counts[severity]

    @property
    def not_shown(self) -> int:
        """How many were counted but not kept."""
        return len(self) - len(self._kept)
