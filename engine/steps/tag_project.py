"""Tag project: notes of a project become suggestions, note by note, so that a stop loses nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.annotation.annotation import RunId
from engine.jobs.job import Job
from engine.steps.example_bank import recorded
from engine.steps.tag_notes import Failure, tag_notes
from engine.store.runs import RunEnd, RunRecord
from engine.store.store import Store
from engine.taggers.registry import TaggerSpec
from engine.taggers.tagger import Tagger
from engine.text.note import Note, NoteId
from engine.workers.worker_process import WorkerProcess


@dataclass(frozen=True, slots=True)
class Tagged:
    """What a run brought: how many notes were answered, how many tags, and who was set aside why."""

    run: RunId
    notes: int
    suggestions: int
    seconds: float
    failed: dict[NoteId, str] = field(default_factory=dict)


def begin(store: Store, spec: TaggerSpec, tagger: Tagger, notes: Sequence[NoteId], annotator: str) -> RunId:
    """Begin a run of a loaded tagger over `notes` and return it."""
    return store.begin_run(
        RunRecord(
            tagger_id=tagger.id,
            tagger_name=spec.title or spec.name,
            model_sha256=spec.sha256,
            label_set_fingerprint=store.label_set.fingerprint,
            device=tagger.device,
            options=recorded(spec.options),
            annotator=annotator,
        ),
        notes,
    )


def started(spec: TaggerSpec, known: Mapping[str, str]) -> WorkerProcess:
    """Return a process that loads `spec` and is told what earlier ones learned (`known_vectors`)."""
    worker = WorkerProcess(spec)
    worker.know(known)
    return worker


def tag_project(store: Store, run: RunId, start: Callable[[], Tagger], job: Job) -> Tagged:
    """Tag what is left of `run`, committing each note's answer before the next; used on the store's thread.

    Raises:
        Cancelled: the job was cancelled; what was answered stays, and the run can be continued.
        ModelError: the tagger cannot be loaded or is broken; likewise.
    """
    left = store.run_left(run)
    began = time.monotonic()
    done = suggestions = 0
    failed: dict[NoteId, str] = {}
    how: RunEnd = "failed"
    counted = _Counted(start)
    try:
        last = began
        for note, outcome in tag_notes(_Notes(store, left), counted, store.label_set, job):
            now = time.monotonic()
            if isinstance(outcome, Failure):
                store.note_failed(run, note, outcome.cause)
                failed[note] = outcome.cause
            else:
                store.save_answer(run, note, outcome, now - last)
                done += 1
                suggestions += len(outcome.items)
            last = now
        how = "done"
    finally:
        store.add_figures(run, {"seconds": time.monotonic() - began, **counted.figures()})
        store.keep_sentence_vectors(counted.learned())
        store.end_run(run, "cancelled" if job.cancelled else how)
    return Tagged(run, done, suggestions, time.monotonic() - began, failed)


class _Counted:
    """Starts taggers, and adds up what each of them counted of its work."""

    def __init__(self, start: Callable[[], Tagger]) -> None:
        self._start = start
        self._started: list[Tagger] = []

    def __call__(self) -> Tagger:
        self._started.append(self._start())
        return self._started[-1]

    def figures(self) -> dict[str, float]:
        total: dict[str, float] = {}
        for cost in (getattr(one, "cost", None) for one in self._started):
            for name, value in cost.items() if isinstance(cost, dict) else ():
                before = total.get(name, 0.0)
                total[name] = max(before, value) if name == "memory" else before + value
        return total

    def learned(self) -> dict[str, str]:
        """Return what a tagger that is started next need not work out anew."""
        takers = (take for one in self._started if (take := getattr(one, "take_learned", None)))
        return {key: vector for take in takers for key, vector in take().items()}


class _Notes:
    """The notes of a run, read from the project as they are asked for; knows how many they are."""

    def __init__(self, store: Store, ids: Sequence[NoteId]) -> None:
        self._store = store
        self._ids = ids

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Note]:
        return map(self._store.note, self._ids)
