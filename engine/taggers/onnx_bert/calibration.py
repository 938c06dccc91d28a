"""Calibration: a model's own probability of a span turned into how often such spans are right."""

from __future__ import annotations

import math

import msgspec

_EDGE = 1e-6
"""Probabilities nearer to 0 or 1 than this are taken as this near: their logarithms stay finite."""


class Curve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A logistic curve over the logarithms of a score and of its opposite (beta calibration).

    `slope` tells for low scores, `upper_slope` for high ones; without the latter it is Platt's curve
    over the log-odds (1999).  As it is, it changes nothing.  Source: Kull and others, AISTATS 2017.
    """

    slope: float = 1.0
    shift: float = 0.0
    upper_slope: float | None = None

    def at(self, score: float) -> float:
        """Return the calibrated probability for a model's own `score`; both between 0 and 1."""
        upper = self.slope if self.upper_slope is None else self.upper_slope
        is_so, is_not = logarithms(score)
        return 1.0 / (1.0 + math.exp(upper * is_not - self.slope * is_so - self.shift))


def logarithms(score: float) -> tuple[float, float]:
    """Return the logarithms of `score` and of its opposite, both finite."""
    kept = min(max(score, _EDGE), 1.0 - _EDGE)
    return math.log(kept), math.log(1.0 - kept)
