"""Tag notes: notes and a tagger become answers.  A pure function: it sees no project."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass

from engine.annotation.said import Answer
from engine.errors import ModelError, WorkerCrashed
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.taggers.tagger import Tagger
from engine.text.note import Note, NoteId

SUBWORDS_PER_REQUEST = 8192
CHARACTERS_PER_SUBWORD = 4
CRASHES_IN_A_ROW = 3
"""After so many notes in a row that each ended the model's process, the model is taken to be broken."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a note could not be tagged, as a sentence without its text."""

    cause: str


Outcome = tuple[NoteId, Answer | Failure]


def tag_notes(
    notes: Iterable[Note], start: Callable[[], Tagger], labels: LabelSet, job: Job
) -> Iterator[Outcome]:
    """Yield an outcome per note, in the order of `notes`; every note has exactly one.

    `start` loads the tagger: once, and again after each crash.  Whole notes go out
    together, up to some 8,192 sub-words.  Where a request fails, its notes are asked
    for singly, so that one bad note costs only itself; a note that ends the process
    even then is set aside with the cause.  Stopping early, in any way, closes the tagger.

    Raises:
        Cancelled: the job was cancelled; what was yielded stays good.
        ModelError: the tagger cannot be loaded, or has no use for these labels.
        WorkerCrashed: three notes in a row ended the process; the others can be tagged later.
    """
    with _Tagging(start, labels, job) as tagging:
        total = len(notes) if isinstance(notes, Sized) else None
        done = 0
        job.report("Tagging", done, total)
        for batch in batches(notes):
            for outcome in tagging.outcomes(batch):
                yield outcome
                done += 1
                job.report("Tagging", done, total)


def batches(notes: Iterable[Note]) -> Iterator[list[Note]]:
    """Yield `notes` in their order, as many together as fill one request; a longer one goes alone."""
    room = SUBWORDS_PER_REQUEST * CHARACTERS_PER_SUBWORD
    batch: list[Note] = []
    filled = 0
    for note in notes:
        if batch and filled + len(note.text) > room:
            yield batch
            batch, filled = [], 0
        batch.append(note)
        filled += len(note.text)
    if batch:
        yield batch


class _Tagging:
    """The tagger while it is in use, and how many notes in a row have ended its process."""

    def __init__(self, start: Callable[[], Tagger], labels: LabelSet, job: Job) -> None:
        self._start = start
        self._labels = labels
        self._job = job
        self._tagger: Tagger | None = None
        self._crashed_in_a_row = 0

    def __enter__(self) -> _Tagging:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def outcomes(self, batch: Sequence[Note]) -> Iterator[Outcome]:
        """Yield the outcome of each note of `batch`: together, then singly from where that failed."""
        tagger = self._loaded()
        done = 0
        try:
            for done, answer in enumerate(self._answers(tagger, batch), start=1):
                yield batch[done - 1].id, answer
        except WorkerCrashed:
            self._close()
        except ModelError as error:
            if len(batch) == 1:  # asked again, it would answer the same
                yield batch[0].id, Failure(str(error))
                return
        for note in batch[done:]:
            yield note.id, self._single(note)

    def _single(self, note: Note) -> Answer | Failure:
        tagger = self._loaded()
        try:
            (answer,) = self._answers(tagger, [note])
        except WorkerCrashed as error:
            self._close()
            self._crashed_in_a_row += 1
            if self._crashed_in_a_row == CRASHES_IN_A_ROW:
                raise
            return Failure(str(error))
        except ModelError as error:
            return Failure(str(error))
        return answer

    def _answers(self, tagger: Tagger, batch: Sequence[Note]) -> Iterator[Answer]:
        for answer in tagger.tag([note.text for note in batch], self._labels, self._job):
            self._crashed_in_a_row = 0
            yield answer

    def _loaded(self) -> Tagger:
        """Return the tagger, started if need be; what fails here is no note's fault.

        A request without texts waits until the model is loaded, and can be cancelled.
        """
        if self._tagger is None:
            self._tagger = self._start()
            for _ in self._tagger.tag([], self._labels, self._job):
                pass
        return self._tagger

    def _close(self) -> None:
        if self._tagger is not None:
            self._tagger.close()
        self._tagger = None
