"""Cross-fitting: thresholds measured on notes other than those that they were fitted on.

The notes are divided into folds; the tags of each are made with the thresholds that fit the others,
so the figure is honest and no note is spent on fitting alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from engine.evaluation.judged import Judged
from engine.labels.label_set import LabelSet
from engine.taggers.llama_cpp.thresholds import EAGER, JudgedTag, fitted_bias

FOLDS = 5

Tag = Callable[[Sequence[int], Mapping[str, float]], Sequence[Judged]]
"""Tags the notes with these numbers with a bias per label."""


def cross_fitted(notes: int, tag: Tag, labels: LabelSet) -> list[Judged]:
    """Return `notes` notes in their order, each tagged with thresholds from the notes of other folds."""
    eager = tag(range(notes), eagerly(labels))
    found: dict[int, Judged] = {}
    for fold in range(min(FOLDS, notes)):
        own = range(fold, notes, FOLDS)
        bias = bias_of((one for number, one in enumerate(eager) if number not in own), labels)
        found.update(zip(own, tag(own, bias), strict=True))
    return [found[number] for number in range(notes)]


def eagerly(labels: LabelSet) -> dict[str, float]:
    """Return the bias with which notes are tagged that a bias is fitted to."""
    return {one.name: EAGER for one in labels.entities}


def bias_of(eager: Iterable[Judged], labels: LabelSet) -> dict[str, float]:
    """Return the bias per label that fits notes tagged `eagerly`."""
    names = {one.name for one in labels.entities}
    judged, expected = list[JudgedTag](), Counter[str]()
    for note in eager:
        right = {(one.hull, one.label) for one in note.gold.items if one.label in names}
        expected.update(label for _, label in right)
        judged += [
            JudgedTag(one.label, one.open_margin, (one.hull, one.label) in right)
            for one in note.predicted.items
            if one.open_margin is not None and one.label in names
        ]
    return fitted_bias(judged, expected)
