"""Reading: an answer that repeats the sentence, as a stream of its text and the marks in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engine.taggers.llama_cpp.formats.answer_format import Flaw, Mark, Names, Read, Written, nested
from engine.text.span import Span


@dataclass(slots=True)
class _Open:
    label: str
    start: int
    order: int


@dataclass(slots=True)
class Repeated:
    """Puts together a repeated sentence, piece by piece, and the things marked in it.

    A mark that is never closed ends where the next one begins, or with the text.
    """

    names: Names
    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _open: list[_Open] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)
    _found: list[tuple[int, Written]] = field(default_factory=list)
    _flaws: set[Flaw] = field(default_factory=set)

    def text(self, piece: str) -> None:
        """Go on with `piece` of the sentence."""
        self._pieces.append(piece)
        self._length += len(piece)

    def open(self, label: str = "") -> None:
        """Begin a mark; without `label` it is told at the end."""
        self._open.append(_Open(label, self._length, len(self._starts)))
        self._starts.append(self._length)

    def close(self, label: str = "") -> Written | None:
        """End the innermost mark, name it, and return it; None where there is none or it holds nothing."""
        if not self._open:
            self._flaws.add(Flaw.UNBALANCED)
            return None
        return self._end(self._open.pop(), self._length, label)

    def flaw(self, flaw: Flaw) -> None:
        """Note that something is wrong."""
        self._flaws.add(flaw)

    def read(self) -> Read:
        """Return all that was found, in the order of opening."""
        for one in self._open:
            self._flaws.add(Flaw.UNBALANCED)
            later = [start for start in self._starts[one.order + 1 :] if start > one.start]
            self._end(one, min(later, default=self._length), "")
        found = [written for _, written in sorted(self._found, key=lambda one: one[0])]
        known, unknown = sorted_by_label(found, self.names)
        flaws = self._flaws | ({Flaw.UNKNOWN_LABEL} if unknown else set())
        return Read(tuple(known), "".join(self._pieces), tuple(unknown), frozenset(flaws))

    def _end(self, one: _Open, end: int, label: str) -> Written | None:
        said = "".join(self._pieces)[one.start : end]
        start, end = one.start + len(said) - len(said.lstrip()), one.start + len(said.rstrip())
        if start >= end:
            return None
        written = Written(label or one.label, said.strip(), Span(start, end))
        self._found.append((one.order, written))
        return written


def sorted_by_label(found: Sequence[Written], names: Names) -> tuple[list[Written], list[Written]]:
    """Return what carries a known label, by our name of it, and what does not."""
    known, unknown = list[Written](), list[Written]()
    for one in found:
        name = names.get(one.label.strip().casefold())
        if name is None:
            unknown.append(one)
        else:
            known.append(one._replace(label=name))
    return known, unknown


def borders(text: str, marks: Sequence[Mark]) -> Iterator[tuple[str, Mark | None, bool]]:
    """Yield the pieces of `text` between the borders of nested `marks`: (text, mark, whether it opens).

    The last piece has no mark.  Empty pieces are there where borders meet.
    """
    at = 0
    waiting: list[Mark] = []
    for mark in nested(marks):
        while waiting and waiting[-1].end <= mark.start:
            last = waiting.pop()
            yield text[at : last.end], last, False
            at = last.end
        yield text[at : mark.start], mark, True
        at = mark.start
        waiting.append(mark)
    while waiting:
        last = waiting.pop()
        yield text[at : last.end], last, False
        at = last.end
    yield text[at:], None, False
