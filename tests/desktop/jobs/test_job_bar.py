"""The job bar: how far the work is, and how long it will still take."""

from __future__ import annotations

import pytest

from desktop.jobs.job_bar import JobBar
from engine.jobs.job import Job


@pytest.fixture
def clock(monkeypatch):
    """A clock that is set by hand."""
    now = [100.0]
    monkeypatch.setattr("desktop.jobs.job_bar.time.monotonic", lambda: now[0])
    return now


def words(bar: JobBar, job: Job, doing: str, done: int, total: int) -> str:
    job.report(doing, done, total)
    bar._look()
    return bar._words.text()


def test_the_time_that_is_left_is_said_once_the_pace_is_known(qtbot, clock):
    bar, job = JobBar(), Job()
    qtbot.addWidget(bar)
    bar.follow(job)
    assert words(bar, job, "Loading", 0, 1) == "Loading 0 of 1"
    clock[0] += 60
    assert words(bar, job, "Tagging", 0, 10) == "Tagging 0 of 10", "loading is no measure of tagging"
    clock[0] += 4
    assert words(bar, job, "Tagging", 2, 10) == "Tagging 2 of 10", "two notes in four seconds tell little"
    clock[0] += 4
    assert words(bar, job, "Tagging", 4, 10) == "Tagging 4 of 10, about 10 s left"
    clock[0] += 392
    assert words(bar, job, "Tagging", 5, 10) == "Tagging 5 of 10, about 7 min left"
    assert words(bar, job, "Tagging", 10, 10) == "Tagging 10 of 10"
