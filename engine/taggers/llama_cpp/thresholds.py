"""Thresholds: how much above copying a tag must lie, for each label, so that most tags come out right.

A constrained model is asked at every word, so it may be too eager or too shy for a label
as a whole.  It tags gold text once with an inclination to tag; from how clear its right and
its wrong tags were follows the bias by which each label has the best F1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

EAGER = 2.0
"""The bias with which the model tags what is judged: what it then leaves out, no threshold brings back."""

FEWEST = 20
"""Labels with fewer tags in gold keep a bias of zero: so few say nothing of the next notes."""


@dataclass(frozen=True, slots=True)
class JudgedTag:
    """A tag made with the bias `EAGER`, by how much it lay above copying, and whether gold has it."""

    label: str
    margin: float
    right: bool


def fitted_bias(judged: Iterable[JudgedTag], gold: Mapping[str, int]) -> dict[str, float]:
    """Return the bias of each label of `gold` (label to number of tags) by which its F1 is best.

    Tags are judged one by one, as if to leave one out changed no other.
    """
    by_label: dict[str, list[JudgedTag]] = {label: [] for label in gold}
    for one in judged:
        by_label.setdefault(one.label, []).append(one)
    return {
        label: EAGER - _threshold(by_label[label], count) if count >= FEWEST else 0.0
        for label, count in sorted(gold.items())
    }


def _threshold(judged: Sequence[JudgedTag], gold: int) -> float:
    """Return the margin from which on tags are to be taken; of several as good, the nearest to `EAGER`."""
    falling = sorted(judged, key=lambda one: -one.margin)
    right, cuts = 0, list[tuple[float, float, float]]()
    for number, one in enumerate(falling, 1):
        right += one.right
        following = falling[number].margin if number < len(falling) else 0.0
        if following < one.margin:
            cut = EAGER if following < EAGER <= one.margin else (one.margin + following) / 2
            cuts.append((2 * right / (number + gold), -abs(cut - EAGER), cut))
    return max(cuts)[2] if cuts else EAGER
