"""Output: tables, progress and failures of the command line, for people and for programs."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from types import FrameType

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from engine.jobs.job import Job

_LOOKS_PER_SECOND = 10

EXIT_FAILED = 1
"""What was asked could not be done; the sentence says why."""
EXIT_PARTLY = 3
"""Done, but some notes were left out; the report names them."""
EXIT_STOPPED = 130
"""The user stopped it; what was finished stays."""


def program_version() -> str:
    """Return the version of this program, as it was installed."""
    try:
        return metadata.version("tagwell")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def results() -> Console:
    """Return the console that results go to, which may be piped into a file."""
    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def remarks() -> Console:
    """Return the console for everything a program that reads our output does not want."""
    return Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


def print_json(said: object) -> None:
    """Print `said` as JSON on standard output, and nothing else there."""
    json.dump(said, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """Return a table; columns of numbers stand to the right and are never broken."""
    filled = [list(row) for row in rows]
    drawn = Table(
        title=title or None, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for place, name in enumerate(columns):
        numbers = bool(filled) and all(isinstance(row[place], int | float) for row in filled)
        least = len(name) if numbers else None
        drawn.add_column(name, justify="right" if numbers else "left", overflow="fold", min_width=least)
    for row in filled:
        drawn.add_row(*(Text(_shown(cell)) for cell in row))
    return drawn


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.3f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


@contextmanager
def working(job: Job) -> Iterator[Job]:
    """Show the job's progress while the body runs; Ctrl+C asks the job to stop, a second one breaks off.

    Progress is looked at ten times a second; the work itself never draws.
    """
    stop = threading.Event()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = remarks()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        looking = threading.Thread(target=_look, args=(job, bar, stop), daemon=True)
        before = _on_interrupt(job)
        looking.start()
        try:
            yield job
        finally:
            stop.set()
            looking.join()
            if before is not None:
                signal.signal(signal.SIGINT, before)


def _look(job: Job, bar: Progress, stop: threading.Event) -> None:
    task = bar.add_task("", total=None, visible=False)
    while not stop.wait(1 / _LOOKS_PER_SECOND):
        now = job.progress
        bar.update(task, description=now.doing, completed=now.done, total=now.total, visible=bool(now.doing))


def _on_interrupt(job: Job) -> signal._HANDLER:
    """Make Ctrl+C cancel `job`; return the handler that was there, or None outside the main thread."""
    if threading.current_thread() is not threading.main_thread():
        return None

    def ask(_number: int, _frame: FrameType | None) -> None:
        if job.cancelled:
            raise KeyboardInterrupt
        job.cancel()

    return signal.signal(signal.SIGINT, ask)
