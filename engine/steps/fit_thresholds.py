"""Fit thresholds: gold notes and a language model become the biases by which its labels come out best."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine.annotation.said import Answer
from engine.errors import InputError
from engine.evaluation.comparison import Compared, compare_runs
from engine.evaluation.judged import Judged
from engine.formats.document import Document
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files.thresholds import Thresholds
from engine.taggers.registry import TaggerSpec
from engine.taggers.tagger import Tagger
from engine.training.cross_fitting import bias_of, cross_fitted, eagerly

Load = Callable[[Mapping[str, Any]], Tagger]
"""Loads the model with these options over those that it has."""

FEWEST_NOTES = 2
"""One note cannot be measured with thresholds from another."""

_PASSES = 3
"""Each note is tagged with no thresholds, eagerly, and with those that fit the other notes."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The option ``bias`` from all `notes` notes with tags, and what such thresholds do.

    `effect` is strict F1 of the labels that can be tagged (entities) without thresholds and with
    those that fit the other notes, which is what a note not among these can expect.
    """

    bias: dict[str, float]
    notes: int
    tags: int
    effect: Compared


def fit_thresholds(load: Load, gold: Sequence[Document], labels: LabelSet, job: Job) -> Fitted:
    """Return the option ``bias`` for the model that `load` loads, and what it does to the F1 of `gold`.

    Each note is tagged three times.  Notes without tags take no part.

    Raises:
        InputError: fewer than two notes of `gold` have tags of entities.
        Cancelled: the job was cancelled.
        ModelError: see `Tagger.tag`.
    """
    names = {one.name for one in labels.entities}
    marked = [one for one in gold if any(item.label in names for item in one.items)]
    if len(marked) < FEWEST_NOTES:
        raise InputError(
            "Thresholds are fitted to two notes with tags or more, so there is nothing to fit to."
        )
    tagging = _Tagging(load, marked, labels, job)
    without = tagging.tag(range(len(marked)), {})
    crossed = cross_fitted(len(marked), tagging.tag, labels)
    tags = sum(item.label in names for one in marked for item in one.items)
    return Fitted(bias_of(tagging.eager, labels), len(marked), tags, _effect(without, crossed, labels))


class _Tagging:
    """Tags some of the notes with a bias, and keeps those that were tagged eagerly."""

    def __init__(self, load: Load, notes: Sequence[Document], labels: LabelSet, job: Job) -> None:
        self._load = load
        self._notes = notes
        self._labels = labels
        self._job = job
        self._done = 0
        self.eager: list[Judged] = []

    def tag(self, numbers: Sequence[int], bias: Mapping[str, float]) -> list[Judged]:
        """Return the notes with these numbers, as the model tags them with `bias`."""
        notes = [self._notes[number] for number in numbers]
        found: list[Judged] = []
        with closing(self._load({"bias": dict(bias)})) as tagger:
            for note, said in zip(
                notes, tagger.tag([one.text for one in notes], self._labels, self._job.unseen()), strict=True
            ):
                found.append(Judged(note.name, note.text, note.answer or Answer(), said))
                self._done += 1
                self._job.report("Fitting thresholds", self._done, _PASSES * len(self._notes))
        if bias == eagerly(self._labels):
            self.eager = found
        return found


def _effect(without: Sequence[Judged], crossed: Sequence[Judged], labels: LabelSet) -> Compared:
    """Return strict F1 of what can be tagged, without thresholds first."""
    found = {one.group: one for one in compare_runs(without, crossed, labels) if one.rule == "strict"}
    return found.get("entities") or found["all"]


def as_thresholds(name: str, spec: TaggerSpec, labels: LabelSet, gold: str, fitted: Fitted) -> Thresholds:
    """Return what is kept of `fitted` under `name`; `gold` says which notes it was."""
    effect = fitted.effect
    return Thresholds(
        name,
        spec.title or spec.name,
        spec.sha256,
        labels.name,
        fitted.bias,
        gold,
        fitted.notes,
        fitted.tags,
        datetime.now(UTC).isoformat(timespec="seconds"),
        effect.first.f1,
        effect.second.f1,
        effect.difference.f1,
        effect.difference.interval.low,
        effect.difference.interval.high,
        effect.difference.p,
    )
