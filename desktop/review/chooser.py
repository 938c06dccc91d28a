"""Chooser: a short list at the caret, to pick a span of a stack or a label by its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.review.keyboard import label_keys
from desktop.review.marks import Mark
from desktop.review.metrics import Metrics
from desktop.review.spoken import said_of_mark
from engine.labels.label_set import LabelSet, LabelType

_ROWS = 9
_WIDEST = 80


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the list: what is shown, the key that picks it, its colour, and what is picked."""

    title: str
    key: str
    colour: str
    value: object


class Chooser(QFrame):
    """A list with a field above it that narrows it down; Enter picks, Escape leaves.

    Without the field the key of a line picks it at once.

    Signals: `picked(value)`, `left()` when nothing was picked.
    """

    picked = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._choices: Sequence[Choice] = ()
        self._by_typing = False
        self._field = QLineEdit(self)
        self._field.setPlaceholderText("Name of a label")
        self._field.setAccessibleName("Name of a label")
        self._list = QTreeWidget(self)
        self._list.setColumnCount(2)
        self._list.setHeaderHidden(True)
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.header().setStretchLastSection(False)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setStyleSheet("QTreeView::item { padding: 3px 2px; }")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 4, 4, 4)
        box.setSpacing(4)
        box.addWidget(self._field)
        box.addWidget(self._list)
        self._field.textChanged.connect(self._narrow)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(self._pick)
        self.hide()

    def offer(self, choices: Sequence[Choice], place: QPoint, *, by_typing: bool) -> None:
        """Show `choices` near `place` (in the parent) and take the keyboard."""
        self._choices = choices
        self._by_typing = by_typing
        self._field.setVisible(by_typing)
        self._field.clear()
        self._narrow("")
        self._stand_at(place)
        self.show()
        self.raise_()
        (self._field if by_typing else self).setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def shown(self) -> list[str]:
        """The titles in the list now."""
        return [item.text(0) for item in self._rows()]

    def _rows(self) -> list[QTreeWidgetItem]:
        items = (self._list.topLevelItem(row) for row in range(self._list.topLevelItemCount()))
        return [item for item in items if item is not None]

    def _stand_at(self, place: QPoint) -> None:
        row = max(self._list.sizeHintForRow(0), self.fontMetrics().height() + 6)
        self._list.setFixedHeight(min(max(len(self._choices), 1), _ROWS) * row + 2)
        widest = max((self.fontMetrics().horizontalAdvance(one.title) for one in self._choices), default=0)
        self.resize(min(max(widest + 110, 220), 460), self.sizeHint().height())
        room = self._over.rect()
        x = max(4, min(place.x(), room.width() - self.width() - 4))
        y = (
            place.y()
            if place.y() + self.height() < room.height()
            else max(4, room.height() - self.height() - 4)
        )
        self.move(x, y)

    def _narrow(self, typed: str) -> None:
        wanted = typed.strip().casefold()
        begin = [one for one in self._choices if one.title.casefold().startswith(wanted)]
        inside = [one for one in self._choices if wanted in one.title.casefold() and one not in begin]
        self._list.clear()
        for one in (*begin, *inside):
            item = QTreeWidgetItem([one.title, one.key])
            item.setIcon(0, _swatch(one.colour, self.devicePixelRatioF()))
            item.setData(0, Qt.ItemDataRole.UserRole, one)
            self._list.addTopLevelItem(item)
        self._select(0)

    def _select(self, row: int) -> None:
        item = self._list.topLevelItem(row)
        if item is not None:
            self._list.setCurrentItem(item)

    def _pick(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            choice: Choice = item.data(0, Qt.ItemDataRole.UserRole)
            self.hide()
            self.picked.emit(choice.value)

    def _leave(self) -> None:
        self.hide()
        self.left.emit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows, Enter and Escape of the field act on the list."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._steer(event):
            return True
        if event.type() is QEvent.Type.FocusOut and self.isVisible() and watched is self._field:
            self._leave()
        return super().eventFilter(watched, event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick by the key of a line, where there is no field to type in."""
        if self._steer(event):
            return
        for row, one in enumerate(self._choices):
            if one.key and one.key == event.text():
                self._pick(self._list.topLevelItem(row))
                return

    @override
    def focusOutEvent(self, event: object) -> None:
        """Leave when the keyboard goes elsewhere."""
        if self.isVisible() and not self._by_typing:
            self._leave()

    def _steer(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Tab):
            self._step(1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Backtab):
            self._step(-1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(self._list.currentItem())
        elif key == Qt.Key.Key_Escape:
            self._leave()
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        rows, current = self._rows(), self._list.currentItem()
        if rows and current is not None:
            self._select((self._list.indexOfTopLevelItem(current) + by) % len(rows))


def choices_of_marks(text: str, marks: Sequence[Mark], metrics: Metrics) -> list[Choice]:
    """Return a line for each span of a stack, picked by a digit."""
    return [
        Choice(
            said_of_mark(text, mark)[:_WIDEST],
            str(at) if at <= _ROWS else "",
            _bar(metrics, mark.label),
            mark.target,
        )
        for at, mark in enumerate(marks, start=1)
    ]


def choices_of_labels(labels: LabelSet, metrics: Metrics) -> list[Choice]:
    """Return a line for each label, with the key it has in the note."""
    keys = {name: chord for chord, name in label_keys(labels).items()}
    return [
        Choice(_label_title(one), keys.get(one.name, ""), _bar(metrics, one.name), one.name) for one in labels
    ]


def _label_title(label: LabelType) -> str:
    """Return what the label is called in the panel, and in the text where that is another word."""
    same = label.title.casefold() == label.name.casefold()
    return label.title if same else f"{label.title} ({label.name})"


def _bar(metrics: Metrics, label: str) -> str:
    return metrics.look(label).colours.bar


def _swatch(colour: str, ratio: float) -> QIcon:
    size = 12
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(0, 2, size, size - 4, 3, 3)
    painter.end()
    return QIcon(picture)
