"""Linking: which entity a modifier says something of, by place and the few words between.

The nearest legal entity in the same sentence, one that holds the modifier first; what an
enumeration joins by commas and words shares what stands before or after it, up to the next
modifier of that kind (“no fever, no chills” are two statements).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.annotation.said import LabelledSpan, SaidRelation
from engine.labels.label_set import Kind, LabelSet
from engine.text.span import Span

_WRONG_SIDE = 8.0
"""How much further an entity seems when it stands on the side where its modifier rarely does."""

_BEFORE = frozenset({"negation", "uncertain", "subject", "condition"})
_AFTER = frozenset({"labvalue", "reference_range", "dosage", "strength", "form", "frequency", "duration"})
_SHARED = frozenset({"negation", "uncertain", "subject", "condition", "temporal", "bodyloc", "labvalue"})
_SHARED_FORWARD = frozenset({"temporal"})
"""Shared only by what comes behind: “recent fever or chills”, but not “cough and a cold since Monday”."""

_JOINT = re.compile(
    r"(?:[,;/&\s]|\b(?:and|or|nor|but|any|other|versus|including|such\s+as|as\s+well\s+as"
    r"|(?:signs?|symptoms?|evidence|suggestion|history)\s+of)\b)*",
    re.IGNORECASE,
)
_DONE_ON = re.compile(r"\b(?:on|in|at|from|since|for|x)\s*\Z", re.IGNORECASE)
_SEPARATES = re.compile(r"[,;:(]|\b(?:and|with)\b", re.IGNORECASE)

_NEIGHBOURS = 32
"""How many entities are looked at on either side: a line of a million characters may be one sentence."""
_LONGEST_GAP = 500
"""Over so many characters no enumeration goes on."""
_A_WORD = 8


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
    places: defaultdict[int, tuple[list[_Place], list[_Place]]] = defaultdict(lambda: ([], []))
    for index, item in enumerate(items):
        place = _Place(index, item.hull, item.label, item.score)
        entities, modifiers = places[bisect_right(starts, place.span.start) - 1]
        kind = labels.type(item.label).kind
        (entities if kind is Kind.ENTITY else modifiers).append(place)
    relations = [
        relation
        for entities, modifiers in places.values()
        for relation in _in_sentence(entities, modifiers, text, labels)
    ]
    return sorted(relations, key=lambda one: (one.tail, one.head))


def _in_sentence(
    entities: Sequence[_Place], modifiers: Sequence[_Place], text: str, labels: LabelSet
) -> Iterator[SaidRelation]:
    """Yield the relations of one sentence, in time that grows with its length alone."""
    others = sorted(modifiers, key=lambda one: (one.span, one.label))
    legal_for: dict[str, list[_Place]] = {}
    for modifier in modifiers:
        if modifier.label not in legal_for:
            legal = (one for one in entities if labels.relation(one.label, modifier.label))
            legal_for[modifier.label] = sorted(legal, key=_start)
        near = _near(modifier, legal_for[modifier.label])
        for head in _heads(modifier, near, text, others):
            yield _relation(head, modifier, labels)


def _start(place: _Place) -> int:
    return place.span.start


def _near(modifier: _Place, legal: Sequence[_Place]) -> Sequence[_Place]:
    at = bisect_left(legal, modifier.span.start, key=_start)
    return legal[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]


def _relation(head: _Place, tail: _Place, labels: LabelSet) -> SaidRelation:
    name = labels.require_relation(head.label, tail.label)
    return SaidRelation(head.index, tail.index, name, min(head.score, tail.score))


def _heads(modifier: _Place, legal: Sequence[_Place], text: str, others: Sequence[_Place]) -> list[_Place]:
    """Return the entities that `modifier` is joined to, of those that are legal in its sentence."""
    if not legal:
        return []
    weights = _weights(modifier, text)
    nearest = min(legal, key=lambda one: (_distance(modifier, one, weights), one.span))
    if modifier.label == "labvalue":
        nearest = _counted(modifier, nearest, legal, text)
    if not _may_be_shared(modifier, nearest, text):
        return [nearest]
    return _enumerated(modifier, nearest, legal, text, others)


def _weights(modifier: _Place, text: str) -> tuple[float, float]:
    """Return by how much the way to an entity behind the modifier counts, and to one before it."""
    if modifier.label == "temporal":
        before = text[max(0, modifier.span.start - _A_WORD) : modifier.span.start]
        return (_WRONG_SIDE, 1.0) if _DONE_ON.search(before) else (1.0, 1.0)
    return (
        _WRONG_SIDE if modifier.label in _AFTER else 1.0,
        _WRONG_SIDE if modifier.label in _BEFORE else 1.0,
    )


def _distance(modifier: _Place, entity: _Place, weights: tuple[float, float]) -> float:
    """Return how far an entity is: below 0 where it holds the modifier, else weighed characters."""
    if entity.span.overlaps(modifier.span):
        return -1.0 / len(entity.span)
    if modifier.span.end <= entity.span.start:
        return (entity.span.start - modifier.span.end + 1) * weights[0]
    return (modifier.span.start - entity.span.end + 1) * weights[1]


def _counted(value: _Place, nearest: _Place, legal: Sequence[_Place], text: str) -> _Place:
    """Return the test right behind a value that is set off from the one before it: “…, 8 lymphocytes”."""
    if nearest.span.end > value.span.start:
        return nearest
    behind = next((one for one in legal if one.span.start >= value.span.end), None)
    if behind is None or text[value.span.end : behind.span.start].strip(" "):
        return nearest
    set_off = _SEPARATES.search(text, nearest.span.end, value.span.start)
    return behind if set_off else nearest


def _may_be_shared(modifier: _Place, nearest: _Place, text: str) -> bool:
    """Whether an enumeration may share `modifier` with the entity nearest to it."""
    if modifier.label not in _SHARED or nearest.span.overlaps(modifier.span):
        return False
    if modifier.label in _SHARED_FORWARD and nearest.span.start < modifier.span.end:
        return False
    return modifier.label != "labvalue" or not any(map(str.isdigit, modifier.span.of(text)))


def _enumerated(
    modifier: _Place, nearest: _Place, legal: Sequence[_Place], text: str, others: Sequence[_Place]
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
        if not _joined(text, Span(left.end, right.start), others, modifier):
            break
        found.append(one)
    return found


def _joined(text: str, gap: Span, others: Sequence[_Place], own: _Place) -> bool:
    """Whether only words that join, and modifiers of other kinds, stand in the gap; `others` are in order."""
    if len(gap) > _LONGEST_GAP:
        return False
    between = list(gap.of(text))
    first_inside = bisect_left(others, gap.start, key=_start)
    behind = bisect_left(others, gap.end, key=_start)
    for other in others[max(0, first_inside - 1) : behind]:  # modifiers hardly ever overlap each other
        if other.index != own.index and other.span.overlaps(gap):
            if other.label == own.label:
                return False
            first, last = (
                max(other.span.start, gap.start) - gap.start,
                min(other.span.end, gap.end) - gap.start,
            )
            between[first:last] = " " * (last - first)
    return _JOINT.fullmatch("".join(between)) is not None
