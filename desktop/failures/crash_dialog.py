"""Crash dialog: a bug of ours, told in plain words, with a report that can be copied."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.failures.report import bug_report
from desktop.jobs.job_runner import Bug


class CrashDialog(QDialog):
    """Says that Tagwell made a mistake, that nothing saved is lost, and offers the report."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Tagwell made a mistake")
        words = QLabel(
            "Something in Tagwell failed. Every change that was shown as saved is in the project file.\n"
            "You can go on working; if this comes again, close and reopen the project.\n\n"
            "The report below names places in the program, never words of a note."
        )
        words.setWordWrap(True)
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setAccessibleName("Report")
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.report.setMinimumSize(560, 200)
        copy = QPushButton("&Copy report")
        copy.clicked.connect(lambda: QApplication.clipboard().setText(report))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(words)
        column.addWidget(self.report, 1)
        column.addWidget(buttons)


class CrashWatch(QObject):
    """Leads every unforeseen exception of any thread to one dialog at a time.

    Signals:
        told: a report was made; for tests and logs.
    """

    told = Signal(str)
    _came = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown: CrashDialog | None = None
        self._came.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over the hooks of the interpreter, for this thread and for all others."""
        sys.excepthook = self._from_window
        threading.excepthook = self._from_thread

    def take(self, bug: Bug) -> None:
        """Show a bug that a lane caught."""
        self._came.emit(bug_report(type(bug.error), bug.error, bug.error.__traceback__, bug.doing))

    def tell(self, report: str) -> None:
        """Show a report that someone else made."""
        self._came.emit(report)

    def _from_window(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        self._came.emit(bug_report(kind, error, trace, "answering the window"))

    def _from_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            name = args.thread.name if args.thread else "a thread"
            self._came.emit(bug_report(args.exc_type, args.exc_value, args.exc_traceback, name))

    def _show(self, report: str) -> None:
        sys.stderr.write(report + "\n")
        self.told.emit(report)
        if self._shown is not None:  # a bug in painting would otherwise open one dialog a frame
            return
        self._shown = CrashDialog(report, QApplication.activeWindow())
        self._shown.finished.connect(self._closed)
        self._shown.open()

    def _closed(self) -> None:
        if self._shown is not None:
            self._shown.deleteLater()
        self._shown = None
