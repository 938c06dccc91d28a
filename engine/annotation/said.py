"""Said: what a tagger says of one note, before anyone stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from engine.errors import OffsetError
from engine.text.span import Span, Spans, hull


class Alignment(Enum):
    """How the words of an answer were found in the note."""

    EXACT = "exact"  # the tagger gave the place, or the words stand there once
    NORMALISED = "normalised"  # the same words but for case or white space
    FUZZY = "fuzzy"  # other words stand there; the reviewer must look
    AMBIGUOUS = "ambiguous"  # the words stand there more than once; this is the likeliest
    NOT_FOUND = "not found"  # only ever in `Unplaced`


@dataclass(frozen=True, slots=True)
class LabelledSpan:
    """These fragments, this label, this sure, found this way.

    `score` is a probability in [0, 1].  The margins say how clear each decision was
    (difference of log-probabilities to the next best, at least 0), or are None where
    the tagger has no such notion.  `raw` is the number of the answer's `RawAnswer` it was
    read from, None where the tagger wrote nothing.  `stage` is the identity of the tagger that
    made it, of several that worked together; None where there was one.
    """

    spans: Spans
    label: str
    score: float = 1.0
    alignment: Alignment = Alignment.EXACT
    open_margin: float | None = None
    label_margin: float | None = None
    close_margin: float | None = None
    raw: int | None = None
    stage: str | None = None

    @property
    def hull(self) -> Span:
        """From the first character of the first fragment to the last of the last."""
        return hull(self.spans)


@dataclass(frozen=True, slots=True)
class SaidRelation:
    """`tail` (index into the answer's items) is joined to `head` by `label`."""

    head: int
    tail: int
    label: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Something a model wrote that could not be found in the note; `raw` as of a `LabelledSpan`."""

    label: str
    surface: str
    alignment: Alignment = Alignment.NOT_FOUND
    raw: int | None = None


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What a model wrote when it was asked about the characters `span` of the note, to the letter.

    `asked` says in which format and for what (``tanl: problem, drug``); `flaws` names what was
    wrong with it, such as ``rewritten`` or ``cut``.
    """

    span: Span
    asked: str
    text: str
    flaws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """All that one tagger says of one note.

    `items` are sorted by (first start, -last end, label); `relations` point into them, and
    both items and what is unplaced into `raw`.
    """

    items: tuple[LabelledSpan, ...] = ()
    relations: tuple[SaidRelation, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    raw: tuple[RawAnswer, ...] = ()

    def without_raw(self) -> Answer:
        """Return this answer without what a model wrote, for files, which hold none of it."""
        if not self.raw:
            return self
        items = tuple(replace(one, raw=None) for one in self.items)
        return Answer(items, self.relations, tuple(replace(one, raw=None) for one in self.unplaced))

    def checked(self, text: str) -> Answer:
        """Return this answer once every offset lies in `text` and every relation in the items.

        Raises:
            OffsetError: a span reaches beyond the text, or something points at what is not there.
        """
        for item in self.items:
            if item.hull.end > len(text):
                raise OffsetError(f"A tag ends at {item.hull.end}, the note at {len(text)}.")
        for relation in self.relations:
            if not (0 <= relation.head < len(self.items) and 0 <= relation.tail < len(self.items)):
                raise OffsetError("A relation joins tags that are not there.")
        if any(one.span.end > len(text) for one in self.raw):
            raise OffsetError("A model was asked about more than there is of the note.")
        read_from = [one.raw for one in self.items] + [one.raw for one in self.unplaced]
        if any(not 0 <= number < len(self.raw) for number in read_from if number is not None):
            raise OffsetError("A tag was read from an answer that is not there.")
        return self


def answer(
    items: list[LabelledSpan],
    relations: list[SaidRelation],
    unplaced: Sequence[Unplaced] = (),
    raw: Sequence[RawAnswer] = (),
) -> Answer:
    """Return an `Answer` with `items` in their order and `relations` pointing at the same items still."""
    order = sorted(
        range(len(items)), key=lambda i: (items[i].spans[0].start, -items[i].hull.end, items[i].label, i)
    )
    place = {old: new for new, old in enumerate(order)}
    return Answer(
        items=tuple(items[i] for i in order),
        relations=tuple(
            sorted(
                (SaidRelation(place[r.head], place[r.tail], r.label, r.score) for r in relations),
                key=lambda r: (r.head, r.tail, r.label),
            )
        ),
        unplaced=tuple(unplaced),
        raw=tuple(raw),
    )
