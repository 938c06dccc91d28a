"""Windows: whole sentences packed into stretches of sub-words that the model reads at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.taggers.onnx_bert.subwords import Pieces
from engine.text.span import Span

MARKS = 2
"""The opening and the closing mark, which stand in each window beside the pieces."""

Range = tuple[int, int]


def sentence_ranges(pieces: Pieces, sentences: Iterable[Span], limit: int) -> list[Range]:
    """Return each sentence's pieces as a half-open range; one above `limit` is cut into even parts.

    Sentences of which the model reads nothing are left out; together the ranges hold each piece
    of the sentences once, in order.
    """
    ranges: list[Range] = []
    for sentence in sentences:
        first, last = pieces.inside(sentence)
        parts = -(-(last - first) // limit)
        for part in range(parts):
            here = first + (last - first) * part // parts
            ranges.append((here, first + (last - first) * (part + 1) // parts))
    return ranges


def packed(ranges: Sequence[Range], limit: int) -> list[Range]:
    """Return windows of at most `limit` pieces, each made of whole neighbouring ranges, in order."""
    windows: list[Range] = []
    for first, last in ranges:
        if windows and last - windows[-1][0] <= limit:
            windows[-1] = (windows[-1][0], last)
        else:
            windows.append((first, last))
    return windows
