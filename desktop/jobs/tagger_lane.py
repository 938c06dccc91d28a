"""Tagger lane: runs of taggers beside the window, each answer stored as it comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.details.wording import count_words
from desktop.jobs.job_runner import JobRunner
from desktop.jobs.kept_tagger import KeptTagger
from desktop.project import Project
from engine.annotation.annotation import RunId
from engine.annotation.said import Answer
from engine.errors import Cancelled, TagwellError
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.text.note import Note, NoteId

if TYPE_CHECKING:
    from engine.steps.tag_notes import Failure
    from engine.store.runs import RunEnd, RunRecord
    from engine.store.store import Done, Store
    from engine.taggers.registry import TaggerSpec

PAGE = 32
"""How many notes are asked of the store at a time."""

PROMPTED = frozenset({"llama-cpp.v1", "cascade.v1"})
"""Kinds of tagger whose prompts may want examples and rules from the project."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """What a run came to: notes tagged, and (note, cause) of those that could not be."""

    run: RunId
    notes: int
    failures: tuple[tuple[NoteId, str], ...]


def _notes(ids: Sequence[NoteId], store: Store) -> list[Note]:
    return [store.note(one) for one in ids]


def _set_aside(run: RunId, note: NoteId, why: Failure, store: Store) -> Done:
    return store.note_failed(run, note, why.cause)


def _save(run: RunId, note: NoteId, answer: Answer, seconds: float, store: Store) -> Done:
    return store.save_answer(run, note, answer, seconds)


class NotesToTag:
    """The notes of a run, read from the project a page at a time; for the tagger lane's thread."""

    def __init__(self, project: Project, ids: Sequence[NoteId]) -> None:
        self._project = project
        self._ids = list(ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Note]:
        for first in range(0, len(self._ids), PAGE):
            page = self._ids[first : first + PAGE]
            yield from self._project.ask_from_lane(partial(_notes, page))


