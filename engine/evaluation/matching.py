"""Matching: which predicted tag stands for which gold one, by a stated rule, each used once.

Strict pairs have the same fragments and the same label.  Exact pairs have the same fragments,
whatever the label.  Relaxed pairs have the same label and share at least one character; the
pairing is one that pairs as many as possible (maximum bipartite matching, Kuhn's algorithm),
begun with the strict pairs and preferring larger overlaps, so that the count is the largest
there is and does not depend on the order of the tags.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import Enum

from engine.annotation.said import LabelledSpan

Pairs = tuple[tuple[int, int], ...]


class Rule(Enum):
    """When a predicted tag counts as a gold one."""

    STRICT = "strict"  # same fragments, same label
    EXACT = "exact boundary"  # same fragments, any label
    RELAXED = "relaxed"  # same label, at least one character shared
    OVERLAP = "overlap"  # any label, at least one character shared


@dataclass(frozen=True, slots=True)
class Matching:
    """Pairs of (gold index, predicted index), and who is left alone on either side."""

    pairs: Pairs
    missed: tuple[int, ...]
    spurious: tuple[int, ...]


def match(gold: Sequence[LabelledSpan], predicted: Sequence[LabelledSpan], rule: Rule) -> Matching:
    """Pair `gold` with `predicted` by `rule`; every tag is used at most once."""
    if rule is Rule.STRICT:
        pairs = _equal(gold, predicted, _strict_key)
    elif rule is Rule.EXACT:
        pairs = _exact(gold, predicted)
    else:
        pairs = _largest(gold, predicted, same_label=rule is Rule.RELAXED)
    return _with_rest(pairs, len(gold), len(predicted))


def shared(one: LabelledSpan, other: LabelledSpan) -> int:
    """Return how many characters the two tags share."""
    return sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in one.spans for b in other.spans)


def overlapping(
    gold: Sequence[LabelledSpan], predicted: Sequence[LabelledSpan]
) -> dict[int, list[tuple[int, int]]]:
    """Return for each gold index its (predicted index, shared characters), the largest overlap first."""
    order = sorted(range(len(predicted)), key=lambda i: predicted[i].hull.start)
    starts = [predicted[i].hull.start for i in order]
    longest = max((len(one.hull) for one in predicted), default=0)
    found: dict[int, list[tuple[int, int]]] = {}
    for index, tag in enumerate(gold):
        first = bisect_left(starts, tag.hull.start - longest)
        near = order[first : bisect_left(starts, tag.hull.end)]
        sharing = [(i, common) for i in near if (common := shared(tag, predicted[i]))]
        found[index] = sorted(sharing, key=lambda pair: (-pair[1], pair[0]))
    return found


def _strict_key(tag: LabelledSpan) -> Hashable:
    return tag.spans, tag.label


def _equal(
    gold: Sequence[LabelledSpan],
    predicted: Sequence[LabelledSpan],
    key: Callable[[LabelledSpan], Hashable],
) -> dict[int, int]:
    free: dict[Hashable, list[int]] = defaultdict(list)
    for index in reversed(range(len(predicted))):
        free[key(predicted[index])].append(index)
    return {index: free[key(tag)].pop() for index, tag in enumerate(gold) if free[key(tag)]}


def _exact(gold: Sequence[LabelledSpan], predicted: Sequence[LabelledSpan]) -> dict[int, int]:
    """Pair equal fragments, those with equal labels first."""
    pairs = _equal(gold, predicted, _strict_key)
    left_gold = [i for i in range(len(gold)) if i not in pairs]
    used = set(pairs.values())
    left_predicted = [i for i in range(len(predicted)) if i not in used]
    more = _equal([gold[i] for i in left_gold], [predicted[i] for i in left_predicted], lambda tag: tag.spans)
    return pairs | {left_gold[g]: left_predicted[p] for g, p in more.items()}


def _largest(
    gold: Sequence[LabelledSpan], predicted: Sequence[LabelledSpan], *, same_label: bool
) -> dict[int, int]:
    near = overlapping(gold, predicted)
    choices = {
        g: [p for p, _ in sharing if not same_label or gold[g].label == predicted[p].label]
        for g, sharing in near.items()
    }
    pairs = _equal(gold, predicted, _strict_key)
    taken = {p: g for g, p in pairs.items()}
    for index in range(len(gold)):
        if index not in pairs:
            _augment(index, choices, pairs, taken)
    return pairs


def _augment(start: int, choices: dict[int, list[int]], pairs: dict[int, int], taken: dict[int, int]) -> None:
    """Find a place for gold tag `start`, moving others to another of theirs where that makes room.

    Without recursion: a note may hold a chain of thousands of overlapping tags.
    """
    came_from: dict[int, int] = {}
    waiting = [start]
    while waiting:
        tag = waiting.pop()
        for place in choices[tag]:
            if place in came_from:
                continue
            came_from[place] = tag
            if place not in taken:
                _settle(place, came_from, pairs, taken)
                return
            waiting.append(taken[place])


def _settle(place: int, came_from: dict[int, int], pairs: dict[int, int], taken: dict[int, int]) -> None:
    """Give `place` to the tag that found it, that tag's former place to the one before it, and so on."""
    current: int | None = place
    while current is not None:
        tag = came_from[current]
        former = pairs.get(tag)
        pairs[tag], taken[current] = current, tag
        current = former


def _with_rest(pairs: dict[int, int], gold: int, predicted: int) -> Matching:
    used = set(pairs.values())
    return Matching(
        tuple(sorted(pairs.items())),
        tuple(i for i in range(gold) if i not in pairs),
        tuple(i for i in range(predicted) if i not in used),
    )
