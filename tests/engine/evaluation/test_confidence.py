"""Confidence: intervals by note, and a paired test that is fair."""

import pytest

from engine.evaluation.confidence import bootstrap, compare
from engine.evaluation.scores import Count


def counts(*right):
    return [Count(10, 10, one, one) for one in right]


def test_an_interval_holds_the_score_and_narrows_with_more_notes():
    few, many = bootstrap(counts(2, 9, 5, 7)), bootstrap(counts(2, 9, 5, 7) * 25)
    assert few.low <= 0.575 <= few.high
    assert many.low <= 0.575 <= many.high
    assert many.high - many.low < few.high - few.low


def test_the_same_seed_gives_the_same_interval():
    assert bootstrap(counts(2, 9, 5), seed=3) == bootstrap(counts(2, 9, 5), seed=3)


def test_equal_runs_do_not_differ():
    difference = compare(counts(2, 9, 5), counts(2, 9, 5))
    assert (difference.f1, difference.p) == (0.0, 1.0)


def test_a_run_that_is_better_on_every_note_differs_surely():
    difference = compare(counts(*[3] * 20), counts(*[8] * 20))
    assert difference.f1 == pytest.approx(0.5)
    assert difference.p < 0.01


def test_the_interval_of_a_difference_holds_it_and_is_narrower_than_that_of_unpaired_notes():
    hard_and_easy = [1, 9] * 20
    one, other = counts(*hard_and_easy), counts(*(right + 1 for right in hard_and_easy))
    difference = compare(one, other)
    assert difference.interval.low <= difference.f1 <= difference.interval.high
    assert difference.interval.high - difference.interval.low < 1e-9  # each note is better by the same
    assert bootstrap(one).high - bootstrap(one).low > 0.1


def test_one_lucky_note_is_no_proof():
    assert compare(counts(5, 5, 5, 5), counts(5, 5, 5, 9)).p > 0.3


def test_nothing_cannot_be_compared():
    with pytest.raises(ValueError, match="0 notes"):
        compare([], [])
    with pytest.raises(ValueError, match="at least one"):
        bootstrap([])
