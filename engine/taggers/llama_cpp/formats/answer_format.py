"""Answer format: the protocol that every way of writing an answer follows, and what is read from one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

from engine.labels.label_set import LabelType
from engine.text.span import Span


class Mark(NamedTuple):
    """A labelled place ``[start, end)`` of a sentence, in code points."""

    start: int
    end: int
    label: str


class Flaw(Enum):
    """What is wrong with an answer as it was written."""

    REWRITTEN = "rewritten"  # the sentence was not repeated as it stands
    UNKNOWN_LABEL = "unknown label"
    MISSING = "missing"  # a relation to something that is not marked
    UNBALANCED = "unbalanced"  # a mark was opened and not closed, or closed and not opened
    UNREADABLE = "unreadable"  # not in this format, at least in part
    CUT = "cut"  # there was no room for all of it


class Written(NamedTuple):
    """One thing that a model wrote.

    `place` is where it stands in the sentence *as the model repeated it* (`Read.copied`);
    None in formats that give words alone.  `about` are the things it is said of, by number.
    """

    label: str
    surface: str
    place: Span | None = None
    about: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """What an answer says, in its own order.

    `written` holds known labels, by our names; `unknown` what carries another label.
    `copied` is the sentence without any mark where the format repeats it, else None.
    """

    written: tuple[Written, ...]
    copied: str | None = None
    unknown: tuple[Written, ...] = ()
    flaws: frozenset[Flaw] = frozenset()


Names = Mapping[str, str]
"""Labels as they may be spelt in an answer, folded (`str.casefold`), to our names."""


class AnswerFormat(Protocol):
    """A way of writing what was found in one sentence.  Immutable and free of state."""

    @property
    def name(self) -> str:
        """What the format is called in options."""
        ...

    @property
    def nests(self) -> bool:
        """Whether a mark may stand within another."""
        ...

    @property
    def stop(self) -> str:
        """What ends an answer: a line break, or an empty line where the answer has several lines."""
        ...

    @property
    def everywhere(self) -> bool:
        """Whether a thing is written once for all the places where its words stand."""
        ...

    def task(self, types: Sequence[LabelType]) -> str:
        """Return what a model is told to do and how to write it, for these types; ends in a newline."""
        ...

    def named(self, one: LabelType) -> str:
        """Return how a type is written in an answer, as a definition names it."""
        ...

    def write(self, text: str, marks: Sequence[Mark]) -> str:
        """Return the answer that says exactly `marks` of `text`.

        Marks that the format cannot hold (one within another where it does not nest, two
        that cross) are left out, the shorter first.
        """
        ...

    def read(self, raw: str, names: Names) -> Read:
        """Return what `raw` says, whatever it is; what cannot be read is a flaw, never an error."""
        ...


def names_of(types: Sequence[LabelType], aliases: Sequence[tuple[str, str]] = ()) -> Names:
    """Return how `types` may be spelt: by name, by title, by alias."""
    known = {one.name for one in types}
    found = {alias.casefold(): name for alias, name in aliases if name in known}
    found |= {one.title.casefold(): one.name for one in types}
    return found | {one.name.casefold(): one.name for one in types}


def flat(marks: Sequence[Mark]) -> list[Mark]:
    """Return `marks` in order with none that shares a character with another; the longest stay."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda one: (one.start - one.end, one.start, one.label)):
        if all(mark.end <= other.start or other.end <= mark.start for other in kept):
            kept.append(mark)
    return sorted(kept)


def nested(marks: Sequence[Mark]) -> list[Mark]:
    """Return `marks` in the order of opening with none that crosses another; the longest stay."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda one: (one.start - one.end, one.start, one.label)):
        if not any(_crosses(mark, other) for other in kept):
            kept.append(mark)
    return sorted(kept, key=lambda one: (one.start, -one.end, one.label))


def _crosses(one: Mark, other: Mark) -> bool:
    return one.start < other.start < one.end < other.end or other.start < one.start < other.end < one.end
