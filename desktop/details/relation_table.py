"""Relation table: what is joined to the focused span."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.appearance.theme import Theme
from desktop.details.wording import one_line
from desktop.labels.label_swatch import SIZE, key_swatch
from desktop.plain_rows import lay_out_rows, on_keys
from desktop.review.intents import Target
from desktop.review.marks import Joint, Marks
from desktop.review.scene import NoteScene
from engine.labels.label_set import Kind

ROW_HEIGHT = 24


class RelationTable(QWidget):
    """One row for each relation of the focused span: the other end, and its words.

    Signals:
        chosen: the user wants to go to the other end (`Target`).
        unlinked: the user wants this relation (`RelationId`) away.
        refused: a sentence.
    """

    chosen = Signal(object)
    unlinked = Signal(int)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._joints: Sequence[Joint] = ()
        self._target: Target | None = None
        self.table = QTableWidget(0, 2)
        self.table.setObjectName("plain")
        self.table.setIconSize(SIZE)
        self.table.horizontalHeader().hide()
        name = "Joined to this span. Enter goes there, Delete takes the relation away"
        lay_out_rows(self.table, name, {}, stretched=1)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.table.cellClicked.connect(lambda row, _column: self._go(row))
        go, part = (
            (lambda: self._go(self.table.currentRow())),
            (lambda: self._unlink(self.table.currentRow())),
        )
        on_keys(self.table, {"Return": go, "Enter": go, "Del": part, "Backspace": part})
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    @property
    def count(self) -> int:
        """How many relations are shown."""
        return len(self._joints)

    def show_joints(
        self, scene: NoteScene | None, marks: Marks | None, target: Target | None, theme: Theme
    ) -> None:
        """Show what is joined to `target`."""
        self._target = target
        self._joints = marks.joints.get(target, []) if marks is not None and target is not None else []
        self.table.setRowCount(len(self._joints))
        if scene is None or marks is None or target is None:
            return
        for row, joint in enumerate(self._joints):
            other = marks.get(joint.other(target))
            if other is None:
                continue
            label = scene.labels.type(other.label)
            colours = theme.label_colours(label.colour)
            icon = key_swatch(colours.bar, colours.on_bar, label.key, label.kind is Kind.MODIFIER)
            words = one_line(scene.text, other.spans)
            what = QTableWidgetItem(icon, label.title)
            said = QTableWidgetItem(words if joint.relation is not None else f"{words} (suggested)")
            direction = (
                "says something of this span" if joint.head == target else "is what this span is about"
            )
            tip = f"{label.title} “{words}” {direction} ({joint.label})"
            for column, item in enumerate((what, said)):
                item.setToolTip(tip)
                self.table.setItem(row, column, item)

    def _go(self, row: int) -> None:
        if 0 <= row < len(self._joints) and self._target is not None:
            self.chosen.emit(self._joints[row].other(self._target))

    def _unlink(self, row: int) -> None:
        if not 0 <= row < len(self._joints):
            return
        relation = self._joints[row].relation
        if relation is None:
            self.refused.emit("This relation is only suggested. It goes when one of its ends is rejected.")
        else:
            self.unlinked.emit(relation)
