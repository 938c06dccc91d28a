"""Cut label: one line of words that gives way where there is no room, and then ends in dots."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override


class CutLabel(QLabel):
    """Plain words, of which some `fewest` letters always have room.

    A label of Qt's own keeps its width, and its neighbours are cut instead.
    """

    def __init__(self, fewest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fewest = fewest
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    @property
    def shown(self) -> str:
        """The words as they are drawn now."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())

    @override
    def minimumSizeHint(self) -> QSize:
        """Return the room for a few letters, or for all where they are fewer."""
        few = self.fontMetrics().averageCharWidth() * self._fewest
        hint = super().sizeHint()
        return QSize(min(few, hint.width()), hint.height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, self.shown)
