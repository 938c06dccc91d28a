"""Status icon: how far a note has come, told by shape as well as colour."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from desktop.appearance.palette import text_on
from engine.annotation.annotation import Status

TITLES = {
    Status.NEW: "New",
    Status.SUGGESTED: "Suggested",
    Status.STARTED: "Started",
    Status.FINISHED: "Finished",
}
"""The words for each status."""

MEANINGS = {
    Status.NEW: "Nobody and no model has looked at it",
    Status.SUGGESTED: "A model has tagged it, nobody has looked yet",
    Status.STARTED: "Someone has begun",
    Status.FINISHED: "Someone stands behind all of it",
}
"""What each status says, as a tool tip."""

SIDE = 16
SHARPNESS = 2
"""Drawn at twice the size, so that it is sharp on fine screens, too."""


@lru_cache(maxsize=64)
def status_icon(status: Status, ink: str, chosen: str = "") -> QIcon:
    """Return the icon of `status` in the colour `ink` (``#rrggbb``), in `chosen` on a selected row.

    An empty ring, a ring with a dot, a half-filled ring, a filled disc with a tick: they
    stay apart without any colour.  Used on the window's thread.
    """
    icon = QIcon(_pixmap(status, ink))
    icon.addPixmap(_pixmap(status, chosen or ink), QIcon.Mode.Selected)
    return icon


def _pixmap(status: Status, ink: str) -> QPixmap:
    pixmap = QPixmap(QSize(SIDE, SIDE) * SHARPNESS)
    pixmap.setDevicePixelRatio(SHARPNESS)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw(painter, status, QColor(ink))
    painter.end()
    return pixmap


def _draw(painter: QPainter, status: Status, ink: QColor) -> None:
    ring = QRectF(2.5, 2.5, SIDE - 5, SIDE - 5)
    painter.setPen(QPen(ink, 1.6))
    painter.setBrush(ink if status is Status.FINISHED else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(ring)
    painter.setBrush(ink)
    if status is Status.SUGGESTED:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QRectF(6, 6, SIDE - 12, SIDE - 12))
    elif status is Status.STARTED:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPie(ring, 90 * 16, 180 * 16)
    elif status is Status.FINISHED:
        painter.setPen(QPen(QColor(text_on(ink.name())), 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(QPolygonF([QPointF(5.2, 8.2), QPointF(7.3, 10.3), QPointF(11, 6)]))
