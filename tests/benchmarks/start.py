"""Start: from the start of the process to a window that can be used, against an empty window of Qt."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measurement import Measurement

ROOT = Path(__file__).resolve().parents[2]
RUNS = 5
BUDGET_SECONDS = 1.5

# Says so and ends once a window is on the screen, painted, and nothing is left to be done.
WAIT = """
import os
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
def usable():
    windows = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one.windowHandle()]
    if any(one.windowHandle().isExposed() for one in windows):
        timer.stop()
        QApplication.processEvents()
        os.write(1, b"usable")
        os._exit(0)
timer = QTimer()
timer.timeout.connect(usable)
"""

OURS = f"""
import sys
from engine.airgap import engage
{WAIT}
run = QApplication.exec
def watched(*arguments):
    timer.start(1)
    return run()
QApplication.exec = watched
sys.argv = ["tagwell-desktop"]
from desktop.__main__ import main
main()
"""

EMPTY = f"""
{WAIT}
from PySide6.QtWidgets import QMainWindow
application = QApplication([])
window = QMainWindow()
window.resize(1200, 800)
window.show()
timer.start(1)
application.exec()
"""


def measure() -> list[Measurement]:
    """Return the medians of five starts; a first one, which reads the files from the disk, does not count.

    The processor's seconds hardly depend on what else the machine is doing.
    """
    with tempfile.TemporaryDirectory() as home:
        ours = [_seconds(OURS, home) for _ in range(RUNS + 1)][1:]
        empty = [_seconds(EMPTY, home) for _ in range(RUNS + 1)][1:]
    names = ("start", "start: processor")
    return [
        Measurement(name, statistics.median(mine), "s", statistics.median(bare), BUDGET_SECONDS)
        for name, mine, bare in zip(names, zip(*ours, strict=True), zip(*empty, strict=True), strict=True)
    ]


def _seconds(code: str, home: str) -> tuple[float, float]:
    """Return how long a start took, on the clock and of the processor."""
    environment = {**os.environ, "HOME": home, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        environment.pop(name, None)
    before, begun = os.times(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], env=environment, capture_output=True, timeout=60, check=True
    )
    clock, after = time.perf_counter() - begun, os.times()
    if not done.stdout.endswith(b"usable"):
        sys.exit(f"No window was shown.\n{done.stderr.decode(errors='replace')}")
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return clock, used
