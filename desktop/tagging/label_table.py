"""Label table: each type of a model made elsewhere, and the label that it is given here."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QTableWidget, QTableWidgetItem, QWidget

from desktop.plain_rows import lay_out_rows
from engine.labels.label_set import LabelSet

LEFT_OUT = "(left out)"
_ROW_HEIGHT = 30


class LabelTable(QTableWidget):
    """A type a row, with a choice beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 2, parent)
        self.setHorizontalHeaderLabels(["The model’s type", "Label here"])
        lay_out_rows(self, "Labels of the model’s types", {0: 180}, stretched=1, height=_ROW_HEIGHT)
        self._choices: dict[str, QComboBox] = {}

    def show_types(self, said: Mapping[str, str | None], labels: LabelSet) -> None:
        """Show the types in `said`, each with its label of `labels`, or left out."""
        self._choices = {}
        self.setRowCount(len(said))
        for row, (theirs, ours) in enumerate(said.items()):
            item = QTableWidgetItem(theirs)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.setItem(row, 0, item)
            choice = QComboBox()
            choice.setAccessibleName(f"Label of {theirs}")
            choice.addItem(LEFT_OUT, None)
            for one in labels:
                choice.addItem(one.title, one.name)
            choice.setCurrentIndex(max(0, choice.findData(ours)))
            self.setCellWidget(row, 1, choice)
            self._choices[theirs] = choice

    @property
    def said(self) -> dict[str, str | None]:
        """The label that each type was given, or None."""
        return {theirs: choice.currentData() for theirs, choice in self._choices.items()}
