"""Calibration: curves fitted on dev that make a score mean how often such a span is right.

A span is right where its type and both its ends are.  Expected calibration error: scores in
ten bins of equal width, the differences of mean score and share of right spans in each, weighted by
how many spans stand there (Naeini and others, AAAI 2015).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.annotation.said import LabelledSpan
from engine.taggers.onnx_bert.calibration import Curve, log_odds
from engine.training.corpora import CorpusNote, Mark
from engine.training.dev_figures import ENOUGH

Floats = NDArray[np.float64]

BINS = 10
_STEPS = 50
_SETTLED = 1e-8
_IDENTITY = np.asarray([1.0, 0.0])
_PRIOR = 1.0
"""Strength of the belief that a score means what it says: a label with few spans keeps near to that."""


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


def fitted_curves(scored: Sequence[Scored]) -> dict[str, Curve]:
    """Return a curve for each label with at least 20 spans; the others share one, fitted on them together."""
    by_label: dict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        by_label[one.label].append(one)
    rare = [one for some in by_label.values() if len(some) < ENOUGH for one in some]
    shared = _fitted(rare)
    return {
        label: _fitted(some) if len(some) >= ENOUGH else shared for label, some in sorted(by_label.items())
    }


def _fitted(scored: Sequence[Scored]) -> Curve:
    """Return the curve under which what happened is most probable: Newton's method, from the identity.

    A step that would make it less probable is halved until it does not; where scores divide right from
    wrong nearly by themselves, whole steps run away.
    """
    columns = np.asarray([(log_odds(one.score), 1.0) for one in scored]).reshape(-1, 2)
    right = np.asarray([one.right for one in scored], dtype=np.float64)
    found, loss = _IDENTITY, _loss(_IDENTITY, columns, right)
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-columns @ found))
        gradient = columns.T @ (chance - right) + _PRIOR * (found - _IDENTITY)
        curvature = (columns * (chance * (1.0 - chance))[:, None]).T @ columns + _PRIOR * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        while _loss(found - step, columns, right) > loss and float(np.abs(step).max()) > _SETTLED:
            step = step / 2
        found = found - step
        loss = _loss(found, columns, right)
        if float(np.abs(step).max()) < _SETTLED:
            break
    # A falling curve would order spans against the model's own belief.
    return Curve(round(max(float(found[0]), 0.05), 4), round(float(found[1]), 4))


def _loss(curve: Floats, columns: Floats, right: Floats) -> float:
    """Return −log of the probability of what happened under a curve, and of the curve itself."""
    said = columns @ curve
    belief = _PRIOR / 2 * float(((curve - _IDENTITY) ** 2).sum())
    return float((np.logaddexp(0.0, said) - right * said).sum()) + belief


def calibration_errors(scored: Sequence[Scored]) -> dict[str, tuple[float, int]]:
    """Return for each label the expected calibration error and how many spans it was measured on.

    Cross-fitted: the curves of one half of the notes are judged on the other half, both ways,
    so that no span is judged by a curve that has seen its note.
    """
    judged: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for half in (0, 1):
        curves = fitted_curves([one for one in scored if one.note % 2 != half])
        for one in scored:
            if one.note % 2 == half:
                judged[one.label].append((curves.get(one.label, Curve()).at(one.score), one.right))
    return {label: (expected_error(some), len(some)) for label, some in sorted(judged.items())}


def expected_error(scores: Sequence[tuple[float, bool]]) -> float:
    """Return the expected calibration error of (score, whether right) pairs; 0 of none."""
    bins: Mapping[int, list[tuple[float, bool]]] = defaultdict(list)
    for score, right in scores:
        bins[min(int(score * BINS), BINS - 1)].append((score, right))
    gaps = (abs(sum(score - right for score, right in some)) for some in bins.values())
    return sum(gaps) / len(scores) if scores else 0.0
