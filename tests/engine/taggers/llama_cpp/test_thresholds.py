"""The bias of a label is the one by which most of its tags come out right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.taggers.llama_cpp.thresholds import EAGER, FEWEST, JudgedTag, fitted_bias


def judged(label: str, right: list[float], wrong: list[float]) -> list[JudgedTag]:
    return [JudgedTag(label, one, True) for one in right] + [JudgedTag(label, one, False) for one in wrong]


def test_a_label_that_is_tagged_too_often_gets_a_threshold():
    # Right above 5, wrong from 1 to 4: between 4 and 5 there is no mistake, so the threshold is 4.5.
    said = judged("drug", [5.0 + n for n in range(30)], [1.0, 2.0, 3.0, 4.0])
    assert fitted_bias(said, {"drug": 30}) == {"drug": pytest.approx(EAGER - 4.5)}


def test_a_label_that_is_tagged_too_seldom_is_encouraged():
    said = judged("test", [0.5] * 30 + [6.0] * 10, [])
    assert fitted_bias(said, {"test": 40}) == {"test": pytest.approx(EAGER - 0.25)}


def test_a_few_mistakes_are_worth_many_right_ones():
    # All of it: 2·30/(34 + 30) = 0.94; without the lowest eight: 2·26/(26 + 30) = 0.93.
    said = judged("drug", [5.0] * 26 + [2.5] * 4, [2.4] * 4)
    assert fitted_bias(said, {"drug": 30})["drug"] == pytest.approx(EAGER - 2.45)


def test_where_nothing_is_better_nothing_is_changed():
    assert fitted_bias(judged("drug", [5.0] * 30, [0.5]), {"drug": 30}) == {"drug": 0.0}
    assert fitted_bias([], {"drug": FEWEST}) == {"drug": 0.0}
    assert fitted_bias(judged("drug", [0.1] * 9, []), {"drug": FEWEST - 1}) == {"drug": 0.0}


margins = st.lists(st.floats(0.125, 20, width=16), max_size=40)


@given(margins, margins, st.integers(0, 30))
def test_no_other_threshold_is_better(right: list[float], wrong: list[float], missed: int):
    gold = len(right) + missed + FEWEST

    def f1(threshold: float) -> float:
        hits = sum(one >= threshold for one in right)
        return 2 * hits / (hits + sum(one >= threshold for one in wrong) + gold)

    threshold = EAGER - fitted_bias(judged("drug", right, wrong), {"drug": gold})["drug"]
    best = max((f1(one) for one in [*right, *wrong]), default=0.0)
    assert f1(threshold) == pytest.approx(best)
