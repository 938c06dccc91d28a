"""Run time: how long a run will take, asked for and said beside the choice of model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from desktop.jobs.job_runner import JobRunner
from desktop.project import Project
from engine.errors import TagwellError
from engine.jobs.job import Job
from engine.taggers.registry import TaggerSpec
from engine.text.note import NoteId

if TYPE_CHECKING:
    from engine.steps.estimate_run import Estimate

SAMPLE = 8
"""How many of the notes are looked at: what a cascade reads twice depends on them."""


class RunTime(QWidget):
    """A button and a line; the estimate loads the model, so it is made only when it is asked for.

    Signals:
        wanted: the button was pressed; `ask` answers.
    """

    wanted = Signal()

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._lane = JobRunner("estimating", self)
        self._lane.crashed.connect(self._crashed)
        self._job: Job | None = None
        self.button = QPushButton("&Estimate")
        self.button.setToolTip(
            "Loads the model and tries it on some sentences, once for each model and setting."
        )
        self.button.clicked.connect(self.wanted)
        self.said = QLabel()
        self.said.setObjectName("quiet")
        self.said.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.button)
        row.addWidget(self.said, 1)
        self.setFocusProxy(self.button)

    def forget(self) -> None:
        """Say nothing: another model was chosen."""
        self.stop()
        self.said.setText("")
        self.button.setEnabled(True)

    def ask(self, spec: TaggerSpec, notes: Sequence[NoteId]) -> None:
        """Find out how long `spec` takes over `notes`, and say it."""
        self.button.setEnabled(False)
        self.said.setText("Trying the model…")
        some = list(notes[:: max(1, len(notes) // SAMPLE)][:SAMPLE])
        self._project.ask(
            lambda store: [store.note(one).text for one in some],
            lambda texts: self._try(spec, texts, len(notes)),
            self._refused,
        )

    def stop(self) -> None:
        """Stop an estimate that is being made."""
        if self._job is not None:
            self._job.cancel()
        self._job = None

    def leave(self) -> None:
        """Stop, and take no more questions: the dialog closes."""
        self.stop()
        self._lane.close(wait=False)

    def _try(self, spec: TaggerSpec, texts: Sequence[str], notes: int) -> None:
        labels = self._project.labels

        def find_out(job: Job) -> Estimate:
            from engine.steps.estimate_run import estimate_run

            return estimate_run(spec, texts, notes, labels, job)

        self._job = self._lane.run(find_out, self._tell, self._refused, self.forget, doing="estimating")

    def _tell(self, estimate: Estimate) -> None:
        self._job = None
        self.button.setEnabled(True)
        self.said.setText(estimate.sentence)

    def _crashed(self, _bug: object) -> None:
        self.forget()
        self.said.setText("It could not be found out.")

    def _refused(self, error: TagwellError) -> None:
        self._job = None
        self.button.setEnabled(True)
        self.said.setText(str(error))
