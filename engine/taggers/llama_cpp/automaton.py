"""Automaton: what a model may write: the note itself, from left to right, and tags between its words.

The note is cut into *units*, runs of the model's tokens that each begin at a word.  A tag
stands before the unit it opens or closes at, so before the blank of the following word:
``took<drug> aspirin</> daily``; the note's own tokens stay as they are without any tag.
Whatever path is taken, the text is the note's and every tag has an exact place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from typing import NamedTuple

COPY = -1
"""Write the next unit of the note."""

CLOSE = -2
"""Close the innermost open tag."""

LINKED = -3
"""End the list of what the tag just opened belongs to."""

STEM = -10
"""``STEM - n``: write what several opening tags have in common, number `n` of `TagIds.stems`; then choose."""

HEAD = 1000
"""``HEAD + h``: the tag just opened belongs to tag `h` of an earlier pass.  Labels have lower numbers."""

Action = int
"""`COPY`, `CLOSE`, the number of a label to open, a stem; where tags are linked, `LINKED` or ``HEAD + h``."""

Ids = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """The tokens of a piece of text, at least one; unit `u` is ``ids[starts[u]:starts[u + 1]]``.

    Raises:
        ValueError: the units do not begin with the first token, or one of them is empty.
    """

    ids: Ids
    starts: Ids

    def __post_init__(self) -> None:
        borders = (*self.starts, len(self.ids))
        if not self.starts or borders[0] != 0 or any(left >= right for left, right in pairwise(borders)):
            raise ValueError("units must begin with the first token, and none may be empty")

    def __len__(self) -> int:
        """Count the units."""
        return len(self.starts)

    def unit(self, number: int) -> Ids:
        """Return the tokens of one unit."""
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.ids)
        return self.ids[self.starts[number] : end]


@dataclass(frozen=True, slots=True)
class Stem:
    """What several opening tags begin with, and the choices behind it: labels, and longer stems."""

    ids: Ids
    actions: tuple[Action, ...]
    labels: frozenset[int]


@dataclass(frozen=True, slots=True)
class TagIds:
    """How tags are written: the tokens that open each label, and those that close any.

    A choice is read from one token.  Where several opening tags begin alike, as Kiwi's
    ``<span class="…">`` do, their *stem* is chosen first and the label behind it.

    Raises:
        ValueError: one is empty or the beginning of another, or closing begins as an opening does.
    """

    opens: tuple[Ids, ...]
    close: Ids
    stems: tuple[Stem, ...] = field(init=False)
    first: tuple[Action, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Find the stems; `first` are the labels and stems that can be chosen at a word."""
        if not all((*self.opens, self.close)) or self.close[0] in {one[0] for one in self.opens}:
            raise ValueError("each tag needs tokens, and closing a first one of its own")
        stems: list[Stem] = []
        object.__setattr__(self, "first", self._choices(range(len(self.opens)), 0, stems))
        object.__setattr__(self, "stems", tuple(stems))

    def _choices(self, labels: Iterable[int], written: int, stems: list[Stem]) -> tuple[Action, ...]:
        """Return the choices among `labels`, which have `written` tokens in common; add their stems."""
        alike: dict[int, list[int]] = {}
        for label in labels:
            if len(self.opens[label]) == written:
                raise ValueError("a tag is the beginning of another")
            alike.setdefault(self.opens[label][written], []).append(label)
        found: list[Action] = []
        for some in alike.values():
            if len(some) == 1:
                found.append(some[0])
                continue
            columns = zip(*(self.opens[label] for label in some), strict=False)
            common = len(list(takewhile(lambda column: len(set(column)) == 1, columns)))
            inner = self._choices(some, common, stems)
            stems.append(Stem(self.opens[some[0]][:common], inner, frozenset(some)))
            found.append(STEM - (len(stems) - 1))
        return tuple(found)

    def of(self, action: Action) -> Ids:
        """Return the tokens of a tag or a stem (not of `COPY`)."""
        if action <= STEM:
            return self.stems[STEM - action].ids
        return self.close if action == CLOSE else self.opens[action]

    def labels(self, action: Action) -> frozenset[int]:
        """Return the labels that choosing this label or stem leaves open."""
        return self.stems[STEM - action].labels if action <= STEM else frozenset((action,))

    @property
    def longest(self) -> int:
        """The most tokens that opening and closing one tag can take."""
        return max((len(one) for one in self.opens), default=0) + len(self.close)


@dataclass(frozen=True, slots=True)
class Links:
    """How a tag says what it belongs to: the tokens of each head, and those that end the list.

    `legal` holds for each label the heads that it may belong to, rising.  A tag may belong
    to several, or to none.

    Raises:
        ValueError: two begin alike, or one is empty.
    """

    heads: tuple[Ids, ...]
    done: Ids
    legal: tuple[Ids, ...]

    def __post_init__(self) -> None:
        every = (*self.heads, self.done)
        if not all(every) or len({one[0] for one in every}) < len(every):
            raise ValueError("each head needs a first token of its own")

    def of(self, action: Action) -> Ids:
        """Return the tokens of a head, or of the end of the list."""
        return self.done if action == LINKED else self.heads[action - HEAD]

    @property
    def most_ids(self) -> int:
        """The most tokens that one list can take."""
        return sum(map(len, self.heads)) + len(self.done)


