"""Caret paths: where a caret comes to by one step, one line, or to the end of its line."""

from __future__ import annotations

from desktop.review.flow import Flow
from desktop.review.laid_chunk import LaidChunk, LaidLine


def step(flow: Flow, offset: int, *, forward: bool) -> int:
    """Return the place one character on, as a reader counts characters; `offset` at either end."""
    laid = flow.laid(flow.chunk_of(offset))
    if forward:
        if offset >= laid.body_end:
            return laid.end
        there = laid.step(offset, forward=True)
        return laid.end if there is None else there
    if offset <= laid.start:
        if offset == 0:
            return 0
        laid = flow.laid(flow.chunk_of(offset - 1))
        if laid.body_end < laid.end:
            return laid.body_end
        offset = laid.end
    there = laid.step(offset, forward=False)
    return laid.start if there is None else there


def line_of(flow: Flow, offset: int) -> tuple[int, int]:
    """Return (chunk, line) of a caret at `offset`."""
    chunk = flow.chunk_of(offset)
    return chunk, flow.laid(chunk).line_at(offset)


def line_start(flow: Flow, offset: int) -> int:
    """Return the first place of the caret's line."""
    chunk, line = line_of(flow, offset)
    return flow.laid(chunk).lines[line].start


def line_end(flow: Flow, offset: int) -> int:
    """Return the last place of the caret's line that is not the first of the next."""
    chunk, number = line_of(flow, offset)
    laid = flow.laid(chunk)
    return _last(flow, laid, laid.lines[number])


def x_of(flow: Flow, offset: int) -> float:
    """Return how far right of the text's left edge a caret at `offset` stands."""
    chunk, number = line_of(flow, offset)
    laid = flow.laid(chunk)
    return laid.x(laid.lines[number], min(offset, laid.lines[number].end))


def vertical(flow: Flow, offset: int, x: float, *, down: bool) -> int:
    """Return the place nearest to `x` one line on; the end of the note beyond its last line, or its start."""
    chunk, number = line_of(flow, offset)
    number += 1 if down else -1
    if not 0 <= number < len(flow.laid(chunk).lines):
        chunk += 1 if down else -1
        if chunk < 0:
            return 0
        if chunk >= len(flow):
            return len(flow.text)
        number = 0 if down else len(flow.laid(chunk).lines) - 1
    laid = flow.laid(chunk)
    line = laid.lines[number]
    return min(laid.offset_at(line, x), _last(flow, laid, line))


def _last(flow: Flow, laid: LaidChunk, line: LaidLine) -> int:
    """Return the last place for a caret that is drawn on this line and not on the next one."""
    wraps = line.soft or (line.next_start == laid.end == laid.body_end != len(flow.text))
    if wraps and line.end == line.next_start and line.end > line.start:
        return step(flow, line.end, forward=False)
    return line.end
