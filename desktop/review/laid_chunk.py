"""Laid chunk: one chunk of a note broken into lines, with the lanes under each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QTextCharFormat, QTextLayout, QTextLine, QTextOption

from desktop.review.chunks import body_end
from desktop.review.lanes import share_out
from desktop.review.marks import Mark, inner_first
from desktop.review.metrics import Metrics, Tag
from desktop.review.offsets import BREAKS, Offsets, laid_out
from engine.text.span import Span

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefc]")

Extent = tuple[float, float]


@dataclass(slots=True)
class Piece:
    """What one line shows of one mark: its extents, its lane, its tag."""

    mark: Mark
    extents: list[Extent]
    lane: int
    opens_left: bool  # it began on an earlier line
    opens_right: bool  # it goes on on the next
    tag: Tag
    tag_left: float

    @property
    def left(self) -> float:
        """Where its bar begins."""
        return self.extents[0][0]

    @property
    def right(self) -> float:
        """Where its bar ends."""
        return self.extents[-1][1]


@dataclass(slots=True)
class LaidLine:
    """One line on the screen.  `start` and `end` are code points; `end` is where its visible text ends."""

    line: QTextLine
    start: int
    end: int
    next_start: int
    soft: bool  # it was broken for lack of room, not by the author
    top: float = 0.0
    height: float = 0.0
    text_height: float = 0.0  # of the words alone; a borrowed font may need more than ours
    pieces: list[Piece] = field(default_factory=list)


class LaidChunk:
    """The characters ``[start, end)`` of a note as lines.  Y grows downwards from the chunk's own top."""

    def __init__(
        self, text: str, start: int, end: int, metrics: Metrics, width: float, chips: Sequence[Span]
    ) -> None:
        self.start = start
        self.end = end
        self.body_end = body_end(text, start, end)
        self.body = text[start : self.body_end]
        self.width = width
        self.height = 0.0
        self.offsets = Offsets(self.body)
        self._mixed = _RIGHT_TO_LEFT.search(self.body) is not None
        self.layout = QTextLayout(laid_out(self.body), metrics.font)
        self.layout.setCacheEnabled(True)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTabStopDistance(metrics.character * 8)
        self.layout.setTextOption(option)
        self._mute(chips, metrics)
        self._break_lines(width)
        self._starts = [line.start for line in self.lines]

    def _mute(self, chips: Sequence[Span], metrics: Metrics) -> None:
        formats = []
        for chip in chips:
            muted = QTextLayout.FormatRange()
            first, last = (
                self.unit(min(max(at, self.start), self.body_end)) for at in (chip.start, chip.end)
            )
            muted.start, muted.length = first, last - first
            look = QTextCharFormat()
            look.setForeground(QColor(metrics.theme.chip_text))
            muted.format = look
            formats.append(muted)
        self.layout.setFormats(formats)

    def _break_lines(self, width: float) -> None:
        self.lines: list[LaidLine] = []
        self.layout.beginLayout()
        while (line := self.layout.createLine()).isValid():
            line.setLineWidth(width)
            first = self.position(line.textStart())
            after = self.position(line.textStart() + line.textLength())
            self.lines.append(self._laid_line(line, first, after))
        self.layout.endLayout()

    def _laid_line(self, line: QTextLine, first: int, after: int) -> LaidLine:
        end = after
        hard = end > first and self.body[end - 1 - self.start] in BREAKS
        soft = not hard and after < self.body_end
        if hard:
            end = body_end(self.body, first - self.start, end - self.start) + self.start
        elif soft:
            end = first + len(self.body[first - self.start : end - self.start].rstrip()) or end
        return LaidLine(line, first, max(end, first), after, soft)

    def unit(self, offset: int) -> int:
        """Return Qt's position in this chunk's layout for a character of the note."""
        return self.offsets.to_qt(offset - self.start)

    def position(self, unit: int) -> int:
        """Return the character of the note at a position of this chunk's layout."""
        return self.start + self.offsets.from_qt(unit)

    def arrange(self, marks: Sequence[Mark], metrics: Metrics) -> None:
        """Give each mark its lanes and each line its height; `marks` are those that touch this chunk."""
        for line in self.lines:
            line.pieces = []
        for mark in sorted(marks, key=inner_first):
            for number in range(self.line_at(max(mark.start, self.start)), len(self.lines)):
                line = self.lines[number]
                if line.start >= mark.end:
                    break
                piece = self._piece(line, mark, metrics)
                if piece is not None:
                    line.pieces.append(piece)
        y = 0.0
        for line in self.lines:
            y = self._settle(line, y, metrics)
        self.height = y

    def _settle(self, line: LaidLine, y: float, metrics: Metrics) -> float:
        """Share out the lanes of one line, put it at `y` and return where the next one begins."""
        lanes = share_out([_occupied(piece, metrics) for piece in line.pieces])
        for piece, lane in zip(line.pieces, lanes, strict=True):
            piece.lane = lane
        line.top = y
        line.text_height = max(metrics.text_height, float(ceil(line.line.height())))
        rest = metrics.under_words(max(lanes, default=-1) + 1)
        empty = line.start == line.end and not lanes
        line.height = round(line.text_height * 0.8) if empty else line.text_height + rest
        line.line.setPosition(QPointF(0, y + round((line.text_height - line.line.height()) / 2)))
        return y + line.height

    def _piece(self, line: LaidLine, mark: Mark, metrics: Metrics) -> Piece | None:
        """Return what `line` shows of `mark`, or None where that is nothing."""
        extents: list[Extent] = []
        for span in mark.spans:
            if span.start <= line.end and span.end > line.start:
                extents += self.extents(line, span.start, span.end)
        extents.sort()
        opens_left, opens_right = mark.start < line.start, mark.end > line.next_start
        if not any(right > left for left, right in extents):
            if not (opens_left or opens_right) and extents:  # a line break alone is still to be seen
                extents = [(extents[0][0], extents[0][0] + metrics.character / 2)]
            elif len(mark.spans) == 1 or not (opens_left and opens_right) or line.start == line.end:
                return None
            else:
                extents = []
        if opens_left and not _holds(mark, line.start):
            extents.insert(0, (0.0, 0.0))
        if opens_right and not _holds(mark, line.next_start):
            right = self.x(line, line.end)
            extents.append((right, right))
        tag = metrics.tag(mark, continued=opens_left)
        tag_left = max(0.0, min(extents[0][0], self.width - tag.width))
        return Piece(mark, extents, 0, opens_left, opens_right, tag, tag_left)

    def extents(self, line: LaidLine, start: int, end: int) -> list[Extent]:
        """Return where the characters ``[start, end)`` stand on `line`, from left to right.

        More than one extent only where text runs both ways.
        """
        first, last = max(start, line.start), min(end, line.end)
        if first > last:
            return []
        if not self._mixed:
            return [(self.x(line, first), self.x(line, last))]
        places = [self.x(line, at) for at in range(first, last + 1)]
        found: list[Extent] = []
        for here, there in pairwise(places):
            left, right = min(here, there), max(here, there)
            if found and abs(found[-1][1] - left) < 1:
                found[-1] = (found[-1][0], right)
            elif found and abs(found[-1][0] - right) < 1:
                found[-1] = (left, found[-1][1])
            else:
                found.append((left, right))
        return sorted(found)

    def x(self, line: LaidLine, offset: int) -> float:
        """Return where a caret before the character at `offset` stands."""
        return float(line.line.cursorToX(self.unit(offset))[0])  # type: ignore[index]

    def line_at(self, offset: int) -> int:
        """Return the index of the line that holds the character at `offset`."""
        return max(0, min(bisect_right(self._starts, offset) - 1, len(self.lines) - 1))

    def line_at_y(self, y: float) -> int:
        """Return the index of the line at this height, or the nearest."""
        tops = [line.top for line in self.lines]
        return max(0, bisect_right(tops, y) - 1)

    def offset_at(self, line: LaidLine, x: float) -> int:
        """Return the position of the caret nearest to `x` on `line`."""
        return min(max(self.position(line.line.xToCursor(x)), line.start), line.end)

    def step(self, offset: int, *, forward: bool) -> int | None:
        """Return the next place for a caret in this chunk, never inside what is seen as one character."""
        unit = self.unit(offset)
        there = self.position(
            self.layout.nextCursorPosition(unit) if forward else self.layout.previousCursorPosition(unit)
        )
        at = there - self.start
        if 0 < at < len(self.body) and self.body[at - 1 : at + 1] == "\r\n":
            there += 1 if forward else -1
        return None if there == offset else there


def _holds(mark: Mark, border: int) -> bool:
    """Whether one fragment of `mark` lies on both sides of a line's border."""
    return any(span.start < border < span.end for span in mark.spans)


def _occupied(piece: Piece, metrics: Metrics) -> Extent:
    """Return what a piece takes of its lane: bar and tag, and a little air."""
    left, right = piece.left, piece.right
    if metrics.tags:
        left, right = (
            min(left, piece.tag_left),
            max(right, piece.tag_left + piece.tag.width + metrics.tag_gap),
        )
    return left, right
