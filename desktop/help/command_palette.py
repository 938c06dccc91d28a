"""Command palette: every command and label by its name, for those who type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.help.matching import best
from desktop.plain_rows import lay_out_rows

SHOWN_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to choose: its words, its keys as shown, and what it does."""

    words: str
    keys: str
    act: Callable[[], object]


class CommandPalette(QDialog):
    """A field and a list: type, choose with the arrows, Enter does it, Esc leaves."""

    def __init__(self, entries: Sequence[Entry], prompt: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(prompt)
        self.setMinimumSize(520, 380)
        self._entries = list(entries)
        self._shown: list[int] = []
        self._chosen: Entry | None = None
        self.field = QLineEdit()
        self.field.setPlaceholderText(f"{prompt}: type some letters")
        self.field.setAccessibleName(prompt)
        self.field.setClearButtonEnabled(True)
        self.list = self._table()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        self.field.textChanged.connect(self._filter)
        self.field.returnPressed.connect(self._choose)
        self.list.activated.connect(lambda _index: self._choose())
        self.list.clicked.connect(lambda _index: self._choose())
        self.field.installEventFilter(self)
        self._filter("")

    @classmethod
    def choose(cls, entries: Sequence[Entry], prompt: str, parent: QWidget | None = None) -> None:
        """Let the user choose one of `entries` and do it once the palette is gone."""
        palette = cls(entries, prompt, parent)
        palette.exec()
        chosen = palette._chosen
        palette.deleteLater()
        if chosen is not None:
            chosen.act()

    def _table(self) -> QTableWidget:
        table = QTableWidget(0, 2)
        table.horizontalHeader().hide()
        lay_out_rows(table, "Commands", {1: 150}, stretched=0, height=26)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return table

    def _filter(self, typed: str) -> None:
        self._shown = best([entry.words for entry in self._entries], typed)[:SHOWN_AT_MOST]
        self.list.setRowCount(len(self._shown))
        for row, index in enumerate(self._shown):
            entry = self._entries[index]
            keys = QTableWidgetItem(entry.keys)
            keys.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.list.setItem(row, 0, QTableWidgetItem(entry.words))
            self.list.setItem(row, 1, keys)
        if self._shown:
            self.list.selectRow(0)

    def _choose(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._shown):
            self._chosen = self._entries[self._shown[row]]
            self.accept()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows of the field move in the list."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}
            step = steps.get(Qt.Key(event.key()))
            if step is not None and self._shown:
                self.list.selectRow(max(0, min(len(self._shown) - 1, self.list.currentRow() + step)))
                return True
        return super().eventFilter(watched, event)
