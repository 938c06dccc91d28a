"""Gathered: what a model wrote about the sentences of a note, found in the note and put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.annotation.alignment import (
    NOT_FOUND,
    Placed,
    placed_by_copy,
    placed_by_words,
    placed_everywhere,
)
from engine.annotation.said import (
    Alignment,
    Answer,
    LabelledSpan,
    RawAnswer,
    SaidRelation,
    Unplaced,
    answer,
)
from engine.labels.label_set import LabelSet
from engine.taggers.llama_cpp.formats.answer_format import Flaw, Read, Written
from engine.taggers.llama_cpp.prompts.rendering import one_line
from engine.text.span import Span
from engine.text.token import tokenize


@dataclass(frozen=True, slots=True)
class Told:
    """What a model wrote about the characters `span` of a note, and what was read from it.

    `asked` says in which format and for what, `sure` is a probability.  `head` is the number of
    the thing it is all said of, None where it was asked about the sentence.
    """

    span: Span
    asked: str
    raw: str
    read: Read
    sure: float
    head: int | None = None


class Gathered:
    """Gathers answers for one note.  What is said twice of one place is there once."""

    def __init__(self, text: str, labels: LabelSet) -> None:
        self.text = text
        self._labels = labels
        self._items: list[LabelledSpan] = []
        self._numbers: dict[tuple[Span, str], int] = {}
        self._relations: dict[tuple[int, int], SaidRelation] = {}
        self._unplaced: list[Unplaced] = []
        self._raw: list[RawAnswer] = []

    def of(self, label: str) -> list[tuple[int, Span]]:
        """Return the number and the place of each thing with this label."""
        return [(n, one.hull) for n, one in enumerate(self._items) if one.label == label]

    def add(self, told: Told, *, everywhere: bool = False) -> None:
        """Find in the note what `told` says; with `everywhere` words once said stand for all their places."""
        number, read = len(self._raw), told.read
        said = told.span.of(self.text)
        flaws = read.flaws | ({Flaw.REWRITTEN} if self._rewritten(said, read) else set())
        names = tuple(sorted(one.value for one in flaws))
        self._raw.append(RawAnswer(told.span, told.asked, told.raw, names))
        places: list[list[int]] = []
        for one, found in zip(
            read.written, _places(one_line(said), read, everywhere=everywhere), strict=True
        ):
            items = [self._item(told, one, number, span, how) for span, how in found if span]
            if not items:
                self._unplaced.append(Unplaced(one.label, one.surface, raw=number))
            places.append(items)
        self._relate(told, places)
        # In a pass over one thing, a model may well repeat the mark of that thing.
        own = None if told.head is None else self._items[told.head].label
        self._unplaced += [
            Unplaced(one.label, one.surface, raw=number)
            for one in read.unknown
            if own is None or self._labels.resolve(one.label) != own
        ]

    def answer(self) -> Answer:
        """Return all that was gathered, in order."""
        return answer(self._items, list(self._relations.values()), self._unplaced, self._raw)

    def _item(self, told: Told, one: Written, raw: int, span: Span, how: Alignment) -> int:
        """Keep a thing that was found, and return its number."""
        span = span.shifted(told.span.start)
        number = self._numbers.setdefault((span, one.label), len(self._items))
        if number == len(self._items):
            self._items.append(LabelledSpan((span,), one.label, told.sure, how, raw=raw))
        return number

    def _relate(self, told: Told, places: Sequence[Sequence[int]]) -> None:
        """Join what is said of a thing to it, where the label set allows it."""
        items = self._items
        for one, tails in zip(told.read.written, places, strict=True):
            heads = {head for about in one.about for head in places[about]}
            if told.head is not None:
                heads.add(told.head)
            for head in heads:
                for tail in tails:
                    label = self._labels.relation(items[head].label, items[tail].label)
                    if label and head != tail:
                        self._relations[head, tail] = SaidRelation(head, tail, label, told.sure)

    @staticmethod
    def _rewritten(said: str, read: Read) -> bool:
        if read.copied is None:
            return False
        ours, theirs = ("".join(tokenize(one).words(one)) for one in (said, read.copied))
        return ours != theirs


def _places(said: str, read: Read, *, everywhere: bool) -> Iterator[list[Placed]]:
    """Yield where each thing that was written stands in the sentence `said`; nowhere: no place."""
    if everywhere:
        yield from (placed_everywhere(said, one.surface) for one in read.written)
        return
    if read.copied is None:
        found = placed_by_words(said, [(one.label, one.surface) for one in read.written])
    else:
        found = placed_by_copy(said, read.copied, [one.place for one in read.written if one.place])
    yield from ([] if one == NOT_FOUND else [one] for one in found)
