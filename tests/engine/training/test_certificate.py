from __future__ import annotations

import numpy as np
import pytest

from engine.taggers.onnx_bert.bio import log_softmax
from engine.training.certificate import MICRO, Row, certificate, fitted_temperature
from engine.training.dev_figures import Figures, Tally


def figures(right: int, gold: int = 1000) -> Figures:
    return Figures(["problem"], {"problem": Tally(gold, gold, right, right)})


def rows(before: int, after: int, gold: int = 1000) -> dict[str, Row]:
    found = certificate("dev", {"entities": figures(before, gold)}, {"entities": figures(after, gold)})
    return {row.label: row for row in found}


def test_a_head_may_lose_three_tenths_of_a_point_and_no_more() -> None:
    assert rows(800, 797)[MICRO].is_good
    assert not rows(800, 796)[MICRO].is_good


def test_a_label_may_lose_a_point_and_no_more() -> None:
    assert rows(800, 790)["problem"].is_good
    assert not rows(800, 789)["problem"].is_good


def test_one_mark_is_never_too_much_and_few_marks_are_judged_in_the_average() -> None:
    assert rows(40, 39, gold=50)["problem"].is_good
    assert not rows(40, 38, gold=50)["problem"].is_good
    assert rows(10, 5, gold=12)["problem"].is_good


def test_a_gain_is_no_loss() -> None:
    assert rows(800, 810)[MICRO].lost == pytest.approx(-0.01)
    assert rows(800, 810)[MICRO].is_good


def test_a_model_that_is_too_sure_gets_a_temperature_above_one() -> None:
    rng = np.random.default_rng(1)
    true = rng.normal(size=(4000, 5)).astype(np.float32)
    chances = np.exp(log_softmax(true))
    targets = [int(rng.choice(5, p=row / row.sum())) for row in chances.astype(float)]
    assert fitted_temperature(true, targets) == pytest.approx(1.0, abs=0.1)
    assert fitted_temperature(true * 2, targets) == pytest.approx(2.0, abs=0.2)
