"""Calibration: curves fitted on dev that make a score mean how often such a span is right.

A span is right where its type and both its ends are.  Expected calibration error: scores in
ten bins of equal width, the differences of mean score and share of right spans in each, weighted by
how many spans stand there (Naeini and others, AAAI 2015).
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.annotation.said import LabelledSpan
from engine.taggers.onnx_bert.calibration import Curve, logarithms
from engine.taggers.onnx_bert.proposals import Head
from engine.training.corpora import CorpusNote, Mark

Floats = NDArray[np.float64]

BINS = 10
_STEPS = 50
_SETTLED = 1e-8
_LEAST = 0.05
"""Both slopes together: a curve that does not rise would order spans against the model's own belief."""
_IDENTITY = np.asarray([1.0, 1.0, 0.0])
_BELIEF_OF_HEAD = np.asarray([1.0, 1.0, 1.0])
"""Strength of the belief that a score means what it says, for slopes and shift: so many spans' worth."""
_BELIEF_OF_LABEL = np.asarray([20.0, 20.0, 5.0])
"""Strength of the belief that a label is like the others of its head."""
FOLDS = 10
_DRAWS = 400


@dataclass(frozen=True, slots=True)
class Scored:
    """One proposed span: its note's number, its label, the model's own score, and whether it is right."""

    note: int
    label: str
    score: float
    right: bool


def scored_spans(notes: Sequence[CorpusNote], said: Sequence[Sequence[LabelledSpan]]) -> list[Scored]:
    """Return every span that was said of `notes`, with its score before any calibration.

    Spans of a label of which a note does not mark every occurrence are left aside.
    """
    found: list[Scored] = []
    for number, (note, items) in enumerate(zip(notes, said, strict=True)):
        gold = set(note.marks)
        for item in items:
            if note.says is not None and item.label not in note.says:
                continue
            right = Mark(item.hull.start, item.hull.end, item.label) in gold
            found.append(Scored(number, item.label, item.score, right))
    return found


def fitted_curves(scored: Sequence[Scored], heads: Sequence[Head]) -> dict[str, Curve]:
    """Return a curve for each label that was said.

    All labels of a head have one in common, to which each label's own keeps near, the nearer the
    fewer spans it has: see engine/decisions/encoder-scores.md.
    """
    found: dict[str, Curve] = {}
    for head in heads:
        here = [one for one in scored if one.label in head.labels]
        common = _fitted(here, _IDENTITY, _BELIEF_OF_HEAD)
        for label in sorted({one.label for one in here}):
            own = _fitted([one for one in here if one.label == label], common, _BELIEF_OF_LABEL)
            slope, upper, shift = (round(float(one), 4) for one in own)
            found[label] = Curve(slope, shift, upper)
    return found


def _fitted(scored: Sequence[Scored], start: Floats, belief: Floats) -> Floats:
    """Return both slopes and the shift under which what happened is most probable; no slope falls.

    `belief` is how strongly `start` is held to be true.
    """
    logarithm = np.asarray([logarithms(one.score) for one in scored]).reshape(-1, 2)
    columns = np.column_stack([logarithm[:, 0], -logarithm[:, 1], np.ones(len(scored))])
    right = np.asarray([one.right for one in scored], dtype=np.float64)
    found = _most_probable(columns, right, start, belief)
    kept = np.append(found[:2] >= 0, True)
    if not kept.all():
        found = np.zeros(len(kept))
        found[kept] = _most_probable(columns[:, kept], right, start[kept], belief[kept])
    slopes = np.maximum(found[:2], 0.0)
    return np.append(slopes if slopes.sum() >= _LEAST else np.full(2, _LEAST), found[2])


def _most_probable(columns: Floats, right: Floats, start: Floats, belief: Floats) -> Floats:
    """Fit by Newton's method, from `start`.

    A step that would make what happened less probable is halved until it does not; where scores
    divide right from wrong nearly by themselves, whole steps run away.
    """

    def loss(curve: Floats) -> float:
        said = columns @ curve
        return float((np.logaddexp(0.0, said) - right * said).sum() + belief @ (curve - start) ** 2 / 2)

    found = start
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-columns @ found))
        gradient = columns.T @ (chance - right) + belief * (found - start)
        curvature = (columns * (chance * (1.0 - chance))[:, None]).T @ columns + np.diag(belief)
        step = np.linalg.solve(curvature, gradient)
        while loss(found - step) > loss(found) and float(np.abs(step).max()) > _SETTLED:
            step = step / 2
        found = found - step
        if float(np.abs(step).max()) < _SETTLED:
            break
    return found


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well the scores of one label mean what they say.

    `error` is the expected calibration error over `said` spans.  It is never 0, as chance fills the
    bins: scores that mean exactly what they say would have shown `by_chance` in the mean, and in
    19 cases of 20 no more than `at_most_by_chance`.
    """

    error: float
    said: int
    by_chance: float
    at_most_by_chance: float


def calibrations(scored: Sequence[Scored], heads: Sequence[Head]) -> dict[str, Calibration]:
    """Return for each label how well its scores mean what they say.

    Cross-fitted: notes are dealt into ten parts, and the curves of nine are judged on the tenth,
    so that no span is judged by a curve that has seen its note.
    """
    judged: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for part in range(FOLDS):
        curves = fitted_curves([one for one in scored if one.note % FOLDS != part], heads)
        for one in scored:
            if one.note % FOLDS == part:
                judged[one.label].append((curves.get(one.label, Curve()).at(one.score), one.right))
    return {label: _calibration(some) for label, some in sorted(judged.items())}


def _calibration(scores: Sequence[tuple[float, bool]]) -> Calibration:
    chance = random.Random(len(scores))  # noqa: S311  it must be repeatable, not secret
    drawn = sorted(
        expected_error([(score, chance.random() < score) for score, _ in scores]) for _ in range(_DRAWS)
    )
    return Calibration(expected_error(scores), len(scores), sum(drawn) / _DRAWS, drawn[int(0.95 * _DRAWS)])


def expected_error(scores: Sequence[tuple[float, bool]]) -> float:
    """Return the expected calibration error of (score, whether right) pairs; 0 of none."""
    bins: Mapping[int, list[tuple[float, bool]]] = defaultdict(list)
    for score, right in scores:
        bins[min(int(score * BINS), BINS - 1)].append((score, right))
    gaps = (abs(sum(score - right for score, right in some)) for some in bins.values())
    return sum(gaps) / len(scores) if scores else 0.0
