"""Linking: which entity a modifier says something of, by place alone.

A first simple rule: the nearest legal entity in the same sentence, one that holds the modifier
first; what an enumeration joins by commas and words shares what stands before or after it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from engine.annotation.said import LabelledSpan, SaidRelation
from engine.labels.label_set import Kind, LabelSet
from engine.text.span import Span

_WRONG_SIDE = 8.0
"""How much further an entity seems when it stands on the side where its modifier rarely does."""

_BEFORE = frozenset({"negation", "uncertain", "subject", "condition"})
_AFTER = frozenset({"labvalue", "reference_range", "dosage", "strength", "form", "frequency", "duration"})
_SHARED = frozenset({"negation", "uncertain", "subject", "condition", "temporal", "bodyloc"})

_JOINT = re.compile(
    r"\s*(?:[,;/&]|\b(?:and|or|nor|but|no|not|any|versus|as\s+well\s+as)\b|\s)*\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Place:
    """An item of the answer with what linking needs of it."""

    index: int
    span: Span
    label: str
    score: float


def link(
    items: Sequence[LabelledSpan], text: str, sentences: Sequence[Span], labels: LabelSet
) -> list[SaidRelation]:
    """Return the relations between `items` (indices into them) that place alone suggests.

    Only pairs that `labels` allows are joined, only within one sentence, each once.  A relation
    is as sure as the less sure of its two ends.
    """
    starts = [sentence.start for sentence in sentences]
    entities: dict[int, list[_Place]] = {}
    modifiers: list[tuple[int, _Place]] = []
    for index, item in enumerate(items):
        place = _Place(index, item.hull, item.label, item.score)
        sentence = bisect_right(starts, place.span.start) - 1
        if labels.type(item.label).kind is Kind.ENTITY:
            entities.setdefault(sentence, []).append(place)
        else:
            modifiers.append((sentence, place))
    relations: list[SaidRelation] = []
    for sentence, modifier in modifiers:
        legal = [one for one in entities.get(sentence, []) if labels.relation(one.label, modifier.label)]
        heads = _heads(modifier, legal, text, modifiers)
        relations += [_relation(head, modifier, labels) for head in heads]
    return relations


def _relation(head: _Place, tail: _Place, labels: LabelSet) -> SaidRelation:
    name = labels.require_relation(head.label, tail.label)
    return SaidRelation(head.index, tail.index, name, min(head.score, tail.score))


def _heads(
    modifier: _Place, legal: Sequence[_Place], text: str, modifiers: Sequence[tuple[int, _Place]]
) -> list[_Place]:
    """Return the entities that `modifier` is joined to, of those that are legal in its sentence."""
    if not legal:
        return []
    nearest = min(legal, key=lambda one: (_distance(modifier, one), one.span))
    if modifier.label not in _SHARED or nearest.span.overlaps(modifier.span):
        return [nearest]
    return _enumerated(modifier, nearest, legal, text, [other.span for _, other in modifiers])


def _distance(modifier: _Place, entity: _Place) -> float:
    """Return how far an entity is: below 0 where it holds the modifier, else weighed characters."""
    if entity.span.overlaps(modifier.span):
        return -1.0 / len(entity.span)
    if modifier.span.end <= entity.span.start:
        gap, usual = entity.span.start - modifier.span.end, modifier.label not in _AFTER
    else:
        gap, usual = modifier.span.start - entity.span.end, modifier.label not in _BEFORE
    return (gap + 1) * (1.0 if usual else _WRONG_SIDE)


def _enumerated(
    modifier: _Place, nearest: _Place, legal: Sequence[_Place], text: str, others: Sequence[Span]
) -> list[_Place]:
    """Return `nearest` and the entities of its type that an enumeration adds, going away from `modifier`."""
    forward = nearest.span.start >= modifier.span.end
    row = sorted((one for one in legal if one.label == nearest.label), key=lambda one: one.span)
    row = row if forward else row[::-1]
    found = [nearest]
    for one in row[row.index(nearest) + 1 :]:
        left, right = (found[-1].span, one.span) if forward else (one.span, found[-1].span)
        if right.start <= left.end:
            continue
        if not _joined(text, Span(left.end, right.start), others, modifier.span):
            break
        found.append(one)
    return found


def _joined(text: str, gap: Span, others: Sequence[Span], own: Span) -> bool:
    """Whether only words that join, and modifiers, stand in the gap."""
    between = list(gap.of(text))
    for other in others:
        if other != own and other.overlaps(gap):
            first, last = max(other.start, gap.start) - gap.start, min(other.end, gap.end) - gap.start
            between[first:last] = " " * (last - first)
    return _JOINT.fullmatch("".join(between)) is not None
