"""Matching: which entries of a list the typed letters mean, best first."""

from __future__ import annotations

from collections.abc import Sequence

NO_MATCH = -1


def score(words: str, typed: str) -> int:
    """Return how well `typed` means `words`: more is better, `NO_MATCH` where it does not.

    Each typed word must begin a word of `words` (3), stand inside one (2), or be made of
    the first letters of words, in order (1): “fp” means “Find in project”.
    """
    text = words.casefold()
    starts = text.split()
    total = 0
    for part in typed.casefold().split():
        if any(one.startswith(part) for one in starts):
            total += 3
        elif part in text:
            total += 2
        elif _initials(starts, part):
            total += 1
        else:
            return NO_MATCH
    return total


def _initials(words: Sequence[str], part: str) -> bool:
    first = iter([word[0] for word in words])
    return all(letter in first for letter in part)


def best(entries: Sequence[str], typed: str) -> list[int]:
    """Return the indices of the entries that `typed` may mean, best first, else in their order."""
    if not typed.strip():
        return list(range(len(entries)))
    scored = [(score(entry, typed), i) for i, entry in enumerate(entries)]
    return [i for points, i in sorted(scored, key=lambda one: (-one[0], one[1])) if points != NO_MATCH]
