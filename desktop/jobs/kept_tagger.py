"""Kept tagger: a worker that stays loaded between two runs, so that the next note is tagged at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.annotation.said import Answer
from engine.errors import WorkerCrashed
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet

if TYPE_CHECKING:
    from engine.taggers.registry import TaggerSpec
    from engine.taggers.tagger import Tagger


def start_worker(spec: TaggerSpec) -> Tagger:
    """Return a worker process for `spec`; imported late, as it costs time to load."""
    from engine.workers.worker_process import WorkerProcess

    return WorkerProcess(spec)


class KeptTagger:
    """A tagger whose `close` keeps the worker, unless that has crashed; `end` closes it.

    `known` is told to a worker when it is started.  Used from the tagger lane's thread.
    """

    def __init__(self, spec: TaggerSpec, start: Callable[[TaggerSpec], Tagger] = start_worker) -> None:
        self.spec = spec
        self._start = start
        self.known: Mapping[str, str] = {}
        self._tagger: Tagger | None = None
        self._broken = False

    @property
    def id(self) -> str:
        """Kind, name and file hash."""
        return self._running().id

    @property
    def device(self) -> str:
        """Where the model really runs."""
        return self._running().device

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know of this model here."""
        return self._running().warnings

    @property
    def cost(self) -> dict[str, float]:
        """What the worker counted of its work since it was started; empty where it counts nothing."""
        found = getattr(self._tagger, "cost", None)
        return dict(found) if isinstance(found, dict) else {}

    def take_learned(self) -> dict[str, str]:
        """Return what the worker worked out since the last call that a later one can be told."""
        take = getattr(self._tagger, "take_learned", None)
        return dict(take()) if take else {}

    def tag(self, texts: Sequence[str], labels: LabelSet, job: Job) -> Iterator[Answer]:
        """Yield one answer per text; see `Tagger.tag`.

        Raises:
            Cancelled, ModelError, WorkerCrashed: as any tagger.
        """
        try:
            yield from self._running().tag(texts, labels, job)
        except WorkerCrashed:
            self._broken = True
            raise

    def close(self) -> None:
        """Keep the worker for the next run, unless it is broken."""
        if self._broken:
            self.end()

    def end(self) -> None:
        """Close the worker."""
        tagger, self._tagger = self._tagger, None
        self._broken = False
        if tagger is not None:
            tagger.close()

    def _running(self) -> Tagger:
        if self._tagger is None:
            self._tagger = self._start(self.spec)
            if self.known and (know := getattr(self._tagger, "know", None)):
                know(self.known)
        return self._tagger
