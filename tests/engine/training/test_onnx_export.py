from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.training.onnx_export import rounded_rows


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
