"""Calibration: a model's own probability of a span turned into how often such spans are right."""

from __future__ import annotations

import math

import msgspec

_EDGE = 1e-6
"""Probabilities nearer to 0 or 1 than this are taken as this near: their logarithms stay finite."""


class Curve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A logistic curve over the log-odds of a score (Platt, 1999).  As it is, it changes nothing."""

    slope: float = 1.0
    shift: float = 0.0

    def at(self, score: float) -> float:
        """Return the calibrated probability for a model's own `score`; both between 0 and 1."""
        return 1.0 / (1.0 + math.exp(-(self.slope * log_odds(score) + self.shift)))


def log_odds(score: float) -> float:
    """Return the logarithm of how much more probable `score` is than its opposite."""
    kept = min(max(score, _EDGE), 1.0 - _EDGE)
    return math.log(kept / (1.0 - kept))
