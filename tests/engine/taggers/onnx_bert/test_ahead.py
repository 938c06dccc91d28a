"""Ahead: the same answers whatever the number of threads; what is not begun can be dropped."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pytest

from engine.errors import Cancelled
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files.installed import default_model
from engine.taggers.onnx_bert.ahead import Ahead
from engine.taggers.onnx_bert.bio import Floats
from engine.taggers.onnx_bert.reading import Int64, read, word_answers
from engine.taggers.onnx_bert.subwords import SubwordSplitter
from engine.taggers.onnx_bert.tagger import OnnxBertTagger

WIDTH = 5
TEXTS = [f"He takes {'aspirin, ' * number}and feels well." for number in range(12)]


@pytest.fixture(scope="module")
def splitter() -> SubwordSplitter:
    model = default_model()
    return SubwordSplitter(model.manifest.path(model.folder, "tokenizer"))


def echo(ids: Int64, _mask: Int64) -> Sequence[Floats]:
    """A model that says of each piece something that depends on its number alone."""
    return [np.stack([np.sin(ids * (k + 1)) for k in range(WIDTH)], axis=-1).astype(np.float32)]


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_many_threads_say_what_one_says(splitter: SubwordSplitter, threads: int) -> None:
    readings = [read(text, splitter, 16) for text in TEXTS]
    expected = word_answers(readings, splitter, [WIDTH], echo, 1)
    ahead = Ahead(threads)
    found = ahead.begin(readings, splitter, echo, 1).answers([WIDTH])
    ahead.close()
    for one, other in zip(expected, found, strict=True):
        assert np.array_equal(one.heads[0], other.heads[0])


def test_windows_that_were_dropped_are_never_read(splitter: SubwordSplitter) -> None:
    go, read_so_far = threading.Event(), []

    def slow(ids: Int64, mask: Int64) -> Sequence[Floats]:
        read_so_far.append(1)
        go.wait(10)
        return echo(ids, mask)

    ahead = Ahead(1)
    begun = ahead.begin([read(text, splitter, 16) for text in TEXTS], splitter, slow, 1)
    begun.drop()
    go.set()
    ahead.close()
    assert len(read_so_far) <= 1


def test_what_fails_in_a_thread_fails_where_the_answer_is_asked_for(splitter: SubwordSplitter) -> None:
    def failing(_ids: Int64, _mask: Int64) -> Sequence[Floats]:
        raise Cancelled

    ahead = Ahead(2)
    begun = ahead.begin([read(text, splitter, 16) for text in TEXTS], splitter, failing, 1)
    with pytest.raises(Cancelled):
        begun.answers([WIDTH])
    ahead.close()


def test_a_tagger_says_the_same_with_one_thread_and_with_three(kiwi: LabelSet) -> None:
    model = default_model()
    answers = []
    for threads in (1, 3):
        tagger = OnnxBertTagger(model.folder, {"threads": threads})
        answers.append(list(tagger.tag([*TEXTS, "", TEXTS[3] * 40], kiwi, Job())))
        tagger.close()
    assert answers[0] == answers[1]


def test_answers_of_long_runs_come_before_all_is_read(kiwi: LabelSet) -> None:
    tagger, job = OnnxBertTagger(default_model().folder, {"threads": 2}), Job()
    answers = tagger.tag([TEXTS[5] * 30] * 40, kiwi, job)
    next(answers)
    job.cancel()
    with pytest.raises(Cancelled):
        list(answers)
    tagger.close()
