"""Measurement: what a benchmark found, against what it is compared with and what it may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """One figure.

    `value` and `baseline` have the same `unit`; `baseline` was measured in the same run,
    by a simpler way to do the same, or is None where there is none.  `budget` is the
    most that `value` may be, or the least where `more_is_better`.
    """

    name: str
    value: float
    unit: str
    baseline: float | None = None
    budget: float | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """The value over the baseline."""
        return self.value / self.baseline if self.baseline else None

    @property
    def within_budget(self) -> bool | None:
        """Whether the budget is kept, None where there is none."""
        if self.budget is None:
            return None
        return self.value >= self.budget if self.more_is_better else self.value <= self.budget

    def as_row(self) -> dict[str, object]:
        """The figure as it is written to a file."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "baseline": self.baseline,
            "ratio": self.ratio,
            "budget": self.budget,
            "within_budget": self.within_budget,
        }
