"""Label palette: all labels of the project with their colours, keys and counts in the open note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.appearance.theme import Theme
from desktop.labels.label_swatch import SIZE, key_swatch
from desktop.plain_rows import lay_out_rows, on_keys
from engine.labels.label_set import Kind, LabelSet, LabelType

NAME, HERE, LEFT = range(3)
ROW_HEIGHT = 24


class LabelPalette(QWidget):
    """A table of labels: key, name, annotations here, suggestions left here.

    Signals:
        chosen: the user wants this label for the selection or the focused span.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: tuple[LabelType, ...] = ()
        self._theme: Theme | None = None
        self.table = QTableWidget(0, 3)
        self.table.setObjectName("plain")
        self.table.setHorizontalHeaderLabels(["Label", "Here", "Left"])
        self.table.setIconSize(SIZE)
        lay_out_rows(self.table, "Labels", {HERE: 52, LEFT: 52}, stretched=NAME)
        for column in (HERE, LEFT):
            heading = QTableWidgetItem(("Label", "Here", "Left")[column])
            self.table.setHorizontalHeaderItem(column, heading)
            heading.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.table.cellClicked.connect(self._choose)
        on_keys(self.table, dict.fromkeys(("Return", "Enter"), self._choose_current))
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self.table)

    @property
    def labels(self) -> tuple[LabelType, ...]:
        """The labels shown, in order."""
        return self._labels

    def show_labels(self, labels: LabelSet | None, theme: Theme) -> None:
        """Show the labels of this set, entities first, in the theme's colours."""
        self._labels = () if labels is None else (*labels.entities, *labels.modifiers)
        self._theme = theme
        self.table.setRowCount(len(self._labels))
        for row, label in enumerate(self._labels):
            colours = theme.label_colours(label.colour)
            icon = key_swatch(colours.bar, colours.on_bar, label.key, label.kind is Kind.MODIFIER)
            name = QTableWidgetItem(icon, label.title)
            name.setToolTip(_tip(label))
            name.setData(Qt.ItemDataRole.AccessibleTextRole, f"{label.title}, key {label.key or 'none'}")
            self.table.setItem(row, NAME, name)
            for column in (HERE, LEFT):
                count = QTableWidgetItem("")
                count.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, count)

    def count(self, annotated: Iterable[str], suggested: Iterable[str]) -> None:
        """Show how often each label stands in the open note."""
        here, left = Counter(annotated), Counter(suggested)
        for row, label in enumerate(self._labels):
            for column, counts in ((HERE, here), (LEFT, left)):
                item = self.table.item(row, column)
                if item is not None:
                    item.setText(f"{counts[label.name]:,}" if counts[label.name] else "")

    def _choose(self, row: int, _column: int) -> None:
        self.chosen.emit(self._labels[row].name)

    def _choose_current(self) -> None:
        if 0 <= self.table.currentRow() < len(self._labels):
            self.chosen.emit(self._labels[self.table.currentRow()].name)

    @override
    def sizeHint(self) -> QSize:
        """Return room for every label where the window has it."""
        return QSize(260, ROW_HEIGHT * (len(self._labels) + 1) + 8)


def _tip(label: LabelType) -> str:
    lines = [f"{label.title}: {label.definition}"]
    if label.examples:
        lines.append("For example: " + "; ".join(label.examples[:4]))
    if label.key:
        lines.append(f"Key: {label.key}")
    return "\n\n".join(lines)
