"""Job: progress as a snapshot someone looks at, cancel as an exception someone raises."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from engine.errors import Cancelled

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """One look at a job: what it is doing, how many are done, of how many (None: unknown)."""

    doing: str = ""
    done: int = 0
    total: int | None = None


class Job:
    """The thread doing the work writes; any other thread reads `progress` or calls `cancel`."""

    def __init__(self) -> None:
        self._progress = Progress()
        self._cancelled = threading.Event()

    def unseen(self) -> Job:
        """Return a job for a part of this one's work: stopped with it, its progress seen by nobody."""
        part = Job()
        part._cancelled = self._cancelled
        return part

    @property
    def progress(self) -> Progress:
        """The latest snapshot; reading it is free and safe from any thread."""
        return self._progress

    @property
    def cancelled(self) -> bool:
        """Whether someone asked this job to stop."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the job to stop at its next look; safe from any thread."""
        self._cancelled.set()

    def check(self) -> None:
        """Stop here if the user asked for it.

        Raises:
            Cancelled: `cancel` was called.
        """
        if self._cancelled.is_set():
            raise Cancelled("Stopped.")

    def report(self, doing: str, done: int = 0, total: int | None = None) -> None:
        """Publish a snapshot, and stop here if the user asked for it.

        Raises:
            Cancelled: `cancel` was called.
        """
        self._progress = Progress(doing, done, total)
        self.check()

    def each(self, doing: str, items: Iterable[T], total: int | None = None) -> Iterator[T]:
        """Yield `items`, counting them and stopping when asked.

        Raises:
            Cancelled: `cancel` was called.
        """
        done = 0
        self.report(doing, done, total)
        for done, item in enumerate(items, start=1):
            yield item
            self.report(doing, done, total)
