"""Boundaries: moving one border of an annotation, by token or by character."""

from __future__ import annotations

from enum import Enum
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from engine.text.span import Span, Spans, as_spans


class Edge(Enum):
    """Which border of an annotation: where its first fragment begins, or where its last one ends."""

    START = "start"
    END = "end"


class Unit(Enum):
    """What one step is."""

    TOKEN = "token"
    CHARACTER = "character"


class TokenBorders(Protocol):
    """What is needed of `engine.text.token.Tokens`: where each token starts and ends, in order."""

    @property
    def starts(self) -> NDArray[np.int32]: ...

    @property
    def ends(self) -> NDArray[np.int32]: ...


def moved(  # noqa: PLR0913 - the plan's signature: a border, a unit and a step in one note
    spans: Spans, tokens: TokenBorders, text_length: int, edge: Edge, unit: Unit, step: int
) -> Spans:
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


def _next_border(  # noqa: PLR0913
    spans: Spans, tokens: TokenBorders, text_length: int, edge: Edge, unit: Unit, *, forward: bool
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
        there = cast(int, borders[at].item())
    else:
        at = int(np.searchsorted(borders, here, side="left")) - 1
        if at < 0:
            return None
        there = cast(int, borders[at].item())
    return there if low <= there <= high else None
