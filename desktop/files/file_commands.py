"""File commands: notes in, annotations out.  The dialogs are loaded when they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.desk import Desk
from desktop.details.wording import count_words
from engine.annotation.annotation import Status

if TYPE_CHECKING:
    from engine.steps.import_notes import Imported


class FileCommands(QObject):
    """Opens the dialogs that read and write files."""

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk

    def commands(self) -> dict[str, Callable[[], object]]:
        """Return what the commands of this part do."""
        return {
            "import-notes": self.import_notes,
            "export": self.export,
            "build-training-set": self.build_training_set,
        }

    def import_notes(self) -> None:
        """Bring notes in, after a dry run."""
        from desktop.files.import_wizard import ImportWizard

        project = self._desk.project
        if project is not None:
            wizard = ImportWizard(project, parent=self._window)
            wizard.imported.connect(self._imported)
            wizard.exec()
            wizard.deleteLater()

    def _imported(self, imported: Imported) -> None:
        words = f"Imported {count_words(len(imported.notes), 'note')}"
        more = []
        if imported.masked:
            more.append(f"{imported.masked:,} masked")
        if imported.left_out:
            more.append(f"{imported.left_out:,} left out")
        if imported.twins:
            more.append(f"{imported.twins:,} already there")
        words += f" ({', '.join(more)})." if more else "."
        if imported.notes:
            words += " Predict, Tag notes (Ctrl+Shift+B) has a model propose tags."
        self._desk.told.emit(words, "note")

    def export(self) -> None:
        """Take annotations out as files."""
        project = self._desk.project
        if project is not None:
            project.ask(lambda store: store.status_counts(), self._export)

    def _export(self, counts: Mapping[Status, int]) -> None:
        from desktop.files.export_dialog import ExportDialog

        project = self._desk.project
        if project is not None:
            dialog = ExportDialog(project, self._desk.remembered, counts, self._window)
            dialog.exec()
            dialog.deleteLater()

    def build_training_set(self) -> None:
        """Make a fine-tuning set of the finished notes."""
        from desktop.files.training_set_dialog import TrainingSetDialog

        project = self._desk.project
        if project is not None:
            dialog = TrainingSetDialog(project, self._desk.remembered, self._window)
            dialog.exec()
            dialog.deleteLater()
