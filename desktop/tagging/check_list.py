"""Check list: what was looked at in a model made elsewhere, and how it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget
from typing_extensions import override

from desktop.plain_rows import lay_out_rows
from engine.training.own_model.check import Check, Outcome

SPOKEN = {Outcome.GOOD: "good", Outcome.DOUBTFUL: "doubtful", Outcome.WRONG: "wrong"}
"""The marks as words, for screen readers and as a tip."""


class CheckList(QTableWidget):
    """One row a check: a mark, what was looked at, a sentence that may take several lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        lay_out_rows(self, "Checks of the model", {0: 28, 1: 130}, stretched=2)
        self.horizontalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.setWordWrap(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Show `checks` in place of what was shown."""
        self.setRowCount(len(checks))
        for row, check in enumerate(checks):
            for column, words in enumerate((check.outcome.value, check.what, check.words)):
                item = QTableWidgetItem(words)
                item.setToolTip(check.words)
                if column == 0:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                    item.setData(Qt.ItemDataRole.AccessibleTextRole, SPOKEN[check.outcome])
                self.setItem(row, column, item)
        self.resizeRowsToContents()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let sentences break where the width now asks for it."""
        super().resizeEvent(event)
        self.resizeRowsToContents()
