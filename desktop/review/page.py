"""Page: the part of a note that is on the screen, and the way between its pixels and its characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from desktop.review.flow import Flow
from desktop.review.intents import Target
from desktop.review.laid_chunk import LaidChunk, LaidLine, Piece
from desktop.review.marks import Marks
from desktop.review.metrics import Metrics
from desktop.review.scene import NoteScene
from engine.text.span import Span


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line on the screen: `y` is its top in the viewport."""

    laid: LaidChunk
    line: LaidLine
    y: float


@dataclass(frozen=True, slots=True)
class Hit:
    """What is under a point of the viewport: a place for the caret, and the piece of a lane, if any."""

    offset: int
    piece: Piece | None
    on_words: bool  # not beside or under them


class Page:
    """The visible chunks of one note.

    What holds the picture still is the anchor: a chunk and where its top stands in the viewport.
    Heights above it may be corrected as much as they like; nothing on the screen moves.
    """

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self.left = 0.0
        self.width = 100.0
        self.visible: list[tuple[LaidChunk, float]] = []
        self.flow = Flow("")
        self._marks: Marks | None = None
        self._view_width, self._view_height = 100.0, 100.0
        self._anchor = (0, 0.0)

    # -- what is shown

    def show(self, scene: NoteScene, marks: Marks, *, same_note: bool) -> None:
        """Show a scene; a scene of the same note keeps what is laid out but for the lines that changed."""
        before, self._marks = self._marks, marks
        if same_note and before is not None:
            self.flow.show(marks, marks.changed(before))
        else:
            self.flow = Flow(scene.text, scene.placeholders)
            self._anchor = (0, self.metrics.top)
            self._fit()
        self.settle()

    def clear(self) -> None:
        """Show nothing."""
        self._marks = None
        self.flow = Flow("")
        self.visible = []
        self._anchor = (0, self.metrics.top)

    def set_metrics(self, metrics: Metrics) -> None:
        """Take other fonts or colours; the line at the top stays at the top."""
        first = self._first_offset()
        self.metrics = metrics
        self._fit()
        self._keep(first)

    def resize(self, width: float, height: float) -> None:
        """Take another size of the viewport; the line at the top stays at the top."""
        first = self._first_offset()
        narrower = width != self._view_width
        self._view_width, self._view_height = width, height
        if narrower:
            self._fit()
            self._keep(first)
        else:
            self.settle()

    def _fit(self) -> None:
        self.left, self.width = self.metrics.measure(self._view_width)
        if self._marks is not None:
            self.flow.fit(self.metrics, self._marks, self.width)

    def _keep(self, first: tuple[int, float] | None) -> None:
        if first is None or self._marks is None:
            return
        offset, y = first
        chunk = self.flow.chunk_of(offset)
        laid = self.flow.laid(chunk)
        self._anchor = (chunk, y - laid.lines[laid.line_at(offset)].top)
        self.settle()

    def _first_offset(self) -> tuple[int, float] | None:
        """Return the first character in view and the y of its line; None before anything is shown."""
        for shown in self.lines():
            if shown.y + shown.line.height > 0:
                return shown.line.start, min(shown.y, self.metrics.top)
        return None

    @property
    def first_offset(self) -> int:
        """The first character in view."""
        first = self._first_offset()
        return first[0] if first is not None else 0

    def start_at(self, offset: int) -> None:
        """Scroll so that the line of `offset` is the first in view."""
        self._keep((offset, 0.0))

    # -- scrolling

    @property
    def scroll_value(self) -> int:
        """Pixels between the top of the note and the top of the viewport, as far as known."""
        chunk, y = self._anchor
        return round(self.flow.top(chunk) + self.metrics.top - y)

    @property
    def scroll_range(self) -> int:
        """The greatest `scroll_value`."""
        return max(0, round(self.flow.height + self.metrics.top + self._bottom - self._view_height))

    @property
    def height(self) -> float:
        """The height of the viewport."""
        return self._view_height

    @property
    def _bottom(self) -> float:
        return 2 * self.metrics.text_height

    def scroll_by(self, pixels: float) -> None:
        """Move down the note by `pixels` (up where negative)."""
        chunk, y = self._anchor
        self._anchor = (chunk, y - pixels)
        self.settle()

    def scroll_to(self, value: float) -> None:
        """Go to a place far away, by pixels from the top."""
        chunk = self.flow.chunk_at(value - self.metrics.top)
        self._anchor = (chunk, self.flow.top(chunk) + self.metrics.top - value)
        self.settle()

    def settle(self) -> None:
        """Lay out what is in view, without moving what is anchored, and never beyond either end."""
        if self._marks is None:
            self.visible = []
            return
        for _ in range(3):  # each correction at an end may bring another chunk into view
            chunk, y = self._first_in_view(*self._anchor)
            self._anchor = (chunk, y)
            self.visible, below = self._fill(chunk, y)
            at_end = self.visible[-1][0].end == len(self.flow.text) if self.visible else True
            spare = self._view_height - self._bottom - below
            if not (at_end and spare > 0 and (chunk > 0 or y < self.metrics.top)):
                break
            self._anchor = (chunk, y + spare)

    def _first_in_view(self, chunk: int, y: float) -> tuple[int, float]:
        while y > 0 and chunk > 0:
            chunk -= 1
            y -= self.flow.laid(chunk).height
        if chunk == 0:
            y = min(y, self.metrics.top)
        while chunk + 1 < len(self.flow) and y + self.flow.laid(chunk).height <= 0:
            y += self.flow.laid(chunk).height
            chunk += 1
        return chunk, y

    def _fill(self, chunk: int, y: float) -> tuple[list[tuple[LaidChunk, float]], float]:
        visible = []
        while chunk < len(self.flow) and y < self._view_height:
            laid = self.flow.laid(chunk)
            visible.append((laid, y))
            y += laid.height
            chunk += 1
        return visible, y

    def reveal(self, span: Span | int, *, centre: bool = False) -> None:
        """Scroll as little as it takes to see the beginning of `span` and, where it fits, its end.

        A place more than a page away comes to the upper third of the viewport.
        """
        start, end = (span, span) if isinstance(span, int) else (span.start, span.end)
        top, under = self._line_y(start)
        bottom = max(under, self._line_y(max(end - 1, start))[1])
        air = self.metrics.text_height
        bottom = min(bottom, top + self._view_height - 2 * air)
        if centre or bottom < -self._view_height or top > 2 * self._view_height:
            wanted = self._view_height / 3
        elif top < air:
            wanted = air
        elif bottom > self._view_height - air:
            wanted = top + self._view_height - air - bottom
        else:
            return
        chunk = self.flow.chunk_of(start)
        laid = self.flow.laid(chunk)
        self._anchor = (chunk, wanted - laid.lines[laid.line_at(start)].top)
        self.settle()

    def _line_y(self, offset: int) -> tuple[float, float]:
        """Return top and bottom of a character's line in the viewport; beyond the screen a guess."""
        chunk = self.flow.chunk_of(offset)
        laid = self.flow.laid(chunk)
        line = laid.lines[laid.line_at(offset)]
        anchor, y = self._anchor
        top = y + self.flow.top(chunk) - self.flow.top(anchor) + line.top
        return top, top + line.height

    # -- from characters to pixels

    def lines(self, top: float = 0.0, bottom: float | None = None) -> Iterator[ShownLine]:
        """Yield the lines between two heights of the viewport."""
        below = self._view_height if bottom is None else bottom
        for laid, y in self.visible:
            if y > below or y + laid.height < top:
                continue
            for line in laid.lines:
                if y + line.top <= below and y + line.top + line.height >= top:
                    yield ShownLine(laid, line, y + line.top)

    def targets(self) -> list[Target]:
        """Return the marks in view, in no particular order."""
        return list({piece.mark.target for shown in self.lines() for piece in shown.line.pieces})

    def line_text(self, offset: int) -> str:
        """Return the words of the line a caret is on."""
        laid = self.flow.laid(self.flow.chunk_of(offset))
        line = laid.lines[laid.line_at(offset)]
        return self.flow.text[line.start : line.end]

    def shown_line(self, offset: int) -> ShownLine | None:
        """Return the line of a caret at `offset`, or None where it is not in view."""
        for laid, y in self.visible:
            if laid.start <= offset < laid.end or (offset == laid.end == len(self.flow.text)):
                line = laid.lines[laid.line_at(offset)]
                return ShownLine(laid, line, y + line.top)
        return None

    def caret(self, offset: int) -> QRectF | None:
        """Return where a caret at `offset` stands in the viewport, or None where it is not in view."""
        shown = self.shown_line(offset)
        if shown is None:
            return None
        x = self.left + shown.laid.x(shown.line, min(offset, shown.line.end))
        return QRectF(x - 1, shown.y, 2, shown.line.text_height)

    def words(self, span: Span, lines: Iterable[ShownLine] | None = None) -> list[QRectF]:
        """Return the rectangles of the visible characters of `span`, in the viewport."""
        found = []
        for shown in self.lines() if lines is None else lines:
            if shown.line.start < span.end and span.start < max(shown.line.end, shown.line.start + 1):
                for left, right in shown.laid.extents(shown.line, span.start, span.end):
                    found.append(QRectF(self.left + left, shown.y, right - left, shown.line.text_height))
        return found

    # -- from pixels to characters

    def hit(self, x: float, y: float) -> Hit | None:
        """Return what is at a point of the viewport; None where no note is shown."""
        if not self.visible:
            return None
        laid, top = next(
            ((laid, top) for laid, top in self.visible if y < top + laid.height), self.visible[-1]
        )
        line = laid.lines[laid.line_at_y(y - top)]
        inside = y - top - line.top
        offset = laid.offset_at(line, x - self.left)
        in_line = 0 <= inside < line.text_height
        right = laid.x(line, line.end)
        piece = None if in_line else self._piece_at(line, x - self.left, inside)
        return Hit(offset, piece, in_line and -2 <= x - self.left <= right + 2)  # noqa: PLR2004 - a little slack

    def _piece_at(self, line: LaidLine, x: float, inside: float) -> Piece | None:
        lane = int((inside - line.text_height - self.metrics.lane_gap) // self.metrics.lane)
        for piece in line.pieces:
            right = max(piece.right, piece.tag_left + piece.tag.width if self.metrics.tags else 0)
            if piece.lane == lane and min(piece.left, piece.tag_left) - 2 <= x <= right + 2:
                return piece
        return None
