"""Difference table: where two layers of a note differ, one row a difference, by error class."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem, QWidget

from desktop.details.wording import one_line
from desktop.labels.label_swatch import SIZE
from desktop.plain_rows import lay_out_rows
from engine.annotation.said import LabelledSpan
from engine.evaluation.error_classes import ErrorClass, Finding
from engine.labels.label_set import LabelSet

HEADINGS = ("Difference", "Left", "Right", "Character")

WORDS = {
    ErrorClass.RIGHT: "The same",
    ErrorClass.BOUNDARY: "Other borders",
    ErrorClass.TYPE: "Another label",
    ErrorClass.BOUNDARY_AND_TYPE: "Other borders and label",
    ErrorClass.MISSED: "Left only",
    ErrorClass.SPURIOUS: "Right only",
}
"""What a class is called where neither side is gold."""

DIFFERENT = tuple(kind for kind in ErrorClass if kind is not ErrorClass.RIGHT)


class DifferenceTable(QTableWidget):
    """The differences of one note, in the order of the text.

    Signals:
        picked: the `Finding` of the row that is selected now.
    """

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(HEADINGS), parent)
        self.setHorizontalHeaderLabels(list(HEADINGS))
        self.setIconSize(SIZE)
        lay_out_rows(self, "Differences", {0: 190, 1: 380, 3: 90}, stretched=2)
        self._findings: Sequence[Finding] = ()
        self.itemSelectionChanged.connect(self._pick)

    def show_findings(self, findings: Sequence[Finding], text: str, labels: LabelSet) -> None:
        """Show `findings` of the note that reads `text`; none of the rows is selected."""
        self.clearSelection()
        self._findings = tuple(findings)
        self.setRowCount(len(findings))
        for row, one in enumerate(findings):
            there = one.gold or one.predicted
            said = (
                WORDS[one.kind],
                _side(one.gold, text, labels),
                _side(one.predicted, text, labels),
                f"{there.hull.start:,}" if there else "",
            )
            for column, words in enumerate(said):
                self.setItem(row, column, QTableWidgetItem(words))

    def _pick(self) -> None:
        row = self.currentRow()
        if self.selectedItems() and 0 <= row < len(self._findings):
            self.picked.emit(self._findings[row])


def _side(item: LabelledSpan | None, text: str, labels: LabelSet) -> str:
    if item is None:
        return "–"
    return f"{labels.type(item.label).title}: {one_line(text, item.spans, 60)}"
