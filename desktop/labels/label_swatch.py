"""Label swatch: a label's colour and key as a small picture."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap

SIZE = QSize(18, 18)


@lru_cache(maxsize=512)
def key_swatch(bar: str, on_bar: str, key: str, modifier: bool) -> QIcon:
    """Return the label's key on its colour; a square for entities, a round one for modifiers."""
    pixmap = QPixmap(SIZE * 2)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(bar))
    box = QRectF(1, 1, SIZE.width() - 2, SIZE.height() - 2)
    radius = 8.0 if modifier else 3.0
    painter.drawRoundedRect(box, radius, radius)
    painter.setPen(QColor(on_bar))
    font = QFont()
    font.setPixelSize(11)
    font.setBold(True)
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # else Qt tints it
    return icon
