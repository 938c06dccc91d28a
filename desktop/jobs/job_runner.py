"""Job runner: one lane of work beside the window, with answers on the window's thread."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from engine.errors import Cancelled, TagwellError
from engine.jobs.job import Job

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bug:
    """An exception that nobody foresaw: ``doing`` names the work, never a note's text."""

    error: BaseException
    doing: str


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What became of one piece of work; exactly one of the callables is then called."""

    answer: T | None
    error: BaseException | None
    then: Callable[[T], None] | None
    failed: Callable[[TagwellError], None] | None
    stopped: Callable[[], None] | None
    doing: str


class JobRunner(QObject):
    """One lane: works run one after another on a thread of their own.

    Made and closed on the window's thread; `run` may be called from any thread.  A
    work gets a `Job`, touches no widget, and answers once; `then`, `failed` and
    `stopped` are called on the window's thread, in the order of the works.

    Signals:
        failed: a `TagwellError` that no `failed` callable took.
        crashed: a `Bug`.
        busy_changed: the number of works waiting or running changed.
    """

    failed = Signal(object)
    crashed = Signal(object)
    busy_changed = Signal()
    _ended = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._jobs: list[Job] = []
        self._closed = False
        # Queued even from the window's thread itself, so that no caller is re-entered.
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> int:
        """How many works wait or run."""
        return len(self._jobs)

    def run(
        self,
        work: Callable[[Job], T],
        then: Callable[[T], None] | None = None,
        failed: Callable[[TagwellError], None] | None = None,
        stopped: Callable[[], None] | None = None,
        doing: str = "",
        job: Job | None = None,
    ) -> Job:
        """Queue `work` and return its job (`job`, or a new one), to be polled and cancelled."""
        job = Job() if job is None else job
        if self._closed:
            job.cancel()
            return job
        self._jobs.append(job)
        future = self._executor.submit(work, job)
        outcome = partial(Outcome, then=then, failed=failed, stopped=stopped, doing=doing)
        future.add_done_callback(partial(self._end, job, outcome))
        self.busy_changed.emit()
        return job

    def wait_for(self, work: Callable[[], T]) -> T:
        """Run `work` on this lane and wait for it; for *other lanes'* threads, never the window's.

        Raises:
            Cancelled: the lane is closed or closing.
        """
        if self._closed:
            raise Cancelled("Stopped.")
        try:
            return self._executor.submit(work).result()
        except RuntimeError as error:
            if self._closed:
                raise Cancelled("Stopped.") from error
            raise

    def cancel(self) -> None:
        """Ask everything that waits or runs to stop."""
        for job in tuple(self._jobs):
            job.cancel()

    def idle(self, seconds: float) -> bool:
        """Wait until nothing runs, at most `seconds`; whether it came to that."""
        until = time.monotonic() + seconds
        while self._jobs and time.monotonic() < until:
            time.sleep(0.01)
        return not self._jobs

    def close(self, last: Callable[[], None] | None = None, wait: bool = True) -> None:
        """Take no more work, cancel what there is, run `last` on the lane, and end the thread."""
        if self._closed:
            return
        self._closed = True
        self.cancel()
        end = self._executor.submit(last) if last is not None else None
        self._executor.shutdown(wait=wait, cancel_futures=False)
        if end is not None and wait:
            end.result()

    def _end(self, job: Job, outcome: Callable[..., Outcome[Any]], future: Future[Any]) -> None:
        """Take the end of a work, on the lane's thread."""
        if job in self._jobs:
            self._jobs.remove(job)
        error = Cancelled("Stopped.") if future.cancelled() else future.exception()
        if error is not None:
            _let_go(error)
        answer = None if error is not None else future.result()
        if not self._closed:
            self._ended.emit(outcome(answer=answer, error=error))

    def _deliver(self, outcome: Outcome[Any]) -> None:
        """Hand the end of a work to whoever asked, on the window's thread."""
        self.busy_changed.emit()
        if self._closed:
            return
        error = outcome.error
        if error is None:
            if outcome.then is not None:
                outcome.then(outcome.answer)
        elif isinstance(error, Cancelled):
            if outcome.stopped is not None:
                outcome.stopped()
        elif isinstance(error, TagwellError):
            (outcome.failed or self.failed.emit)(error)
        else:
            if outcome.stopped is not None:
                outcome.stopped()
            self.crashed.emit(Bug(error, outcome.doing or self.name))


def _let_go(error: BaseException) -> None:
    """Free what the frames of `error` and of its causes hold, here on the lane's thread.

    They hold cursors of the project file, which may only be closed on the thread that opened
    them, while the exception itself goes to the window's.
    """
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        traceback.clear_frames(one.__traceback__)
        one = one.__cause__ or one.__context__
