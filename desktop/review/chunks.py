"""Chunks: a text cut into pieces small enough to lay out one at a time."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import accumulate, pairwise

import numpy as np

from desktop.review.offsets import BREAKS

LIMIT = 2000
"""No chunk is longer, so a note that is one line of a million characters costs what any other does."""

GATHERED = 800
"""Short lines are gathered into one chunk up to here: a layout of its own for each line costs more."""

_JOINERS = "\u200c\u200d\ufe0e\ufe0f"


def cut(text: str) -> list[int]:
    """Return where the chunks of `text` begin, and at the end the length of the text.

    A chunk ends behind a line break, or inside a line longer than `LIMIT` behind a blank,
    or where there is none between two characters.  A text that ends with a line break has
    an empty last chunk, where a caret can stand; every other chunk but an only one has characters.
    """
    borders = [0]
    last = 0
    for end in _line_ends(text):
        if end - borders[-1] > GATHERED and last > borders[-1]:
            borders.append(last)
        while end - borders[-1] > LIMIT:
            borders.append(_cut_inside(text, borders[-1]))
        last = end
    borders.append(len(text))
    if text and text[-1] in BREAKS:
        borders.append(len(text))
    return borders


def body_end(text: str, start: int, end: int) -> int:
    """Return where the chunk's text ends without the line break behind it."""
    if end > start and text[end - 1] in BREAKS:
        end -= 1
        if end > start and text[end] == "\n" and text[end - 1] == "\r":
            end -= 1
    return end


def line_breaks(text: str, borders: list[int]) -> list[int]:
    """Return how many lines of the note each chunk holds, beyond its first."""
    inside = np.setdiff1d(np.fromiter(_line_ends(text), dtype=np.int64), borders, assume_unique=False)
    counts: list[int] = np.histogram(inside, bins=np.array(borders, dtype=np.int64))[0].tolist()
    return counts


def _line_ends(text: str) -> Iterator[int]:
    return accumulate(map(len, text.splitlines(keepends=True)))


def _cut_inside(text: str, start: int) -> int:
    """Return a place for a cut in the line that is too long, not splitting what is seen as one character."""
    blank = max(text.rfind(one, start + LIMIT // 2, start + LIMIT) for one in " \t")
    if blank >= 0:
        return blank + 1
    at = start + LIMIT
    while at > start + LIMIT // 2 and _joined(text, at):
        at -= 1
    return at


def _joined(text: str, at: int) -> bool:
    """Whether the characters on both sides of `at` are seen as one."""
    before, after = text[at - 1], text[at]
    return (
        bool(unicodedata.combining(after))
        or after in _JOINERS
        or before == "\u200d"
        or (before + after) == "\r\n"
    )


def chunk_bounds(borders: list[int]) -> list[tuple[int, int]]:
    """Return each chunk as (start, end)."""
    return list(pairwise(borders))
