"""Working dialog: one that works long, says how far it is and what went wrong, and stops before it goes."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QLabel, QWidget
from typing_extensions import override

from desktop.jobs.job_bar import JobBar
from desktop.jobs.job_runner import JobRunner
from engine.jobs.job import Job


class WorkingDialog(QDialog):
    """Has a lane of its own, a bar and a line of trouble; who derives from it lays the two out.

    One job at a time is its `work`: closing the dialog stops that, and closes the dialog only where
    there is none.
    """

    def __init__(self, doing: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lane = JobRunner(doing, self)
        self.work: Job | None = None
        self.jobs = JobBar()
        self.trouble = QLabel()
        self.trouble.setObjectName("danger")
        self.trouble.setWordWrap(True)
        self.trouble.hide()

    def tell(self, words: str) -> None:
        """Say what is wrong, or nothing."""
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))

    @override
    def reject(self) -> None:
        """Stop the work in progress; close where there is none."""
        if self.work is not None:
            self.jobs.stop()
            return
        super().reject()

    @override
    def done(self, result: int) -> None:
        """End the lane before the dialog goes."""
        self.lane.close()
        super().done(result)
