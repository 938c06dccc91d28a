"""Split: parts of a collection in which no note stands twice, not even nearly."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import combinations

SHINGLE_WORDS = 8
SHARED = 0.2

_WORD = re.compile(r"\w+")
_COMMONPLACE = 50
"""A run of words that so many notes share is a form's, and says nothing about two notes being one."""


def groups_of_near_duplicates(
    texts: Sequence[str], *, shingle_words: int = SHINGLE_WORDS, shared: float = SHARED
) -> list[int]:
    """Return a group number for each text; texts that repeat each other have the same one.

    Two texts repeat each other where at least `shared` of the shorter one's runs of
    `shingle_words` words (case and marks aside) stand in the other, or where they are equal word
    for word; so do texts that a chain of such pairs joins.  Numbers count groups in order of
    first appearance.  Deterministic, whatever the hash seed.
    """
    shingles = [_shingles(text, shingle_words) for text in texts]
    holders: dict[Hashable, list[int]] = defaultdict(list)
    for number, one in enumerate(shingles):
        for shingle in one:
            holders[shingle].append(number)
    common = Counter(
        pair for found in holders.values() if len(found) <= _COMMONPLACE for pair in combinations(found, 2)
    )
    joined = [pair for pair, count in common.items() if count >= shared * min(len(shingles[i]) for i in pair)]
    same: dict[frozenset[Hashable], list[int]] = defaultdict(list)
    for number, one in enumerate(shingles):
        same[one].append(number)
    joined += [(found[0], other) for found in same.values() for other in found[1:]]
    return _numbered(len(texts), joined)


def _shingles(text: str, words: int) -> frozenset[Hashable]:
    found = _WORD.findall(text.casefold())
    count = max(1, len(found) - words + 1)
    return frozenset(tuple(found[start : start + words]) for start in range(count))


def _numbered(count: int, joined: Iterable[tuple[int, int]]) -> list[int]:
    """Return for each of `count` things the number of the group that the pairs put it in."""
    leader = list(range(count))

    def lead(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for left, right in joined:
        leader[lead(left)] = lead(right)
    numbers: dict[int, int] = {}
    return [numbers.setdefault(lead(one), len(numbers)) for one in range(count)]


def split_by_group(groups: Sequence[Hashable], shares: Sequence[float], seed: int) -> list[int]:
    """Return for each item the part (an index into `shares`) it belongs to.

    `groups` names each item's group: a patient, an encounter, or a number of
    `groups_of_near_duplicates`.  A group is never divided.  Parts come as near to their shares
    of the items as whole groups allow; a share of 0 gets nothing.  The same groups in the same
    order, shares and seed give the same parts.

    Raises:
        ValueError: no share is above 0, or one is below.
    """
    if min(shares, default=-1.0) < 0 or sum(shares) <= 0:
        raise ValueError("a split needs shares of 0 or more, one of them above 0")
    sizes = Counter(groups)
    order = list(sizes)
    random.Random(seed).shuffle(order)  # noqa: S311  a split must be repeatable, not secret
    order.sort(key=lambda group: -sizes[group])
    wanted = [len(groups) * share / sum(shares) for share in shares]
    room = list(wanted)
    part: dict[Hashable, int] = {}
    for group in order:
        # The part that lacks most of what it should have; relative, so that small parts are served.
        best = max(
            (one for one in range(len(shares)) if wanted[one] > 0),
            key=lambda one: (room[one] / wanted[one], -one),
        )
        part[group] = best
        room[best] -= sizes[group]
    return [part[group] for group in groups]


def groups_by_patient(patients: Sequence[str], texts: Sequence[str]) -> list[int]:
    """Return group numbers that keep together both the notes of one patient and near-duplicates.

    An empty patient is unknown and joins nothing.
    """
    near = groups_of_near_duplicates(texts)
    first: dict[tuple[str, Hashable], int] = {}
    joined: list[tuple[int, int]] = []
    for number, keys in enumerate(zip(patients, near, strict=True)):
        known = [("text", keys[1]), *([("patient", keys[0])] if keys[0] else [])]
        joined += [(first.setdefault(key, number), number) for key in known]
    return _numbered(len(texts), joined)
