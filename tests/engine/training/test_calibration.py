from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.annotation.said import LabelledSpan
from engine.taggers.onnx_bert.calibration import Curve
from engine.taggers.onnx_bert.proposals import Head
from engine.text.span import Span
from engine.training.calibration import (
    Scored,
    calibrations,
    expected_error,
    fitted_curves,
    scored_spans,
)
from engine.training.corpora import CorpusNote, Mark

HEADS = [Head("entities", "entities", ("problem", "drug", "form", "subject"))]


def too_sure(count: int, label: str = "problem") -> list[Scored]:
    """Spans whose scores are those of someone twice as sure (in log-odds) as right."""
    chance = random.Random(2)  # noqa: S311
    told: list[Scored] = []
    for number in range(count):
        truth = chance.uniform(0.2, 0.95)
        told.append(Scored(number, label, Curve(2.0, 0.0).at(truth), chance.random() < truth))
    return told


def test_a_model_that_is_too_sure_is_bent_back() -> None:
    curve = fitted_curves(too_sure(4000), HEADS)["problem"]
    assert curve.slope == pytest.approx(0.5, abs=0.07)
    assert curve.shift == pytest.approx(0.0, abs=0.12)


def test_a_model_may_be_too_sure_of_high_scores_alone() -> None:
    chance = random.Random(3)  # noqa: S311
    told = []
    for number in range(6000):
        score = 1 / (1 + math.exp(-chance.uniform(-5, 6)))
        truth = Curve(1.0, 0.0, 0.4).at(score)
        told.append(Scored(number, "problem", score, chance.random() < truth))
    curve = fitted_curves(told, HEADS)["problem"]
    assert curve.upper_slope == pytest.approx(0.4, abs=0.1)
    assert curve.slope == pytest.approx(1.0, abs=0.15)


def test_low_scores_that_say_nothing_are_all_taken_alike() -> None:
    chance = random.Random(4)  # noqa: S311
    told = []
    for number in range(6000):
        score = 1 / (1 + math.exp(-chance.uniform(-5, 6)))
        told.append(Scored(number, "problem", score, chance.random() < Curve(0.0, -0.5, 1.3).at(score)))
    curve = fitted_curves(told, HEADS)["problem"]
    assert 0 <= curve.slope < 0.1
    assert curve.at(0.05) == pytest.approx(curve.at(0.01), abs=0.05)
    assert curve.at(0.01) <= curve.at(0.05) < curve.at(0.9)


def test_curves_make_the_error_small_on_notes_that_they_have_not_seen() -> None:
    scored = too_sure(4000)
    before = expected_error([(one.score, one.right) for one in scored])
    found = calibrations(scored, HEADS)["problem"]
    assert found.said == 4000
    assert found.error < 0.03 < before / 2
    assert found.error < 1.3 * found.at_most_by_chance


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=20, max_size=80))
def test_a_fitted_curve_is_never_wild_and_never_worse_than_none(pairs: list[tuple[float, bool]]) -> None:
    curve = fitted_curves([Scored(0, "drug", score, right) for score, right in pairs], HEADS)["drug"]

    def surprise(one: Curve) -> float:
        chances = (max(1e-9, one.at(score) if right else 1 - one.at(score)) for score, right in pairs)
        return -sum(math.log(chance) for chance in chances)

    assert abs(curve.slope) < 12
    assert abs(curve.shift) < 12
    assert surprise(curve) <= surprise(Curve()) + 1.0  # rounded, and never falling


def test_labels_with_few_spans_keep_near_to_the_curve_of_their_head() -> None:
    always_wrong = [Scored(number, "form", 0.9, False) for number in range(400)]
    few, many = (
        fitted_curves([*always_wrong[:count], *too_sure(900)], HEADS)["form"].at(0.9) for count in (2, 400)
    )
    others = fitted_curves(too_sure(900), HEADS)["problem"].at(0.9)
    assert others - 0.2 < few < others
    assert many < 0.15


def test_heads_do_not_learn_from_each_other() -> None:
    heads = [Head("a", "a", ("problem",)), Head("b", "b", ("drug",))]
    sure = [Scored(number, "drug", 0.6, True) for number in range(300)]
    both = fitted_curves([*too_sure(500), *sure], heads)
    assert both["problem"] == fitted_curves(too_sure(500), heads)["problem"]
    assert set(both) == {"problem", "drug"}


def test_chance_alone_shows_an_error_that_shrinks_with_the_number_of_spans() -> None:
    few, many = (calibrations(too_sure(count), HEADS)["problem"] for count in (100, 3000))
    assert few.by_chance > 3 * many.by_chance
    assert few.by_chance < few.at_most_by_chance
    assert few.by_chance == pytest.approx(0.1, abs=0.03)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.05, 5), st.floats(-5, 5), st.none() | st.floats(0.05, 5))
def test_a_curve_keeps_the_order_and_stays_a_probability(
    a: float, b: float, slope: float, shift: float, upper: float | None
) -> None:
    curve = Curve(slope, shift, upper)
    low, high = curve.at(min(a, b)), curve.at(max(a, b))
    assert 0 <= low <= high <= 1


@given(st.floats(0.001, 0.999))
def test_a_curve_as_it_is_changes_nothing(score: float) -> None:
    assert Curve().at(score) == pytest.approx(score)


def test_what_is_always_right_when_it_says_so_has_no_error() -> None:
    assert expected_error([(1.0, True), (0.0, False)]) == 0.0
    assert expected_error([(1.0, False)]) == 1.0
    assert expected_error([]) == 0.0


def test_a_span_is_right_with_its_type_and_both_ends_where_its_note_speaks_of_it() -> None:
    note = CorpusNote("n", "no fever today", (Mark(3, 8, "problem"),), says=frozenset({"problem"}))
    said = [
        LabelledSpan((Span(3, 8),), "problem", 0.9),
        LabelledSpan((Span(3, 14),), "problem", 0.6),
        LabelledSpan((Span(9, 14),), "temporal", 0.5),
    ]
    assert scored_spans([note], [said]) == [Scored(0, "problem", 0.9, True), Scored(0, "problem", 0.6, False)]
