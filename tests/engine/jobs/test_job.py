"""Jobs: progress is looked at, cancel is raised."""

import threading

import pytest

from engine.errors import Cancelled
from engine.jobs.job import Job, Progress


def test_each_counts_what_is_done():
    job = Job()
    seen = []
    for _ in job.each("Reading", "abc", 3):
        seen.append(job.progress)
    assert seen == [Progress("Reading", 0, 3), Progress("Reading", 1, 3), Progress("Reading", 2, 3)]
    assert job.progress == Progress("Reading", 3, 3)


def test_cancel_from_another_thread_stops_before_the_next_item():
    job = Job()
    done = []
    with pytest.raises(Cancelled):
        for item in job.each("Reading", range(100)):
            done.append(item)
            if item == 4:
                other = threading.Thread(target=job.cancel)
                other.start()
                other.join()
    assert done == [0, 1, 2, 3, 4]


def test_a_cancelled_job_does_not_start():
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        next(job.each("Reading", [1]))


def test_a_part_of_a_job_stops_with_it_and_keeps_its_progress_to_itself():
    job = Job()
    part = job.unseen()
    part.report("Writing", 1, 2)
    assert job.progress == Progress()
    job.cancel()
    with pytest.raises(Cancelled):
        part.check()
