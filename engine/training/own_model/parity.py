"""Parity: whether a model with 8-bit weights says what it says with the weights it came with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.annotation.said import LabelledSpan

ALL = "all"
LEAST_AGREEMENT = 0.97
LEAST_AGREEMENT_BY_LABEL = 0.90
ENOUGH = 50
"""A label with fewer spans is judged with the others, in the sum."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many spans of one label (`ALL` for every label) two models say, and how many are the same."""

    label: str
    before: int
    after: int
    same: int

    @property
    def f1(self) -> float:
        """The share of spans said by both, as an F1 of one against the other; 1 where neither says any."""
        return 2 * self.same / (self.before + self.after) if self.before + self.after else 1.0

    @property
    def is_good(self) -> bool:
        """Whether they say so much the same that one may stand for the other."""
        if self.label == ALL:
            return self.f1 >= LEAST_AGREEMENT
        return self.before < ENOUGH or self.f1 >= LEAST_AGREEMENT_BY_LABEL

    def figure(self) -> dict[str, Any]:
        """Return it as a figure of a manifest."""
        return {
            "what": "8-bit weights against those it came with, spans that are the same",
            "label": self.label,
            "strict_f1": round(self.f1, 4),
            "before": self.before,
            "after": self.after,
        }


def agreement(
    before: Sequence[Sequence[LabelledSpan]], after: Sequence[Sequence[LabelledSpan]]
) -> list[Agreement]:
    """Return how far two models agree on the same texts: over all labels first, then label by label."""
    said: list[Counter[str]] = [Counter(), Counter(), Counter()]
    for one, other in zip(before, after, strict=True):
        places = [{(item.hull.start, item.hull.end, item.label) for item in items} for items in (one, other)]
        for count, spans in zip(said, (*places, places[0] & places[1]), strict=True):
            count.update(label for _, _, label in spans)
    labels = sorted(said[0] | said[1])
    rows = [Agreement(label, said[0][label], said[1][label], said[2][label]) for label in labels]
    whole = Agreement(ALL, said[0].total(), said[1].total(), said[2].total())
    return [whole, *rows]
