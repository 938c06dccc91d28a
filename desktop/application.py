"""Application: the Qt application, its window, and what happens when something fails."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop.failures.crash_dialog import CrashWatch
from desktop.failures.crash_log import CrashLog
from desktop.main_window import MainWindow
from desktop.remembered import Remembered
from engine.airgap.status import is_enforced, summary


def run(project: str, *, demo: bool, arguments: Sequence[str]) -> int:
    """Open the window, with the project file `project` where one is named; return the exit code."""
    application = QApplication([sys.argv[0], *arguments])
    application.setApplicationName("Tagwell")
    application.setApplicationDisplayName("Tagwell")
    application.setDesktopFileName("tagwell")
    watch = CrashWatch(application)
    watch.install()
    remembered = Remembered()
    log = CrashLog(remembered.folder / "crash.log")
    last_words = log.last_words()
    log.watch()
    window = MainWindow(remembered)
    window.desk.crashed.connect(watch.take)
    window.bar.show_network(summary(), is_enforced())
    window.show()
    gc.freeze()  # what the start made stays: a look at all of it would hold up a key by some 15 ms
    # Only once the window can be seen: opening a large project takes a moment.
    QTimer.singleShot(0, lambda: begin(window, project, demo=demo))
    if last_words:
        QTimer.singleShot(0, lambda: watch.tell(f"Tagwell ended unexpectedly the last time.\n\n{last_words}"))
    code = application.exec()
    log.end()
    return code


def begin(window: MainWindow, project: str, *, demo: bool) -> None:
    """Open what was asked for, or what was open last."""
    last = window.remembered.text("last-project")
    if demo:
        window.on_project.demo()
    elif project:
        window.on_project.open(Path(project).absolute())
    elif last and Path(last).exists():
        window.on_project.open(Path(last))
