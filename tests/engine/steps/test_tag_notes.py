"""Every note has its outcome, and one bad note costs only itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.annotation.said import Answer, LabelledSpan
from engine.errors import Cancelled, ModelError, WorkerCrashed
from engine.jobs.job import Job
from engine.labels.label_set import Kind, LabelSet, LabelType
from engine.steps.tag_notes import Failure, batches, tag_notes
from engine.text.note import Note, NoteId
from engine.text.span import Span

LABELS = LabelSet(
    "tiny", "1", "Tiny", "", (LabelType("problem", Kind.ENTITY, "Problem", "", "", (), "#336699", "1"),), ()
)


def notes(*texts: str) -> list[Note]:
    return [Note(NoteId(number), f"note {number}", text) for number, text in enumerate(texts)]


class Scripted:
    """A tagger in this process that does what its notes say, and remembers what it was asked."""

    id, device, warnings = "scripted", "CPU", ()

    def __init__(self, log: list[Any]) -> None:
        self.log = log
        log.append("started")

    def tag(self, texts: Sequence[str], labels: LabelSet, job: Job) -> Iterator[Answer]:
        if texts:
            self.log.append(len(texts))
        for text in texts:
            job.check()
            if "CRASH" in text or ("ONCE" in text and self.log.count("started") == 1):
                raise WorkerCrashed("The model stopped unexpectedly (SIGSEGV).")
            if "REFUSE" in text:
                raise ModelError("The model would rather not.")
            yield Answer((LabelledSpan((Span(0, len(text)),), "problem"),))

    def close(self) -> None:
        self.log.append("closed")


def run(texts: Sequence[str], job: Job | None = None) -> tuple[list[str], list[Any]]:
    log: list[Any] = []
    outcomes = list(tag_notes(notes(*texts), lambda: Scripted(log), LABELS, job or Job()))
    assert [note for note, _ in outcomes] == list(range(len(texts))), "one outcome per note, in order"
    return ["failed" if isinstance(outcome, Failure) else "tagged" for _, outcome in outcomes], log


def test_notes_go_out_together_to_one_tagger_which_is_closed() -> None:
    outcomes, log = run(["a", "b", "c"])
    assert outcomes == ["tagged"] * 3
    assert log == ["started", 3, "closed"]


def test_one_bad_note_costs_only_itself() -> None:
    outcomes, log = run(["a", "CRASH", "c", "d"])
    assert outcomes == ["tagged", "failed", "tagged", "tagged"]
    assert log == ["started", 4, "closed", "started", 1, "closed", "started", 1, 1, "closed"]


def test_a_note_that_fails_once_is_tried_again() -> None:
    assert run(["ONCE"])[0] == ["tagged"]


def test_a_note_that_cannot_be_answered_is_set_aside_without_a_new_process() -> None:
    outcomes, log = run(["a", "REFUSE", "c"])
    assert outcomes == ["tagged", "failed", "tagged"]
    assert log == ["started", 3, 1, 1, "closed"]
    assert run(["REFUSE"])[1] == ["started", 1, "closed"]


def test_the_cause_is_told() -> None:
    ((_, outcome),) = tag_notes(notes("CRASH"), lambda: Scripted([]), LABELS, Job())
    assert outcome == Failure("The model stopped unexpectedly (SIGSEGV).")


def test_three_crashes_in_a_row_end_the_run_and_what_was_tagged_stays() -> None:
    log: list[Any] = []
    seen = []
    texts = ["a", "CRASH", "CRASH", "CRASH", "e"]
    with pytest.raises(WorkerCrashed):
        for outcome in tag_notes(notes(*texts), lambda: Scripted(log), LABELS, Job()):
            seen.append(type(outcome[1]))
    assert seen == [Answer, Failure, Failure]
    assert log[-1] == "closed"


def test_bad_notes_among_good_ones_end_nothing() -> None:
    texts = ["CRASH", "CRASH", "good"] * 5
    assert run(texts)[0] == ["failed", "failed", "tagged"] * 5


def test_a_cancel_keeps_what_was_done_and_closes_the_tagger() -> None:
    log: list[Any] = []
    job, seen = Job(), []
    with pytest.raises(Cancelled):
        for note, _ in tag_notes(notes("a", "b", "c"), lambda: Scripted(log), LABELS, job):
            seen.append(note)
            if note == 1:
                job.cancel()
    assert seen == [0, 1]
    assert log[-1] == "closed"


def test_a_tagger_that_cannot_be_loaded_is_nobody_elses_fault() -> None:
    def start() -> Scripted:
        raise ModelError("The file is missing.")

    with pytest.raises(ModelError, match="missing"):
        list(tag_notes(notes("a", "b"), start, LABELS, Job()))


def test_progress_counts_notes() -> None:
    job = Job()
    looks = [job.progress.done for _ in tag_notes(notes("a", "b"), lambda: Scripted([]), LABELS, job)]
    assert looks == [0, 1]
    assert (job.progress.done, job.progress.total) == (2, 2)


def test_a_stream_of_notes_is_taken_a_request_at_a_time() -> None:
    taken = []

    def stream() -> Iterator[Note]:
        for note in notes(*["x" * 20_000] * 5):
            taken.append(note.id)
            yield note

    outcomes = tag_notes(stream(), lambda: Scripted([]), LABELS, Job())
    next(outcomes)
    assert len(taken) == 2


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 50_000), max_size=30))
def test_batches_hold_every_note_once_and_no_more_than_fit(lengths: list[int]) -> None:
    made = list(batches(notes(*("x" * length for length in lengths))))
    assert [len(note.text) for batch in made for note in batch] == lengths
    assert all(len(batch) == 1 or sum(len(note.text) for note in batch) <= 32_768 for batch in made)
