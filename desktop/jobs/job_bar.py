"""Job bar: how far the long work is, in the status bar, with a way to stop it."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from engine.jobs.job import Job

POLL_MS = 100
KNOWN_AFTER_S = 5.0
"""Earlier it is not said how much time is left: the first notes tell too little."""

STEADY_S, STEP_S = 60, 5
"""Below so many seconds they are counted in steps, so that the words do not flicker."""

QUIET_MS = 400
"""Work that ends sooner is not worth a bar."""


class JobBar(QWidget):
    """Looks at one job ten times a second.

    Signals:
        stopped: the user pressed Stop; the job was asked to end.
    """

    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._pace = ("", 0, 0.0)  # what is done, how many were done when that began, and when it did
        self._words = QLabel()
        self._bar = QProgressBar()
        self._bar.setFixedWidth(140)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress")
        self._stop = QPushButton("Stop")
        self._stop.setAccessibleName("Stop the work in progress")
        self._stop.clicked.connect(self.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self._words, self._bar, self._stop):
            row.addWidget(widget)
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._look)
        self._late = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._late.timeout.connect(self._appear)
        self.hide()

    @property
    def job(self) -> Job | None:
        """The job that is looked at."""
        return self._job

    def follow(self, job: Job) -> None:
        """Look at `job` from now on."""
        self._job = job
        self._pace = ("", 0, time.monotonic())
        self._stop.setEnabled(True)
        self._look()
        self._poll.start()
        self._late.start()

    def end(self) -> None:
        """Look at nothing any more: the work has ended, in whatever way."""
        self._job = None
        self._poll.stop()
        self._late.stop()
        self.hide()

    def stop(self) -> None:
        """Ask the job to end."""
        if self._job is not None:
            self._job.cancel()
            self._stop.setEnabled(False)
            self._words.setText("Stopping…")
            self.stopped.emit()

    def _appear(self) -> None:
        if self._job is not None:
            self.show()

    def _look(self) -> None:
        job = self._job
        if job is None or job.cancelled:
            return
        progress = job.progress
        if progress.total:
            self._bar.setRange(0, progress.total)
            self._bar.setValue(progress.done)
            left = self._left(progress.doing, progress.done, progress.total)
            self._words.setText(f"{progress.doing} {progress.done:,} of {progress.total:,}{left}")
        else:
            self._bar.setRange(0, 0)  # Qt draws a bar that only says "busy"
            self._words.setText(progress.doing or "Working")

    def _left(self, doing: str, done: int, total: int) -> str:
        """Return how much time is left at the pace so far, with a comma before it, or nothing."""
        if doing != self._pace[0]:
            self._pace = (doing, done, time.monotonic())
        _, first, began = self._pace
        took = time.monotonic() - began
        if took < KNOWN_AFTER_S or not first < done < total:
            return ""
        from engine.steps.estimate_run import duration

        left = took / (done - first) * (total - done)
        return f", about {duration(left if left > STEADY_S else STEP_S * max(1, round(left / STEP_S)))} left"
