"""Span: a half-open interval of the characters of one note."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The characters ``text[start:end]`` of one note, counted in code points.

    Raises:
        ValueError: unless ``0 <= start < end``.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """Return the surface of this span in `text`.

        Raises:
            ValueError: the span reaches beyond the text.
        """
        if self.end > len(text):
            raise ValueError(f"[{self.start}, {self.end}) reaches beyond a text of {len(text)} characters")
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether every character of `other` is in this span."""
        return self.start <= other.start and other.end <= self.end

    def shifted(self, by: int) -> Span:
        """Return the span moved by `by` characters, as from a window to its note."""
        return Span(self.start + by, self.end + by)


Spans = tuple[Span, ...]
"""The fragments of one annotation: at least one, in order, no two sharing a character."""


def as_spans(spans: Iterable[Span]) -> Spans:
    """Return `spans` as the fragments of one annotation, in order.

    Raises:
        ValueError: there is none, or two of them overlap.
    """
    ordered = tuple(sorted(spans))
    if not ordered:
        raise ValueError("an annotation needs at least one fragment")
    for left, right in pairwise(ordered):
        if left.overlaps(right):
            raise ValueError(
                f"fragments overlap: [{left.start}, {left.end}) and [{right.start}, {right.end})"
            )
    return ordered


def hull(spans: Sequence[Span]) -> Span:
    """Return the span from the first fragment's start to the last one's end."""
    return Span(spans[0].start, max(span.end for span in spans))


def surface(text: str, spans: Sequence[Span]) -> str:
    """Return what the fragments cover, joined by one blank as in brat."""
    return " ".join(span.of(text) for span in spans)
