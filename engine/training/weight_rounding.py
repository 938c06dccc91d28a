"""Weight rounding: weights as whole numbers, so that products change as little as can be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Sums = NDArray[np.float64]

_BLOCK = 128
_DAMPING = 0.01
"""Share of the mean moment that is added to each: channels that were hardly seen are not trusted."""


def rounded_rows(table: Floats, top: int = 127) -> tuple[NDArray[np.int8], Floats]:
    """Return whole numbers up to `top` and one scale per row (rows × 1) whose product is near `table`."""
    scales = np.abs(table).max(axis=1, keepdims=True).astype(np.float32) / np.float32(top)
    scales[scales == 0] = 1.0
    return np.clip(np.rint(table / scales), -top, top).astype(np.int8), scales


def rounded_columns(
    weights: Floats, top: int, moments: Sums | None = None
) -> tuple[NDArray[np.int8], Floats]:
    """Return `weights` (channels × columns) as whole numbers up to `top`, and one scale per column.

    With the `moments` of what they are multiplied with (sums of x·xᵀ), channels are rounded one after
    the other, the largest first, and what each loses is made up for by those still to come (GPTQ:
    Frantar and others, ICLR 2023).
    """
    if moments is None:
        whole, scales = rounded_rows(weights.T, top)
        return whole.T.copy(), scales[:, 0]
    order = np.argsort(-np.diag(moments), kind="stable")
    upper = _compensation(moments[np.ix_(order, order)])
    left = weights[order].astype(np.float64)
    scales = np.abs(left).max(axis=0).astype(np.float32) / np.float32(top)
    scales[scales == 0] = 1.0
    whole = np.zeros(left.shape, np.int8)
    for first in range(0, len(left), _BLOCK):
        last = min(first + _BLOCK, len(left))
        lost = np.zeros((last - first, left.shape[1]))
        for channel in range(first, last):
            whole[channel] = np.clip(np.rint(left[channel] / scales), -top, top)
            error = (left[channel] - whole[channel] * scales) / upper[channel, channel]
            left[channel:last] -= np.outer(upper[channel, channel:last], error)
            lost[channel - first] = error
        left[last:] -= upper[first:last, last:].T @ lost
    return whole[np.argsort(order)], scales


def _compensation(moments: Sums) -> Sums:
    """Return the upper triangle U with UᵀU the inverse of the (damped) moments."""
    count = len(moments)
    damped = moments + np.eye(count) * max(_DAMPING * float(np.diag(moments).mean()), 1e-12)
    upper: Sums = np.linalg.cholesky(np.linalg.inv(damped)).T
    return upper
