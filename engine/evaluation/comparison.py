"""Comparison: two runs over the same notes, held against each other group by group and rule by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.evaluation.confidence import Difference, compare
from engine.evaluation.evaluation import label_groups, only, within
from engine.evaluation.judged import Judged
from engine.evaluation.matching import Rule
from engine.evaluation.scores import Count, score_relations, score_tags
from engine.labels.label_set import LabelSet

RULES = (Rule.STRICT, Rule.RELAXED)


@dataclass(frozen=True, slots=True)
class Compared:
    """Micro counts of two runs for some labels by one rule, and whether they differ by more than chance."""

    group: str
    rule: str
    first: Count
    second: Count
    difference: Difference


def compare_runs(
    first: Sequence[Judged], second: Sequence[Judged], labels: LabelSet, seed: int = 0
) -> tuple[Compared, ...]:
    """Return how `second` differs from `first`: tags by group, then relations, each by both rules.

    Both hold the same notes in the same order, with the same gold.

    Raises:
        ValueError: they do not, or there is no note.
    """
    if [one.name for one in first] != [one.name for one in second]:
        raise ValueError("two runs are compared over the same notes only")
    first, second = ([within(one, labels) for one in run] for run in (first, second))
    found: list[Compared] = []
    for group, wanted in label_groups(labels).items():
        sides = [[one if wanted is None else only(one, wanted) for one in run] for run in (first, second)]
        for rule in RULES:
            counts = [[score_tags(j.gold.items, j.predicted.items, rule).micro for j in run] for run in sides]
            found.append(_compared(group, rule, counts[0], counts[1], seed))
    for rule in RULES:
        counts = [[score_relations(one, rule).micro for one in run] for run in (first, second)]
        found.append(_compared("relations", rule, counts[0], counts[1], seed))
    return tuple(found)


def _compared(group: str, rule: Rule, first: Sequence[Count], second: Sequence[Count], seed: int) -> Compared:
    return Compared(
        group, rule.value, sum(first, Count()), sum(second, Count()), compare(first, second, seed)
    )
