"""A worker answers, stops when asked, and dies without harm: all in real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Cancelled, ModelError, WorkerCrashed
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.taggers.registry import TaggerSpec
from engine.text.span import Span
from engine.workers.messages import PROTOCOL, Cancel, Load, line
from engine.workers.worker_process import WorkerProcess

linux_only = pytest.mark.skipif(sys.platform == "win32", reason="names of signals")


def said(worker: WorkerProcess, labels: LabelSet, *texts: str) -> list[Any]:
    return [[item.spans for item in one.items] for one in worker.tag(texts, labels, Job())]


def test_each_text_has_its_answer_in_order(start: Any, labels: LabelSet) -> None:
    worker = start()
    assert said(worker, labels, "Fever.", "No cough", "Ü ber") == [
        [(Span(0, 6),)],
        [(Span(0, 2),)],
        [(Span(0, 1),)],
    ]
    assert said(worker, labels, "Again") == [[(Span(0, 5),)]]
    assert said(worker, labels) == []


def test_a_worker_says_who_it_is_once_it_is_loaded(start: Any) -> None:
    worker = start()
    assert (worker.id, worker.device) == ("scripted.v1/scripted@test", "CPU")
    assert worker.warnings == ("This tagger is a test.",)


def test_what_a_library_prints_does_not_disturb_the_answers(start: Any, labels: LabelSet) -> None:
    assert said(start(), labels, "PRINT this", "and that") == [[(Span(0, 5),)], [(Span(0, 3),)]]


def test_a_note_of_megabytes_goes_through(start: Any, labels: LabelSet) -> None:
    long = "pain " * 400_000
    assert said(start(), labels, long, "short") == [[(Span(0, 4),)], [(Span(0, 5),)]]


@linux_only
@pytest.mark.parametrize(
    ("word", "cause"),
    [
        ("SEGFAULT", r"SIGSEGV: it touched memory that is not its own"),
        ("ABORT", r"SIGABRT: its library gave up"),
        ("KILL", r"SIGKILL: the system may have run out of memory"),
        ("EXIT", r"exit code 3"),
    ],
)
def test_a_crash_is_named_and_the_answers_before_it_stay(
    start: Any, labels: LabelSet, word: str, cause: str
) -> None:
    worker = start()
    answers = worker.tag(["good", f"bad {word}", "never reached"], labels, Job())
    assert next(answers).items[0].spans == (Span(0, 4),)
    with pytest.raises(WorkerCrashed, match=rf"“Scripted” stopped unexpectedly \({cause}\)"):
        next(answers)


def test_the_next_use_after_a_crash_starts_a_new_process(start: Any, labels: LabelSet) -> None:
    worker = start()
    with pytest.raises(WorkerCrashed):
        said(worker, labels, "EXIT")
    assert said(worker, labels, "good") == [[(Span(0, 4),)]]


@linux_only
def test_the_last_words_of_a_crash_are_kept_but_nothing_of_the_note(start: Any, labels: LabelSet) -> None:
    with pytest.raises(WorkerCrashed) as caught:
        said(start(), labels, "Zanzibar has fever SEGFAULT")
    notes = "\n".join(caught.value.__notes__)
    assert "Fatal Python error: Segmentation …" in notes, "the note holds the letters of “fault”"
    assert "Zanzibar" not in notes + str(caught.value)


def test_only_the_last_lines_of_a_chatterer_are_kept(start: Any, labels: LabelSet) -> None:
    with pytest.raises(WorkerCrashed) as caught:
        said(start(), labels, "CHATTER then EXIT")
    assert len(caught.value.__notes__) == 200
    assert caught.value.__notes__[-1] == "line 999"


def test_an_error_that_nobody_foresaw_says_where_but_not_what(start: Any, labels: LabelSet) -> None:
    worker = start()
    with pytest.raises(ModelError, match=r"RuntimeError in scripted_worker\.py, line \d+") as caught:
        said(worker, labels, "BUG")
    assert "Zanzibar" not in str(caught.value)
    assert said(worker, labels, "good") == [[(Span(0, 4),)]], "the worker lives on"


def test_a_foreseen_error_comes_through_as_its_sentence(start: Any, labels: LabelSet) -> None:
    worker = start()
    pid = worker.pid
    with pytest.raises(ModelError, match=r"^The model would rather not\.$"):
        said(worker, labels, "MODEL")
    assert said(worker, labels, "good") == [[(Span(0, 4),)]]
    assert worker.pid == pid


def test_a_model_that_reaches_for_the_network_is_refused(start: Any, labels: LabelSet) -> None:
    with pytest.raises(ModelError, match="PermissionError in tripwire"):
        said(start(), labels, "SOCKET")


@pytest.mark.parametrize(
    ("word", "sentence"), [("BEYOND", "does not fit"), ("FOREIGN", "a label that “Tiny” lacks")]
)
def test_an_answer_that_cannot_be_true_is_refused(
    start: Any, labels: LabelSet, word: str, sentence: str
) -> None:
    worker = start()
    with pytest.raises(ModelError, match=sentence):
        said(worker, labels, word, "second")
    assert said(worker, labels, "good") == [[(Span(0, 4),)]], "what was left of the request is passed over"


def test_garbage_among_the_answers_ends_the_worker(start: Any, labels: LabelSet) -> None:
    worker = start()
    with pytest.raises(WorkerCrashed, match="something that is not an answer"):
        said(worker, labels, "GARBAGE")
    assert said(worker, labels, "good") == [[(Span(0, 4),)]]


def test_a_model_that_cannot_be_loaded_says_why(start: Any) -> None:
    with pytest.raises(ModelError, match="would rather not"):
        start(on_load="MODEL").ready()
    with pytest.raises(ModelError, match=r"“Scripted” could not be loaded \(RuntimeError in"):
        start(on_load="BUG").ready()
    with pytest.raises(WorkerCrashed, match="exit code 3"):
        start(on_load="EXIT").ready()


def test_a_kind_that_nobody_knows_is_named(tmp_path: Path) -> None:
    sentence = r"of the kind “odd\.v9”, which this version"
    spec = TaggerSpec("odd", "odd.v9", tmp_path)
    with WorkerProcess(spec) as worker, pytest.raises(ModelError, match=sentence):
        worker.ready()


def test_a_program_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be started"):
        WorkerProcess(TaggerSpec("odd", "odd.v9", tmp_path), [str(tmp_path / "nothing")])


def cancelled_after(seconds: float) -> Job:
    job = Job()
    timer = threading.Timer(seconds, job.cancel)
    timer.daemon = True
    timer.start()
    return job


def test_a_cancel_between_notes_is_quick_and_keeps_the_worker(start: Any, labels: LabelSet) -> None:
    worker = start()
    worker.ready()
    pid = worker.pid
    answers = worker.tag(["first", "DOZE", "third"], labels, cancelled_after(0.3))
    next(answers)
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        next(answers)
    assert time.monotonic() - begun < 1.0
    assert said(worker, labels, "good") == [[(Span(0, 4),)]]
    assert worker.pid == pid


@pytest.mark.slow
@pytest.mark.parametrize("word", ["HANG", "HOLD"])
def test_a_worker_that_hangs_is_killed_two_seconds_after_the_cancel(
    start: Any, labels: LabelSet, word: str
) -> None:
    worker = start()
    worker.ready()
    pid = worker.pid
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        list(worker.tag([word], labels, cancelled_after(0.1)))
    assert 1.9 < time.monotonic() - begun < 4.0
    assert said(worker, labels, "good") == [[(Span(0, 4),)]]
    assert worker.pid != pid


@pytest.mark.slow
@pytest.mark.parametrize("word", ["HANG", "HOLD"])
def test_a_worker_that_hangs_with_nobody_there_is_ended_and_the_next_note_goes_on(
    start: Any, labels: LabelSet, word: str
) -> None:
    worker = start()
    worker.ready()
    worker._silence_seconds = 0.5
    with pytest.raises(WorkerCrashed, match="said nothing"):
        said(worker, labels, word)
    worker._silence_seconds = 60.0
    assert said(worker, labels, "good") == [[(Span(0, 4),)]]


def test_a_cancel_while_loading_kills_at_once(start: Any, labels: LabelSet) -> None:
    worker = start(on_load="HANG")
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        worker.ready(cancelled_after(0.1))
    assert time.monotonic() - begun < 1.5


def test_a_job_cancelled_before_it_begins_asks_nothing(start: Any, labels: LabelSet) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        list(start().tag(["one"], labels, job))


def test_a_crash_after_a_cancel_counts_as_the_cancel(start: Any, labels: LabelSet) -> None:
    worker = start()
    worker.ready()
    job = Job()
    answers = worker.tag(["one", "HANG"], labels, job)
    next(answers)
    job.cancel()
    os.kill(worker.pid, signal.SIGTERM)
    with pytest.raises(Cancelled):
        next(answers)


def test_a_caller_who_loses_interest_costs_the_next_one_nothing(start: Any, labels: LabelSet) -> None:
    worker = start()
    answers = worker.tag(["one", "DOZE"], labels, Job())
    next(answers)
    answers.close()
    assert said(worker, labels, "good") == [[(Span(0, 4),)]]


def raw_worker() -> subprocess.Popen[bytes]:
    script = Path(__file__).with_name("scripted_worker.py")
    root = str(Path(__file__).resolve().parents[3])
    return subprocess.Popen(
        [sys.executable, "-P", str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": root},
    )


def load(protocol: int = PROTOCOL) -> bytes:
    return line(Load(protocol, "scripted", "scripted.v1", ".", {}, ""))


def test_a_worker_goes_when_its_program_goes() -> None:
    with raw_worker() as process:
        process.stdin.write(load())
        process.stdin.flush()
        assert b'"is":"ready"' in process.stdout.readline()
        process.stdin.close()
        assert process.wait(2.0) == 0


def test_a_late_cancel_stops_nothing() -> None:
    with raw_worker() as process:
        request = b'{"is":"tag","request":%d,"texts":["a"],"labels":%s}\n'
        labels = b'{"name":"t","version":"1","title":"T","description":"","types":[],"pairs":[]}'
        process.stdin.write(load() + request % (1, labels))
        process.stdin.flush()
        assert [process.stdout.readline()[:14] for _ in range(3)][2] == b'{"is":"done","'
        process.stdin.write(line(Cancel(1)) + request % (2, b"null"))
        process.stdin.flush()
        process.stdout.readline()
        assert b'"done"' in process.stdout.readline()
        process.stdin.close()
        process.wait(2.0)


def test_a_worker_of_another_version_says_so_and_ends() -> None:
    with raw_worker() as process:
        process.stdin.write(load(PROTOCOL + 1))
        process.stdin.flush()
        assert b"are of different versions" in process.stdout.readline()
        assert process.wait(2.0) == 1


def test_a_worker_ignores_what_lies_where_it_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, labels: LabelSet
) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit(77)\n")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "terms.tsv").write_text("fever\tproblem\n")
    spec = TaggerSpec("terms", "dictionary.v1", tmp_path, {"terms": "terms.tsv"})
    with WorkerProcess(spec) as worker:
        assert said(worker, labels, "No fever.") == [[(Span(3, 8),)]]
