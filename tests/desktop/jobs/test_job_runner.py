"""The lane beside the window: answers, errors, cancel, close."""

from __future__ import annotations

import threading
import time

import pytest

from desktop.jobs.job_runner import JobRunner
from engine.errors import Cancelled, InputError


@pytest.fixture
def lane(qtbot):
    runner = JobRunner("a lane")
    yield runner
    runner.close()


def test_an_answer_comes_on_the_window_thread(lane, qtbot):
    got = []
    lane.run(
        lambda job: threading.current_thread().name,
        lambda name: got.append((name, threading.current_thread())),
    )
    qtbot.waitUntil(lambda: bool(got))
    ((name, thread),) = got
    assert name.startswith("a lane")
    assert thread is threading.main_thread()


def test_answers_keep_the_order_of_the_works(lane, qtbot):
    got: list[int] = []
    for number in range(50):
        lane.run(lambda job, n=number: n, got.append)
    qtbot.waitUntil(lambda: len(got) == 50)
    assert got == list(range(50))


def test_a_foreseen_error_goes_to_whoever_asked(lane, qtbot):
    def work(job):
        raise InputError("This file is empty.")

    told = []
    lane.run(work, failed=lambda error: told.append(str(error)))
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["This file is empty."]


def test_a_foreseen_error_that_nobody_takes_is_signalled(lane, qtbot):
    def work(job):
        raise InputError("This file is empty.")

    with qtbot.waitSignal(lane.failed) as blocker:
        lane.run(work)
    assert str(blocker.args[0]) == "This file is empty."


def test_a_bug_is_signalled_with_what_was_done_and_not_as_an_error(lane, qtbot):
    told = []
    lane.failed.connect(told.append)
    with qtbot.waitSignal(lane.crashed) as blocker:
        lane.run(lambda job: 1 / 0, doing="counting")
    assert isinstance(blocker.args[0].error, ZeroDivisionError)
    assert blocker.args[0].doing == "counting"
    assert told == []


def test_cancel_stops_the_work_and_is_never_an_error(lane, qtbot):
    begun = threading.Event()

    def work(job):
        begun.set()
        for _ in job.each("Waiting", range(10_000)):
            time.sleep(0.005)

    ends = []
    lane.failed.connect(lambda error: ends.append("failed"))
    job = lane.run(work, then=lambda _: ends.append("then"), stopped=lambda: ends.append("stopped"))
    assert begun.wait(5)
    job.cancel()
    qtbot.waitUntil(lambda: bool(ends))
    assert ends == ["stopped"]
    assert job.progress.doing == "Waiting"


def test_close_cancels_what_runs_and_runs_the_last_work_on_the_lane(qtbot):
    runner = JobRunner("closing lane")
    begun = threading.Event()

    def work(job):
        begun.set()
        while True:
            job.check()
            time.sleep(0.005)

    last = []
    runner.run(work)
    assert begun.wait(5)
    runner.close(last=lambda: last.append(threading.current_thread().name))
    assert last
    assert last[0].startswith("closing lane")
    assert runner.run(lambda job: 1).cancelled
    with pytest.raises(Cancelled):
        runner.wait_for(lambda: 1)


def test_another_lane_may_wait_for_this_one(lane):
    answers = []
    other = threading.Thread(
        target=lambda: answers.append(lane.wait_for(lambda: threading.current_thread().name))
    )
    other.start()
    other.join(5)
    assert answers
    assert answers[0].startswith("a lane")


def test_what_a_failed_work_held_is_let_go_on_its_own_thread(lane, qtbot):
    ended: list[str] = []

    def holding():
        try:
            yield 1
        finally:
            ended.append(threading.current_thread().name)

    def work(job):
        for _ in holding():
            raise InputError("This file is empty.")

    told: list[InputError] = []
    lane.run(work, failed=told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert len(ended) == 1
    assert ended[0].startswith("a lane")
