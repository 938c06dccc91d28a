"""Collected: the answers for the sentences of a note, put together for the whole of it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.annotation.said import Answer, LabelledSpan, SaidRelation, answer
from engine.labels.label_set import LabelSet
from engine.taggers.llama_cpp.strand import Found, Tagged
from engine.taggers.llama_cpp.tokens import Reading
from engine.text.span import Span


class Collected:
    """Gathers tags, and then what is said of them.  Labels come as numbers of given names."""

    def __init__(self, labels: LabelSet) -> None:
        self._labels = labels
        self._items: list[LabelledSpan] = []
        self._modifiers: dict[tuple[Span, str], int] = {}
        self._relations: dict[tuple[int, int], SaidRelation] = {}

    def add_tags(self, reading: Reading, tagged: Tagged, names: Sequence[str]) -> int:
        """Add the tags of one sentence and return the number of the first."""
        first = len(self._items)
        self._items += [_item(reading, one, names[one.label]) for one in tagged.found]
        return first

    def add_modifiers(
        self, reading: Reading, tagged: Tagged, heads: Sequence[int], names: Sequence[str]
    ) -> None:
        """Add the modifiers of one pass; `heads` are the numbers that `add_tags` gave to the tags shown.

        A modifier that an earlier pass over the same sentence found already is the same one,
        and belongs to the tags of both.
        """
        for one in tagged.found:
            item = _item(reading, one, names[one.label])
            tail = self._modifiers.setdefault((item.hull, item.label), len(self._items))
            if tail == len(self._items):
                self._items.append(item)
            for head in (heads[number] for number in one.heads):
                relation = self._labels.require_relation(self._items[head].label, item.label)
                self._relations[head, tail] = SaidRelation(head, tail, relation, one.probability)

    def answer(self) -> Answer:
        """Return all that was added, in order."""
        return answer(self._items, list(self._relations.values()))


def _item(reading: Reading, one: Found, label: str) -> LabelledSpan:
    return LabelledSpan(
        (reading.span(one.start, one.end),),
        label,
        one.probability,
        open_margin=one.opened.margin,
        label_margin=one.opened.label_margin,
        close_margin=one.closed.margin if one.closed else None,
    )
