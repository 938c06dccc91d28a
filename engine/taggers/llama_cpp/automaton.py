"""Automaton: what a model may write: the note itself, from left to right, and tags between its words.

The note is cut into *units*, runs of the model's tokens that each begin at a word.  A tag
stands before the unit it opens or closes at, so before the blank of the following word:
``took<drug> aspirin</> daily``; the note's own tokens stay as they are without any tag.
Whatever path is taken, the text is the note's and every tag has an exact place.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

COPY = -1
"""Write the next unit of the note."""

CLOSE = -2
"""Close the innermost open tag."""

LINKED = -3
"""End the list of what the tag just opened belongs to."""

HEAD = 1000
"""``HEAD + h``: the tag just opened belongs to tag `h` of an earlier pass.  Labels have lower numbers."""

Action = int
"""`COPY`, `CLOSE`, the number of a label to open; where tags are linked, `LINKED` or ``HEAD + h``."""

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
class TagIds:
    """How tags are written: the tokens that open each label, and those that close any.

    The first tokens must differ, since a choice is read from them alone.

    Raises:
        ValueError: two begin alike, or one is empty.
    """

    opens: tuple[Ids, ...]
    close: Ids

    def __post_init__(self) -> None:
        every = (*self.opens, self.close)
        if not all(every) or len({one[0] for one in every}) < len(every):
            raise ValueError("each tag needs a first token of its own")

    def of(self, action: Action) -> Ids:
        """Return the tokens of a tag (not of `COPY`)."""
        return self.close if action == CLOSE else self.opens[action]

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

    While `linking`, the innermost tag is being told what it belongs to.
    """

    unit: int = 0
    opened: tuple[Opened, ...] = ()
    linking: bool = False


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

        A tag is not legal where the note itself goes on with that tag's first token: the
        model could not say which of the two it means.
        """
        if self._links and state.linking:
            label, _, taken = state.opened[-1]
            left = (one for one in self._links.legal[label] if not taken or one > taken[-1])
            return (LINKED, *(HEAD + one for one in left))
        if state.unit == len(self.source):
            return (CLOSE,) if state.opened else ()
        copied = self.first_id(state, COPY)
        tags: list[Action] = []
        if state.opened and state.opened[-1].start < state.unit:
            tags.append(CLOSE)
        if len(state.opened) < self._depth:
            here = {one.label for one in state.opened if one.start == state.unit}
            tags.extend(label for label in range(len(self.tags.opens)) if label not in here)
        return (COPY, *(one for one in tags if self.tags.of(one)[0] != copied))

    def ids(self, state: State, action: Action) -> Ids:
        """Return the tokens that `action` writes."""
        return self.source.unit(state.unit) if action == COPY else self._mark(action)

    def first_id(self, state: State, action: Action) -> int:
        """Return the token by which the model chooses `action`."""
        return self.source.ids[self.source.starts[state.unit]] if action == COPY else self._mark(action)[0]

    def _mark(self, action: Action) -> Ids:
        """Return the tokens of an action that is not `COPY`."""
        linking = action == LINKED or action >= HEAD
        return self._links.of(action) if self._links and linking else self.tags.of(action)

    def after(self, state: State, action: Action) -> State:
        """Return the state after a legal `action`."""
        if action == COPY:
            return State(state.unit + 1, state.opened)
        if action == CLOSE:
            return State(state.unit, state.opened[:-1])
        if action == LINKED:
            return State(state.unit, state.opened)
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
