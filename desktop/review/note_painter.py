"""Note painter: one moment of a note, from the paper up: backgrounds, words, lanes, lines, caret."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from desktop.review.looks import Looks
from desktop.review.marks import Mark, Marks
from desktop.review.page import Page, ShownLine
from desktop.review.relation_lines import RelationPainter
from desktop.review.span_painter import SpanPainter, lane_top
from engine.text.span import Span


class NotePainter:
    """Paints a page; lives for one paint event."""

    def __init__(
        self, painter: QPainter, page: Page, marks: Marks, chips: Sequence[Span], looks: Looks
    ) -> None:
        self._painter = painter
        self._page = page
        self._metrics = page.metrics
        self._theme = page.metrics.theme
        self._marks = marks
        self._chips = chips
        self._looks = looks
        self._spans = SpanPainter(painter, page, looks)

    def paint(self, dirty: QRectF) -> None:
        """Paint what of the page lies in `dirty`."""
        painter = self._painter
        painter.fillRect(dirty, QColor(self._theme.page))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = list(self._page.lines(dirty.top(), dirty.bottom()))
        if shown:
            self._backgrounds(shown)
            self._words(dirty)
            for line in shown:
                self._spans.line(line)
            self._frame(shown)
            RelationPainter(painter, self._page, self._looks, self._marks).draw()
            self._hints(shown)
            self._caret()

    def _words(self, dirty: QRectF) -> None:
        self._painter.setPen(QColor(self._theme.text))
        for laid, y in self._page.visible:
            if y < dirty.bottom() and y + laid.height > dirty.top():
                laid.layout.draw(self._painter, QPointF(self._page.left, y), [], dirty)

    def _backgrounds(self, shown: list[ShownLine]) -> None:
        first, last = shown[0].line.start, shown[-1].line.next_start
        for chip in _within(self._chips, first, last):
            self._fill(chip, shown, self._theme.chip, radius=4, grow=1)
        for at, hit in _numbered(self._looks.hits, first, last):
            current = at == self._looks.hit
            self._fill(hit, shown, self._theme.hit_current if current else self._theme.hit, radius=2, grow=1)
        focus = self._marks.get(self._looks.focus)
        for mark in (self._marks.get(self._looks.source), focus):
            if mark is not None:
                tint = self._metrics.look(mark.label).colours.tint
                for span in self._places(mark):
                    self._fill(span, shown, tint, radius=3, grow=1)
        if self._looks.selection is not None:
            self._fill(self._looks.selection, shown, self._theme.selection, radius=0, grow=0)

    def _places(self, mark: Mark) -> tuple[Span, ...]:
        if mark.target == self._looks.focus and self._looks.reshaped is not None:
            return self._looks.reshaped
        return mark.spans

    def _fill(self, span: Span, shown: list[ShownLine], colour: str, *, radius: float, grow: float) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(colour))
        for rect in self._page.words(span, shown):
            wide = rect.adjusted(-grow, 0, grow, 0)
            self._painter.drawRoundedRect(wide, radius, radius)

    def _frame(self, shown: list[ShownLine]) -> None:
        """Frame the words of the focused span, and of the one taken to be joined."""
        for target, style in (
            (self._looks.source, Qt.PenStyle.DashLine),
            (self._looks.focus, Qt.PenStyle.SolidLine),
        ):
            mark = self._marks.get(target)
            if mark is None:
                continue
            colour = QColor(self._metrics.look(mark.label).colours.name)
            self._painter.setPen(QPen(colour, 1.5, style))
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            for span in self._places(mark):
                for rect in self._page.words(span, shown):
                    self._painter.drawRoundedRect(rect.adjusted(-1.5, 0.5, 1.5, -0.5), 3, 3)

    def _hints(self, shown: list[ShownLine]) -> None:
        """Show which letter joins which span."""
        done: set[object] = set()
        font = QFont(self._metrics.tag_font)
        font.setBold(True)
        self._painter.setFont(font)
        for line in shown:
            for piece in line.line.pieces:
                letter = self._looks.hints.get(piece.mark.target)
                if letter and piece.mark.target not in done:
                    done.add(piece.mark.target)
                    self._hint(line.y, lane_top(self._metrics, line, piece), piece.left, letter)

    def _hint(self, _line: float, lane: float, left: float, letter: str) -> None:
        size = self._metrics.tag_height + 3
        box = QRectF(self._page.left + left - size - 1, lane - 1, size, size)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(self._theme.text))
        self._painter.drawRoundedRect(box, 3, 3)
        self._painter.setPen(QColor(self._theme.page))
        self._painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)

    def _caret(self) -> None:
        if self._looks.caret_on:
            rect = self._page.caret(self._looks.caret)
            if rect is not None:
                self._painter.fillRect(rect, QColor(self._theme.accent))


def _within(spans: Sequence[Span], first: int, last: int) -> list[Span]:
    return [span for _, span in _numbered(spans, first, last)]


def _numbered(spans: Sequence[Span], first: int, last: int) -> list[tuple[int, Span]]:
    """Return those of the sorted, disjoint `spans` that touch [first, last), with their index."""
    at = max(bisect_left(spans, first, key=lambda span: span.start) - 1, 0)
    found = []
    while at < len(spans) and spans[at].start < last:
        found.append((at, spans[at]))
        at += 1
    return found
