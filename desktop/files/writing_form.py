"""Writing form: a form that writes files into a folder and stays to say what became of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from typing_extensions import override

from desktop.files.form import Form
from desktop.jobs.job_bar import JobBar
from desktop.project import Project
from desktop.remembered import Remembered
from engine.errors import TagwellError
from engine.jobs.job import Job
from engine.store.store import Store

T = TypeVar("T")


class WritingForm(Form):
    """Runs its work on the project's read lane; Cancel stops it and leaves the folder as it was."""

    def __init__(
        self,
        title: str,
        do: str,
        words: str,
        project: Project,
        remembered: Remembered,
        parent: QWidget | None,
    ) -> None:
        super().__init__(title, do, words, parent)
        self._project = project
        self._remembered = remembered
        self._job: Job | None = None
        self._do_title = do
        self.folder = QLineEdit()
        self.folder.setPlaceholderText("a folder; it is made if it is not there")
        self.browse = QPushButton("C&hoose…")
        self.browse.clicked.connect(self._browse)
        self.overwrite = QCheckBox("Replace files of the same &name")
        self.outcome = QLabel()
        self.outcome.setWordWrap(True)
        self.outcome.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.outcome.hide()
        self.jobs = JobBar()
        # Kept in place while hidden, so that the buttons do not jump when work begins.
        column = self.layout()
        if column is not None:
            column.removeWidget(self.buttons)
            column.addWidget(self.outcome)
            column.addWidget(self.jobs)
            column.addWidget(self.buttons)

    def add_target(self) -> None:
        """Add the rows for the folder."""
        self.field("F&older", self.folder, self.browse)
        self.rows.addRow("", self.overwrite)

    @property
    def target(self) -> Path:
        """The folder to write into."""
        return Path(self.folder.text().strip()).expanduser()

    def check_target(self) -> str:
        """Return what is wrong with the folder, as a sentence."""
        if not self.folder.text().strip():
            self.folder.setFocus()
            return "Please choose a folder."
        if self.target.exists() and not self.target.is_dir():
            self.folder.setFocus()
            return f"“{self.target.name}” is a file. Please choose a folder."
        return ""

    def write(self, work: Callable[[Store, Job], T], then: Callable[[T], None]) -> None:
        """Run `work`; `then` shows what became of it."""
        self.tell("")
        self.outcome.hide()

        def done(answer: T) -> None:
            self._rest()
            self._remembered.keep("export-folder", str(self.target))
            then(answer)

        self._job = self._project.read(work, done, self._refused, self._stopped)
        self.jobs.follow(self._job)
        self._show_busy(True)

    def show_result(self, words: str) -> None:
        """Say that it is done; the form can be closed or used again."""
        self.outcome.setText(words)
        self.outcome.show()
        cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setText("Close")
        cancel.setFocus()

    @override
    def try_accept(self) -> None:
        """Start writing if nothing is wrong; the form stays."""
        words = self.check()
        self.tell(words)
        if not words and self._job is None:
            self.start()

    def start(self) -> None:
        """Start writing."""
        raise NotImplementedError

    def _rest(self) -> None:
        self._job = None
        self.jobs.end()
        self._show_busy(False)

    def _refused(self, error: TagwellError) -> None:
        self._rest()
        self.tell(str(error))

    def _stopped(self) -> None:
        self._rest()
        self.tell("Stopped. No file was written.")

    def _show_busy(self, busy: bool) -> None:
        self.do.setEnabled(not busy)
        cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setText("Stop" if busy else "Cancel")

    def _browse(self) -> None:
        start = self.folder.text() or self._remembered.text("export-folder") or str(Path.home())
        chosen = QFileDialog.getExistingDirectory(self, "Folder to write into", start)
        if chosen:
            self.folder.setText(chosen)

    @override
    def reject(self) -> None:
        """Stop the work in progress; close where there is none."""
        if self._job is not None:
            self.jobs.stop()
        else:
            super().reject()
