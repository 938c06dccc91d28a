"""Fitting: windows no larger than the screen, and a dialog as high as its words need at its width."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, QTimer
from PySide6.QtWidgets import QDialog, QWidget
from typing_extensions import override

FRAME = QSize(16, 48)
"""Room for the border and the title that a desktop puts around a window."""


def screen_room(window: QWidget) -> QSize:
    """Return how large `window` may be on its screen: that is small where letters are large."""
    return window.screen().availableSize() - FRAME


def open_at(window: QWidget, width: int, height: int) -> None:
    """Give `window` this size, or what the screen has."""
    window.resize(QSize(width, height).boundedTo(screen_room(window)))


class FittingDialog(QDialog):
    """Grows and shrinks with what it says.

    Qt's own layouts take a wrapped label to be as high as it would be at another width, so
    that words are cut; here the height is asked for the width there really is.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fit = QTimer(self, singleShot=True, interval=0)
        self._fit.timeout.connect(self.fit)

    def fit(self) -> None:
        """Take the height that the words need."""
        column = self.layout()
        if column is None or not self.isVisible():
            return
        needed = column.totalHeightForWidth(self.width()) if column.hasHeightForWidth() else -1
        if needed < 0:
            needed = column.totalSizeHint().height()
        most = self.screen().availableGeometry().height()
        self.setMinimumHeight(min(needed, most))
        self.resize(self.width(), min(needed, most))

    @override
    def event(self, event: QEvent) -> bool:
        """Fit again whenever something in the dialog has changed its size."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show, QEvent.Type.PolishRequest):
            self._fit.start()
        return super().event(event)
