"""Boundaries: moving one border of an annotation, by token or by character."""

from __future__ import annotations

from enum import Enum

import numpy as np

from engine.text.span import Span, Spans, as_spans
from engine.text.token import Tokens


class Edge(Enum):
    """Which border of an annotation: where its first fragment begins, or where its last one ends."""

    START = "start"
    END = "end"


class Unit(Enum):
    """What one step is."""

    TOKEN = "token"  # noqa: S105 - a word, not a password
    CHARACTER = "character"


def moved(spans: Spans, tokens: Tokens, text_length: int, edge: Edge, unit: Unit, step: int) -> Spans:
    """Return `spans` with one border moved by `step` units, to the right where `step` is positive.

    The fragment at that border keeps at least one character, the border stays within the
    text, and no other fragment changes.  By token, a border that moves lands on the border
    of a token, also when it stood inside one; a step for which there is no token is not made.
    So the result of many steps at once is the result of as many single ones.
    """
    for _ in range(abs(step)):
        border = _next_border(spans, tokens, text_length, edge, unit, forward=step > 0)
        if border is None:
            break
        spans = placed(spans, text_length, edge, border)
    return spans


def placed(spans: Spans, text_length: int, edge: Edge, offset: int) -> Spans:
    """Return `spans` with one border at `offset`, or as near to it as leaves its fragment a character."""
    if edge is Edge.START:
        first = spans[0]
        return as_spans((Span(min(max(offset, 0), first.end - 1), first.end), *spans[1:]))
    last = spans[-1]
    return as_spans((*spans[:-1], Span(last.start, max(min(offset, text_length), last.start + 1))))


def _next_border(
    spans: Spans, tokens: Tokens, text_length: int, edge: Edge, unit: Unit, *, forward: bool
) -> int | None:
    """Return where one step would put the border, or None where it can take none."""
    if edge is Edge.START:
        here, low, high = spans[0].start, 0, spans[0].end - 1
        borders = tokens.starts
    else:
        here, low, high = spans[-1].end, spans[-1].start + 1, text_length
        borders = tokens.ends
    if unit is Unit.CHARACTER:
        there = here + (1 if forward else -1)
    elif forward:
        at = int(np.searchsorted(borders, here, side="right"))
        if at == len(borders):
            return None
        there = int(borders[at])
    else:
        at = int(np.searchsorted(borders, here, side="left")) - 1
        if at < 0:
            return None
        there = int(borders[at])
    return there if low <= there <= high else None
