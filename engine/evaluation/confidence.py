"""Confidence: how far a score may be from the truth, and whether two runs really differ.

Notes are the unit: tags of one note are not independent of each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.scores import Count

SAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """A percentile interval of F1, or of a difference of two."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """F1 of the second run less that of the first, over the same notes.

    `p` is the two-sided p-value of a paired permutation test by note: how often a difference at
    least as large comes about when each note's two results are swapped by chance.  `interval` is
    of the difference: notes are drawn with replacement, each with both of its results.
    """

    f1: float
    p: float
    interval: Interval


def bootstrap(
    by_note: Sequence[Count], seed: int = 0, samples: int = SAMPLES, level: float = 0.95
) -> Interval:
    """Return the interval of micro F1, from notes drawn with replacement (Efron's percentile method).

    Raises:
        ValueError: there is no note.
    """
    if not by_note:
        raise ValueError("an interval needs at least one note")
    rows = _rows(by_note)
    return _interval(_f1(rows[_drawn(len(rows), seed, samples)].sum(axis=1)), level)


def compare(
    first: Sequence[Count],
    second: Sequence[Count],
    seed: int = 0,
    samples: int = SAMPLES,
    level: float = 0.95,
) -> Difference:
    """Return how the second run's micro F1 differs from the first's, note by note the same notes.

    Raises:
        ValueError: the two are not of the same number of notes, or there is none.
    """
    if len(first) != len(second) or not first:
        raise ValueError(f"{len(first)} notes against {len(second)}")
    one, other = _rows(first), _rows(second)
    seen = float(_f1(other.sum(axis=0)) - _f1(one.sum(axis=0)))
    chance = np.random.default_rng(seed)
    swapped = chance.integers(0, 2, size=(samples, len(one), 1)).astype(bool)
    left = np.where(swapped, other, one).sum(axis=1)
    right = np.where(swapped, one, other).sum(axis=1)
    as_large = np.abs(_f1(right) - _f1(left)) >= abs(seen) - 1e-12
    # The arrangement that was seen is one of those possible, so p is never 0.
    p = float((as_large.sum() + 1) / (samples + 1))
    drawn = _drawn(len(one), seed, samples)
    return Difference(seen, p, _interval(_f1(other[drawn].sum(axis=1)) - _f1(one[drawn].sum(axis=1)), level))


def _drawn(notes: int, seed: int, samples: int) -> NDArray[np.int64]:
    """Return `samples` times as many numbers of notes as there are, drawn with replacement."""
    return np.random.default_rng(seed).integers(0, notes, size=(samples, notes))


def _interval(values: NDArray[np.float64], level: float) -> Interval:
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return Interval(float(low), float(high))


def _rows(counts: Sequence[Count]) -> NDArray[np.float64]:
    return np.array([(c.gold, c.predicted, c.found, c.right) for c in counts], dtype=np.float64)


def _f1(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    gold, predicted, found, right = np.moveaxis(rows, -1, 0)
    precision = np.divide(right, predicted, out=np.zeros_like(right), where=predicted > 0)
    recall = np.divide(found, gold, out=np.zeros_like(found), where=gold > 0)
    both = precision + recall
    f1: NDArray[np.float64] = np.divide(2 * precision * recall, both, out=np.zeros_like(both), where=both > 0)
    return f1
