"""History list: what was done in this project, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.fitting import open_at
from desktop.plain_rows import lay_out_rows
from desktop.project import Project
from engine.store.operations import OperationRow
from engine.store.store import Store

SHOWN = 1000
HEADINGS = ("When", "What", "Note", "Who", "")


class HistoryList(QDialog):
    """The newest operations, with undo and redo from here.

    Signals:
        undo_wanted, redo_wanted: one step back, one step forth.
    """

    undo_wanted = Signal()
    redo_wanted = Signal()

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("History")
        open_at(self, 820, 520)
        self._project = project
        self.said = QLabel(f"The newest {SHOWN:,} operations. Each can be undone, also after a restart.")
        self.said.setObjectName("quiet")
        self.table = QTableWidget(0, len(HEADINGS))
        self.table.setHorizontalHeaderLabels(list(HEADINGS))
        lay_out_rows(self.table, "Operations, newest first", {0: 150, 2: 190, 3: 110, 4: 80}, stretched=1)
        self.undo = QPushButton("&Undo")
        self.redo = QPushButton("&Redo")
        self.undo.clicked.connect(self.undo_wanted)
        self.redo.clicked.connect(self.redo_wanted)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.undo, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.redo, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(12, 12, 12, 12)
        outside.setSpacing(8)
        outside.addWidget(self.said)
        outside.addWidget(self.table, 1)
        outside.addWidget(buttons)
        project.changed.connect(self.refresh)
        project.undoable_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read the history again."""
        self._project.ask(_history, lambda got: self._show(*got))

    def _show(self, rows: Sequence[OperationRow], names: dict[int, str]) -> None:
        undoable = self._project.undoable
        self.undo.setEnabled(undoable.undo is not None)
        self.redo.setEnabled(undoable.redo is not None)
        self.table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            note = names.get(row.note, "") if row.note is not None else ""
            said = (when(row.at), row.title, note, row.annotator, "undone" if row.undone else "")
            for column, words in enumerate(said):
                item = QTableWidgetItem(words)
                if row.undone:
                    font = item.font()
                    font.setStrikeOut(column == 1)
                    item.setFont(font)
                self.table.setItem(number, column, item)


def _history(store: Store) -> tuple[Sequence[OperationRow], dict[int, str]]:
    rows = store.history(SHOWN)
    notes = sorted({row.note for row in rows if row.note is not None})
    return rows, {row.id: row.name for row in store.note_rows(notes)}


def when(stamp: str) -> str:
    """Return a stored time (ISO, UTC) as this place's clock shows it."""
    try:
        return datetime.fromisoformat(stamp).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return stamp
