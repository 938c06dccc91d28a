"""Error classes: every gold tag and every predicted one in exactly one class, linked to its place.

Pairs are made in this order, each tag used once: the same fragments and label (right); the same
fragments, another label (type); overlapping, the same label (boundary); overlapping, another label
(boundary and type).  What is left of gold is missed, what is left of the predicted is spurious.
So the classes sum up to the number of gold tags, and to the number of predicted ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from engine.annotation.said import LabelledSpan
from engine.evaluation.judged import Judged
from engine.evaluation.matching import Matching, Rule, match


class ErrorClass(Enum):
    """What became of a tag."""

    RIGHT = "right"
    BOUNDARY = "boundary"
    TYPE = "type"
    BOUNDARY_AND_TYPE = "boundary and type"
    MISSED = "missed"
    SPURIOUS = "spurious"


@dataclass(frozen=True, slots=True)
class Finding:
    """One tag, or one pair of tags, of one note, and its class."""

    note: str
    kind: ErrorClass
    gold: LabelledSpan | None
    predicted: LabelledSpan | None


def classify(judged: Judged) -> list[Finding]:
    """Return what became of each tag of one note, in the order of the text."""
    return sorted(_findings(judged), key=_place)


def class_counts(findings: Iterable[Finding]) -> dict[ErrorClass, int]:
    """Return how many findings there are of each class; every class is there."""
    counts = Counter(finding.kind for finding in findings)
    return {kind: counts[kind] for kind in ErrorClass}


def confusion(findings: Iterable[Finding]) -> dict[tuple[str, str], int]:
    """Return how often a gold label (first) was said as another or the same (second).

    An empty label stands for nothing there: missed on the right, spurious on the left.
    """
    counts = Counter(
        (
            finding.gold.label if finding.gold else "",
            finding.predicted.label if finding.predicted else "",
        )
        for finding in findings
    )
    return dict(sorted(counts.items()))


def _findings(judged: Judged) -> Iterator[Finding]:
    gold, predicted = list(judged.gold.items), list(judged.predicted.items)
    for rule in (Rule.STRICT, Rule.EXACT, Rule.RELAXED, Rule.OVERLAP):
        matching = match(gold, predicted, rule)
        for g, p in matching.pairs:
            yield Finding(judged.name, _CLASS_OF[rule], gold[g], predicted[p])
        gold, predicted = _left(gold, predicted, matching)
    yield from (Finding(judged.name, ErrorClass.MISSED, tag, None) for tag in gold)
    yield from (Finding(judged.name, ErrorClass.SPURIOUS, None, tag) for tag in predicted)


_CLASS_OF = {
    Rule.STRICT: ErrorClass.RIGHT,
    Rule.EXACT: ErrorClass.TYPE,
    Rule.RELAXED: ErrorClass.BOUNDARY,
    Rule.OVERLAP: ErrorClass.BOUNDARY_AND_TYPE,
}


def _left(
    gold: list[LabelledSpan], predicted: list[LabelledSpan], matching: Matching
) -> tuple[list[LabelledSpan], list[LabelledSpan]]:
    return [gold[g] for g in matching.missed], [predicted[p] for p in matching.spurious]


def _place(finding: Finding) -> tuple[int, int, str, str]:
    tag = finding.gold or finding.predicted
    hull = tag.hull if tag else None
    return (hull.start if hull else 0, hull.end if hull else 0, finding.kind.value, tag.label if tag else "")
