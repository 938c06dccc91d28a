"""Backup dialog: the copies of a project, and the way back to one of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

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
from engine.store.backup import Backup, backup_folder

HEADINGS = ("Made", "Why", "Size")
KILOBYTE = 1000


class BackupDialog(QDialog):
    """The backups, newest first.  Restoring makes a new project: nothing is overwritten.

    Signals:
        restore_wanted: the path of a backup.
        backup_wanted: make one now.
    """

    restore_wanted = Signal(object)
    backup_wanted = Signal()

    def __init__(self, project: Path, backups: Sequence[Backup], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Backups")
        open_at(self, 640, 420)
        self._backups: Sequence[Backup] = ()
        words = QLabel(
            f"Backups lie in “{backup_folder(project)}”. Each was opened and checked when it was made. "
            "Restoring makes a new project beside this one; nothing is overwritten."
        )
        words.setWordWrap(True)
        self.table = QTableWidget(0, len(HEADINGS))
        self.table.setHorizontalHeaderLabels(list(HEADINGS))
        lay_out_rows(self.table, "Backups, newest first", {0: 180}, stretched=1)
        self.restore = QPushButton("&Restore as a new project…")
        self.restore.clicked.connect(self._restore)
        self.make = QPushButton("&Back up now")
        self.make.clicked.connect(self.backup_wanted)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.restore, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.make, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(10)
        column.addWidget(words)
        self.none = QLabel("There is no backup yet. “Back up now” makes one.")
        self.none.setObjectName("emptyWords")
        column.addWidget(self.none, 1)
        column.addWidget(self.table, 1)
        column.addWidget(buttons)
        self.show_backups(backups)

    def show_backups(self, backups: Sequence[Backup]) -> None:
        """List `backups`."""
        self._backups = backups
        self.table.setRowCount(len(backups))
        for row, one in enumerate(backups):
            said = (f"{one.at:%Y-%m-%d %H:%M:%S}", one.reason, f"{one.size_bytes / KILOBYTE:,.0f} kB")
            for column, words in enumerate(said):
                self.table.setItem(row, column, QTableWidgetItem(words))
        self.restore.setEnabled(bool(backups))
        self.none.setVisible(not backups)
        self.table.setVisible(bool(backups))
        if backups:
            self.table.selectRow(0)

    def _restore(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self._backups):
            self.restore_wanted.emit(self._backups[row].path)