class TaggerLane(QObject):
    """One run at a time; the worker stays loaded between runs.  For the window's thread.

    Signals:
        began: a run began; its `Job`.
        ended: it ended, in whatever way.
        tagged: `Tagged`, once a run went to its end.
        told: (sentence, kind) for the message bar.
        model_changed: (model's title, the device it really runs on).
        crashed: a bug.
    """

    began = Signal(object)
    ended = Signal()
    tagged = Signal(object)
    told = Signal(str, str)
    model_changed = Signal(str, str)
    crashed = Signal(object)
    _loaded = Signal(str, str, object)

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._lane = JobRunner("tagging", self)
        self._lane.crashed.connect(self.crashed)
        self._kept: KeptTagger | None = None
        self._job: Job | None = None
        self._make: Callable[[TaggerSpec], KeptTagger] = KeptTagger
        self._loaded.connect(self._tell_loaded)

    @property
    def busy(self) -> bool:
        """Whether a run is going on."""
        return self._job is not None

    def tag(self, spec: TaggerSpec, notes: Sequence[NoteId], run: RunId | None = None) -> bool:
        """Tag `notes` with the model `spec`; `run` is an unfinished run that is continued.

        Returns whether it began: one run at a time.
        """
        if self._job is not None:
            self.told.emit("A model is tagging already. Stop it first, or wait until it is done.", "note")
            return False
        self._job = self._lane.run(
            lambda job: self._work(spec, notes, run, job),
            self._done,
            self._failed,
            self._stopped,
            doing="tagging",
        )
        self.began.emit(self._job)
        return True

    def ask_to_stop(self) -> None:
        """Ask the run to stop; answers stored so far stay."""
        if self._job is not None:
            self._job.cancel()

    def close(self) -> None:
        """Stop the run, wait for at most two seconds, and end the worker."""
        self._lane.close(last=self._end_worker)

    # -- on the lane --------------------------------------------------------------------

    def _work(self, spec: TaggerSpec, notes: Sequence[NoteId], run: RunId | None, job: Job) -> Tagged:
        labels, project = self._project.labels, self._project
        job.report("Loading the model")
        known: Mapping[str, str] = {}
        if spec.kind in PROMPTED:
            from engine.steps.example_bank import known_vectors, with_own_examples

            spec = project.ask_from_lane(partial(with_own_examples, spec))
            known = project.ask_from_lane(partial(known_vectors, spec))
        kept = self._kept_for(spec)
        kept.known = known
        for _ in kept.tag([], labels, job):  # loads, and can be cancelled meanwhile
            pass
        self._loaded.emit(spec.title or spec.name, kept.device, kept.warnings)
        if run is None:
            record = record_of(spec, kept, labels, project.annotator)
            run = project.ask_from_lane(lambda store: store.begin_run(record, notes))
        outcome: RunEnd = "failed"
        before, began = kept.cost, time.monotonic()
        try:
            tagged = self._each(kept, run, notes, job)
            outcome = "done"
        except Cancelled:
            outcome = "cancelled"
            raise
        finally:
            figures = {"seconds": time.monotonic() - began, **_spent(before, kept.cost)}
            self._end_run(run, outcome, figures, kept.take_learned())
        return tagged

    def _each(self, kept: KeptTagger, run: RunId, notes: Sequence[NoteId], job: Job) -> Tagged:
        from engine.steps.tag_notes import Failure, tag_notes

        project = self._project
        failures: list[tuple[NoteId, str]] = []
        done = 0
        last = time.monotonic()
        for note, said in tag_notes(NotesToTag(project, notes), lambda: kept, project.labels, job):
            now = time.monotonic()
            if isinstance(said, Failure):
                failures.append((note, said.cause))
                project.write_from_lane(partial(_set_aside, run, note, said))
            else:
                project.write_from_lane(partial(_save, run, note, said, now - last))
                done += 1
            last = now
        return Tagged(run, done, tuple(failures))

    def _end_run(
        self, run: RunId, outcome: RunEnd, figures: Mapping[str, float], learned: Mapping[str, str]
    ) -> None:
        def end(store: Store) -> None:
            store.add_figures(run, figures)
            store.keep_sentence_vectors(learned)
            store.end_run(run, outcome)

        try:
            self._project.ask_from_lane(end)
        except Cancelled:
            return  # the project is being closed: the run stays unfinished and can be continued

    def _kept_for(self, spec: TaggerSpec) -> KeptTagger:
        if self._kept is not None and self._kept.spec != spec:
            self._end_worker()
        if self._kept is None:
            self._kept = self._make(spec)
        return self._kept

    def _end_worker(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.end()

    # -- on the window's thread ---------------------------------------------------------

    def _tell_loaded(self, title: str, device: str, warnings: Sequence[str]) -> None:
        self.model_changed.emit(title, device)
        if warnings:
            self.told.emit(" ".join(warnings), "warning")

    def _done(self, tagged: Tagged) -> None:
        self._rest()
        self.tagged.emit(tagged)
        failed = len(tagged.failures)
        if failed:
            causes = sorted({cause for _, cause in tagged.failures})
            self.told.emit(
                f"{count_words(failed, 'note')} could not be tagged: {causes[0]}"
                + (f" (and {len(causes) - 1} other causes)" if len(causes) > 1 else ""),
                "warning",
            )

    def _failed(self, error: TagwellError) -> None:
        self._rest()
        self.told.emit(f"{error} What was tagged so far is stored; tagging can be continued.", "warning")

    def _stopped(self) -> None:
        self._rest()
        self.told.emit(
            "Tagging was stopped. What was tagged so far is stored; Tag notes continues it.", "note"
        )

    def _rest(self) -> None:
        self._job = None
        self.ended.emit()


def record_of(spec: TaggerSpec, kept: KeptTagger, labels: LabelSet, annotator: str) -> RunRecord:
    """Return what the project remembers of a run."""
    from engine.steps.example_bank import recorded
    from engine.store.runs import RunRecord

    return RunRecord(
        tagger_id=kept.id,
        tagger_name=spec.title or spec.name,
        model_sha256=spec.sha256,
        label_set_fingerprint=labels.fingerprint,
        device=kept.device,
        options=recorded(spec.options),
        annotator=annotator,
    )


def _spent(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """Return what a run cost of all that its worker counted; of memory the most."""
    return {
        name: value if name == "memory" or value < before.get(name, 0.0) else value - before.get(name, 0.0)
        for name, value in after.items()
    }