class Opened(NamedTuple):
    """A tag that is not closed yet, and what it belongs to."""

    label: int
    start: int
    heads: Ids = ()


class State(NamedTuple):
    """How far the text is written (in units), and which tags are open, innermost last.

    While `linking`, the innermost tag is being told what it belongs to.  `stem` is what of an
    opening tag is written of which the label is not chosen yet, `COPY` where there is none.
    """

    unit: int = 0
    opened: tuple[Opened, ...] = ()
    linking: bool = False
    stem: Action = COPY


class Automaton:
    """The legal actions over one source.  It holds no state of its own.

    `depth` is how many tags may be open at once; 1 means that tags do not nest.  With
    `links`, each tag says behind its opening what it belongs to.
    """

    def __init__(self, source: Source, tags: TagIds, depth: int = 1, links: Links | None = None) -> None:
        self.source = source
        self.tags = tags
        self._depth = depth
        self._links = links

    def legal(self, state: State) -> tuple[Action, ...]:
        """Return what may come next, `COPY` or `LINKED` first; one is no choice; none means the end.

        Behind a stem there is a choice among tags alone.

        A tag is not legal where the note itself goes on with that tag's first token: the
        model could not say which of the two it means.
        """
        if self._links and state.linking:
            label, _, taken = state.opened[-1]
            left = (one for one in self._links.legal[label] if not taken or one > taken[-1])
            return (LINKED, *(HEAD + one for one in left))
        here = {one.label for one in state.opened if one.start == state.unit}
        if state.stem <= STEM:
            return self._opening(self.tags.stems[STEM - state.stem].actions, here)
        if state.unit == len(self.source):
            return (CLOSE,) if state.opened else ()
        copied = self.first_id(state, COPY)
        tags: list[Action] = []
        if state.opened and state.opened[-1].start < state.unit:
            tags.append(CLOSE)
        if len(state.opened) < self._depth:
            tags.extend(self._opening(self.tags.first, here))
        return (COPY, *(one for one in tags if self.tags.of(one)[0] != copied))

    def _opening(self, actions: tuple[Action, ...], here: set[int]) -> tuple[Action, ...]:
        """Return those of `actions` that open something else than the labels that begin `here` already."""
        return tuple(one for one in actions if self.tags.labels(one) - here) if here else actions

    def toward(self, label: int, actions: Sequence[Action]) -> Action | None:
        """Return which of `actions` leads to opening `label`, or None."""
        tags = (one for one in actions if 0 <= one < HEAD or one <= STEM)
        return next((one for one in tags if label in self.tags.labels(one)), None)

    def ids(self, state: State, action: Action) -> Ids:
        """Return the tokens that `action` writes."""
        return self.source.unit(state.unit) if action == COPY else self._written(state, action)

    def first_id(self, state: State, action: Action) -> int:
        """Return the token by which the model chooses `action`."""
        return (
            self.source.ids[self.source.starts[state.unit]]
            if action == COPY
            else self._written(state, action)[0]
        )

    def _mark(self, action: Action) -> Ids:
        """Return the tokens of an action that is not `COPY`."""
        linking = action == LINKED or action >= HEAD
        return self._links.of(action) if self._links and linking else self.tags.of(action)

    def _written(self, state: State, action: Action) -> Ids:
        """Return the tokens of an action that is not `COPY`, without those of a stem that is written."""
        before = self.tags.of(state.stem) if state.stem <= STEM else ()
        return self._mark(action)[len(before) :]

    def after(self, state: State, action: Action) -> State:
        """Return the state after a legal `action`."""
        if action == COPY:
            return State(state.unit + 1, state.opened)
        if action == CLOSE:
            return State(state.unit, state.opened[:-1])
        if action == LINKED:
            return State(state.unit, state.opened)
        if action <= STEM:
            return State(state.unit, state.opened, stem=action)
        if action >= HEAD:
            last = state.opened[-1]
            linked = last._replace(heads=(*last.heads, action - HEAD))
            return State(state.unit, (*state.opened[:-1], linked), linking=True)
        return State(state.unit, (*state.opened, Opened(action, state.unit)), linking=self._links is not None)

    @property
    def most_ids(self) -> int:
        """No path writes more tokens than this, so room for it is room for any answer.

        Every unit can open and close as many tags as may be open at once.
        """
        one = self.tags.longest + (self._links.most_ids if self._links else 0)
        return len(self.source.ids) + len(self.source) * self._depth * one
