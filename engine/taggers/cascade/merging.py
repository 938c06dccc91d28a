"""Merging: the answers of two taggers on one note become one, sentence by sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from engine.annotation.said import Answer, LabelledSpan, SaidRelation, answer
from engine.assertion.linking import link
from engine.labels.label_set import Kind, LabelSet
from engine.taggers.cascade.policy import sentence_of
from engine.text.span import Span, Spans

Key = tuple[Spans, str]
Pairs = dict[tuple[int, int, str], SaidRelation]


@dataclass(frozen=True, slots=True)
class Split:
    """A note, its sentences, and the numbers of those for which the second tagger's word counts."""

    text: str
    sentences: Sequence[Span]
    chosen: Collection[int]

    def has(self, item: LabelledSpan) -> bool:
        """Whether `item` begins in a chosen sentence."""
        return sentence_of(item, self.sentences) in self.chosen


def merged(split: Split, first: Answer, second: Answer, said: Collection[str], labels: LabelSet) -> Answer:
    """Return what `first` says but, in chosen sentences and for the labels `said`, what `second` says.

    A relation of the first stays while both its ends are there.  Where the second says no
    modifiers, those of the first stay and are joined by place to the entities that are new.
    No item is there twice.
    """
    first = _behind(first, len(second.raw))
    kept = [item for item in first.items if not (split.has(item) and item.label in said)]
    places: dict[Key, int] = {}
    items: list[LabelledSpan] = []
    for item in (*second.items, *kept):
        if places.setdefault((item.spans, item.label), len(items)) == len(items):
            items.append(item)
    relations = _of_second(second, places) | _of_first(split, first, places, said)
    known = {(item.spans, item.label) for item in first.items}
    new = {place for key, place in places.items() if key not in known}
    relations = _by_place(split, items, new, labels) | relations
    unplaced = [*first.unplaced, *second.unplaced]
    return answer(items, list(relations.values()), unplaced, [*second.raw, *first.raw])


def made_by(said: Answer, tagger: str) -> Answer:
    """Return `said` with the identity of the tagger that made each item, where none is told already."""
    return replace(said, items=tuple(replace(one, stage=one.stage or tagger) for one in said.items))


def _behind(said: Answer, raw: int) -> Answer:
    """Return `said` with what its model wrote numbered behind `raw` others."""
    if not (said.raw and raw):
        return said
    items = (one if one.raw is None else replace(one, raw=one.raw + raw) for one in said.items)
    lost = (one if one.raw is None else replace(one, raw=one.raw + raw) for one in said.unplaced)
    return replace(said, items=tuple(items), unplaced=tuple(lost))


def _of_second(second: Answer, places: dict[Key, int]) -> Pairs:
    numbers = [places[item.spans, item.label] for item in second.items]
    return _pairs(
        SaidRelation(numbers[one.head], numbers[one.tail], one.label, one.score) for one in second.relations
    )


def _of_first(split: Split, first: Answer, places: dict[Key, int], said: Collection[str]) -> Pairs:
    """Return the first tagger's relations that still hold: the second decides on those it could have said."""
    numbers = [places.get((item.spans, item.label)) for item in first.items]
    found = []
    for one in first.relations:
        head, tail = numbers[one.head], numbers[one.tail]
        item = first.items[one.tail]
        if head is not None and tail is not None and not (split.has(item) and item.label in said):
            found.append(SaidRelation(head, tail, one.label, one.score))
    return _pairs(found)


def _by_place(split: Split, items: Sequence[LabelledSpan], new: Collection[int], labels: LabelSet) -> Pairs:
    """Return the relations by place of entities that only the second tagger found."""
    if not any(labels.type(items[number].label).kind is Kind.ENTITY for number in new):
        return {}
    near = link(items, split.text, split.sentences, labels)
    return _pairs(one for one in near if one.head in new and one.tail not in new)


def _pairs(relations: Iterable[SaidRelation]) -> Pairs:
    return {(one.head, one.tail, one.label): one for one in relations}
