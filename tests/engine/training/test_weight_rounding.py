from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.training.weight_rounding import rounded_columns, rounded_rows


@given(st.integers(1, 20), st.integers(1, 16), st.floats(1e-4, 1e4), st.integers(0, 99))
def test_rounded_rows_are_off_by_half_a_step_at_most(rows: int, width: int, size: float, seed: int) -> None:
    table = (np.random.default_rng(seed).normal(size=(rows, width)) * size).astype(np.float32)
    whole, scales = rounded_rows(table)
    assert whole.dtype == np.int8
    assert scales.shape == (rows, 1)
    assert (np.abs(whole * scales - table) <= 0.501 * scales).all()


def test_a_row_of_nothing_stays_nothing() -> None:
    whole, scales = rounded_rows(np.zeros((2, 3), dtype=np.float32))
    assert not whole.any()
    assert (scales == 1).all()


@settings(deadline=None)
@given(st.integers(1, 300), st.integers(1, 12), st.sampled_from([64, 127]), st.integers(0, 99))
def test_columns_stay_within_their_whole_numbers(channels: int, columns: int, top: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    weights = chance.normal(size=(channels, columns)).astype(np.float32)
    given_rows = chance.normal(size=(50, channels))
    for moments in (None, given_rows.T @ given_rows):
        whole, scales = rounded_columns(weights, top, moments)
        assert whole.shape == weights.shape
        assert scales.shape == (columns,)
        assert np.abs(whole.astype(int)).max() <= top


def test_channels_that_go_together_make_up_for_each_other() -> None:
    chance = np.random.default_rng(3)
    weights = chance.normal(size=(200, 40)).astype(np.float32)
    rows = chance.normal(size=(900, 8)) @ chance.normal(size=(8, 200)) + 0.1 * chance.normal(size=(900, 200))

    def error(rounded: tuple[np.ndarray, np.ndarray]) -> float:
        whole, scales = rounded
        return float(((rows @ (whole * scales - weights)) ** 2).mean())

    one_by_one = error(rounded_columns(weights, 64))
    together = error(rounded_columns(weights, 64, rows.T @ rows))
    assert together < one_by_one / 4


def test_channels_that_were_never_seen_are_rounded_all_the_same() -> None:
    weights = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
    whole, scales = rounded_columns(weights, 127, np.zeros((30, 30)))
    assert (np.abs(whole * scales - weights) <= 0.501 * scales).all()
