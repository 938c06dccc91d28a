"""Page area: the scroll area around a page: its bar, its caret's blinking, its drawing."""

from __future__ import annotations

import time

from PySide6.QtCore import QRectF, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget
from typing_extensions import override

from desktop.appearance.theme import Theme, light
from desktop.review.looks import Looks
from desktop.review.marks import Marks
from desktop.review.metrics import ZOOMS, Metrics
from desktop.review.note_painter import NotePainter
from desktop.review.page import Page
from desktop.review.scene import NoteScene
from engine.labels.label_set import LabelSet

_IDLE_SLICE = 0.004
_IDLE_LIMIT = 2500
"""Notes of more chunks keep their estimated heights: laying all of them out is not worth the battery."""


class PageArea(QAbstractScrollArea):
    """Shows a page and scrolls it.  Subclasses say how things look and what input means."""

    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = light()
        self._zoom = 1.0
        self._tags = True
        self._labels: LabelSet | None = None
        self._marks: Marks | None = None
        self._scene: NoteScene | None = None
        self._text_font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        self._page = Page(self._make_metrics())
        self._caret_on = False
        self._syncing = False
        self._blink = QTimer(self)
        self._blink.timeout.connect(self._toggle_caret)
        self._idle = QTimer(self)
        self._idle.setInterval(40)
        self._idle.timeout.connect(self._lay_out_more)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)

    # -- what subclasses say

    def _looks(self) -> Looks:
        """Return this moment's caret, selection and focus."""
        return Looks()

    # -- appearance

    def _make_metrics(self) -> Metrics:
        return Metrics(self._theme, self._labels, self._text_font, self._zoom, tags=self._tags)

    def _redress(self) -> None:
        """Lay everything out in other fonts or colours, the first line staying where it is."""
        self._page.set_metrics(self._make_metrics())
        self._refresh()

    def _refresh(self) -> None:
        """Bring scroll bar and picture up to the page."""
        self._sync_scroll_bar()
        self.viewport().update()
        if self._scene is None or len(self._page.flow) > _IDLE_LIMIT:
            self._idle.stop()
        elif self._page.flow.first_unknown(0) is not None:
            self._idle.start()

    # -- scrolling

    def _sync_scroll_bar(self) -> None:
        bar = self.verticalScrollBar()
        self._syncing = True
        with QSignalBlocker(bar):
            bar.setRange(0, self._page.scroll_range)
            bar.setPageStep(max(1, self.viewport().height()))
            bar.setSingleStep(round(self._page.metrics.text_height + self._page.metrics.lane))
            bar.setValue(self._page.scroll_value)
        self._syncing = False

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Follow the scroll bar: near moves keep what is on the screen, far ones jump."""
        if self._syncing:
            return
        if abs(dy) <= 3 * self.viewport().height():
            self._page.scroll_by(-dy)
        else:
            self._page.scroll_to(self.verticalScrollBar().value())
        self._sync_scroll_bar()
        self.viewport().update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew where the width changed."""
        self._page.resize(self.viewport().width(), self.viewport().height())
        self._refresh()

    def _lay_out_more(self) -> None:
        """Use an idle moment to learn true heights, so that the scroll bar tells the truth."""
        if self._scene is None:
            self._idle.stop()
            return
        stop = time.perf_counter() + _IDLE_SLICE
        flow = self._page.flow
        chunk = flow.first_unknown(0)
        while chunk is not None and time.perf_counter() < stop:
            flow.measure(chunk)
            chunk = flow.first_unknown(chunk)
        if chunk is None:
            self._idle.stop()
        if not self.verticalScrollBar().isSliderDown():
            self._sync_scroll_bar()

    # -- painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what of the page is exposed."""
        painter = QPainter(self.viewport())
        dirty = QRectF(event.rect())
        if self._scene is None or self._marks is None:
            painter.fillRect(dirty, QColor(self._theme.page))
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, "No note is open.")
        else:
            looks = self._looks()
            NotePainter(painter, self._page, self._marks, self._scene.placeholders, looks).paint(dirty)
        painter.end()

    # -- the caret

    def _caret_offset(self) -> int:
        return self._looks().caret

    def _show_caret(self) -> None:
        """Show the caret now and let it blink from here on."""
        self._caret_on = self.hasFocus() and self._scene is not None
        flash = QGuiApplication.styleHints().cursorFlashTime()
        if self._caret_on and flash > 0:
            self._blink.start(max(flash // 2, 100))
        else:
            self._blink.stop()

    def _toggle_caret(self) -> None:
        self._caret_on = not self._caret_on
        place = self._page.caret(self._caret_offset())
        if place is not None:
            self.viewport().update(place.toAlignedRect().adjusted(-1, -1, 1, 1))

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the caret."""
        self._show_caret()
        self.viewport().update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the caret."""
        self._blink.stop()
        self._caret_on = False
        self.viewport().update()

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        """Keep Tab: it goes from span to span here."""
        return False

    # -- settings

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self._redress()

    def set_text_font(self, font: QFont) -> None:
        """Take another typeface; its size is ours (`zoom`)."""
        self._text_font = QFont(font)
        self._redress()

    def set_tags_shown(self, shown: bool) -> None:
        """Show the label's name under each span, or the bars alone."""
        self._tags = shown
        self._redress()

    @property
    def zoom(self) -> float:
        """The size of the text; 1.0 is normal."""
        return self._zoom

    def set_zoom(self, zoom: float) -> None:
        """Set the size of the text; 1.0 is normal."""
        zoom = min(max(zoom, ZOOMS[0]), ZOOMS[-1])
        if zoom != self._zoom:
            self._zoom = zoom
            self._redress()
            self.zoom_changed.emit(zoom)

    def zoom_in(self) -> None:
        """Make the text one step larger."""
        self.set_zoom(next((one for one in ZOOMS if one > self._zoom + 0.01), ZOOMS[-1]))

    def zoom_out(self) -> None:
        """Make the text one step smaller."""
        self.set_zoom(next((one for one in reversed(ZOOMS) if one < self._zoom - 0.01), ZOOMS[0]))

    def zoom_reset(self) -> None:
        """Make the text as large as it was made."""
        self.set_zoom(1.0)
