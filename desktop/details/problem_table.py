"""Problem table: every problem of the open note with what is said of it, to look over and to jump to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTableView, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.details.problem_status import problem_labels, said_of
from desktop.details.wording import one_line
from desktop.plain_rows import lay_out_rows, on_keys
from desktop.review.intents import Target
from desktop.review.marks import Mark, Marks
from desktop.review.scene import NoteScene
from engine.text.section import Section

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
HEADINGS = ("Problem", "Status")
STATUS = 1
_STATUS_WIDTH = 176


class ProblemModel(QAbstractTableModel):
    """The problems of one scene as rows, in reading order; what is said of one is read when it is shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.problems: Sequence[Mark] = ()
        self._scene: NoteScene | None = None
        self._marks: Marks | None = None
        self._sections: Sequence[Section] = ()
        self._status: dict[int, str] = {}
        self._row_of: dict[Target, int] = {}

    def show_marks(self, scene: NoteScene | None, marks: Marks | None, sections: Sequence[Section]) -> None:
        """Show the problems among `marks` of `scene`, or nothing."""
        self.beginResetModel()
        self._scene, self._marks, self._sections = scene, marks, sections
        self.problems = ()
        if scene is not None and marks is not None:
            wanted = problem_labels(scene.labels)
            self.problems = [one for one in marks.all if one.label in wanted]
        self._row_of = {mark.target: row for row, mark in enumerate(self.problems)}
        self._status.clear()
        self.endResetModel()

    def row_of(self, target: Target | None) -> int | None:
        """Return the row of `target`, or None."""
        return self._row_of.get(target) if target is not None else None

    @override
    def rowCount(self, parent: Index = ROOT) -> int:
        """Return the number of problems."""
        return 0 if parent.isValid() else len(self.problems)

    @override
    def columnCount(self, parent: Index = ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(HEADINGS)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the heading of a column."""
        shown = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return HEADINGS[section] if shown else None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows."""
        wanted = (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        )
        if not index.isValid() or self._scene is None or role not in wanted:
            return None
        if index.column() == STATUS:
            return self._said(index.row())
        return one_line(self._scene.text, self.problems[index.row()].spans)

    def _said(self, row: int) -> str:
        if row not in self._status and self._scene is not None and self._marks is not None:
            said = said_of(self._scene, self._marks, self.problems[row], self._sections)
            self._status[row] = " · ".join(one.title for one in said)
        return self._status[row]


class ProblemTable(QWidget):
    """The table of the note's problems.

    Signals:
        chosen: the user wants to go to this `Target`.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ProblemModel(self)
        self.view = QTableView()
        self.view.setObjectName("plain")
        self.view.setModel(self.model)
        lay_out_rows(self.view, "Problems of this note", {STATUS: _STATUS_WIDTH}, stretched=0)
        self.view.horizontalHeader().setSectionResizeMode(STATUS, QHeaderView.ResizeMode.Interactive)
        self.view.clicked.connect(self._choose)
        on_keys(self.view, dict.fromkeys(("Return", "Enter"), lambda: self._choose(self.view.currentIndex())))
        self.setFocusProxy(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)

    def show_marks(self, scene: NoteScene | None, marks: Marks | None, sections: Sequence[Section]) -> None:
        """Show the problems of `scene`, keeping the scroll position."""
        scroll = self.view.verticalScrollBar().value()
        self.model.show_marks(scene, marks, sections)
        self.view.verticalScrollBar().setValue(scroll)

    def mark_focused(self, target: Target | None) -> None:
        """Select the row of the focused problem."""
        row = self.model.row_of(target)
        if row is None:
            self.view.clearSelection()
        elif self.view.currentIndex().row() != row or not self.view.selectionModel().hasSelection():
            self.view.selectRow(row)
            self.view.scrollTo(self.model.index(row, 0))

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid() and index.row() < len(self.model.problems):
            self.chosen.emit(self.model.problems[index.row()].target)
