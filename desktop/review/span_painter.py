"""Span painter: the lanes under the lines: bars, tags, and the frame of the focused span."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from desktop.appearance.palette import mixed
from desktop.review.laid_chunk import Piece
from desktop.review.looks import Looks
from desktop.review.metrics import Metrics
from desktop.review.page import Page, ShownLine

HANDLE = 5.0
"""Half the width of the zone at a focused span's edge that can be dragged."""


class SpanPainter:
    """Draws pieces of lanes with one painter; lives for one paint event."""

    def __init__(self, painter: QPainter, page: Page, looks: Looks) -> None:
        self._painter = painter
        self._page = page
        self._metrics = page.metrics
        self._looks = looks

    def line(self, shown: ShownLine) -> None:
        """Draw what stands under one line."""
        for piece in shown.line.pieces:
            self._piece(shown, piece)

    def lane_top(self, shown: ShownLine, piece: Piece) -> float:
        """Return where the lane of `piece` begins in the viewport."""
        return lane_top(self._metrics, shown, piece)

    def _piece(self, shown: ShownLine, piece: Piece) -> None:
        look = self._metrics.look(piece.mark.label)
        target = piece.mark.target
        page = self._metrics.theme.page
        colours = self._metrics.colours(piece.mark)
        bar, name = colours.bar, colours.name
        focused = target in (self._looks.focus, self._looks.source)
        if self._looks.faded and not focused and target not in self._looks.hints:
            bar, name = mixed(bar, page, 0.65), mixed(name, page, 0.6)
        y = lane_top(self._metrics, shown, piece)
        thickness = self._metrics.thin_bar if look.modifier else self._metrics.bar
        left = self._page.left
        for start, end in piece.extents:
            if end > start:
                rect = QRectF(left + start + 0.5, y, max(end - start - 1.0, 1.5), thickness)
                self._bar(rect, bar, piece)
        self._bridges(piece, y + thickness / 2, bar)
        self._open_ends(piece, y + thickness / 2, bar)
        if self._metrics.tags:
            self._tag(piece, y, bar, name, focused=focused)

    def _bar(self, rect: QRectF, colour: str, piece: Piece) -> None:
        painter = self._painter
        if not piece.mark.target.suggested:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
            return
        pen = QPen(QColor(colour), max(1.0, rect.height() * 0.6))
        pen.setDashPattern([2.4, 2.0])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        y = rect.center().y()
        painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))

    def _bridges(self, piece: Piece, y: float, colour: str) -> None:
        """Join the fragments of a discontinuous span by a thin dotted line."""
        if len(piece.extents) == 1:
            return
        self._painter.setPen(QPen(QColor(colour), 1.0, Qt.PenStyle.DotLine))
        left = self._page.left
        for (_, end), (start, _) in zip(piece.extents, piece.extents[1:], strict=False):
            if start > end:
                self._painter.drawLine(QPointF(left + end + 1, y), QPointF(left + start - 1, y))

    def _open_ends(self, piece: Piece, y: float, colour: str) -> None:
        """Show by an arrow head that a span comes from the line before or goes on on the next."""
        size = self._metrics.bar * 1.2
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(colour))
        for wanted, x, way in (
            (piece.opens_left, piece.left - 1, -1),
            (piece.opens_right, piece.right + 1, 1),
        ):
            if wanted:
                tip = self._page.left + x
                head = QPainterPath(QPointF(tip + way * size, y))
                head.lineTo(tip, y - size * 0.8)
                head.lineTo(tip, y + size * 0.8)
                self._painter.drawPath(head)

    def _tag(self, piece: Piece, lane: float, bar: str, name: str, *, focused: bool) -> None:
        painter, metrics = self._painter, self._metrics
        x, y = self._page.left + piece.tag_left, lane + metrics.bar
        if focused:
            colours = metrics.colours(piece.mark)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(bar))
            painter.drawRoundedRect(QRectF(x - 3, y, piece.tag.width + 6, metrics.tag_height + 1), 3, 3)
            name = colours.on_bar
        painter.setPen(QColor(name))
        painter.setFont(piece.tag.font)
        painter.drawStaticText(QPointF(x, y), piece.tag.text)


def lane_top(metrics: Metrics, shown: ShownLine, piece: Piece) -> float:
    """Return where the lane of `piece` begins in the viewport."""
    return shown.y + shown.line.text_height + metrics.lane_gap + piece.lane * metrics.lane
