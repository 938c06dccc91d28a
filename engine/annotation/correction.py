"""Correction: the difference between what a tagger proposed and what a person stands behind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from engine.annotation.annotation import Annotation, Prediction
from engine.text.note import NoteId


class Change(Enum):
    """What a person did with a suggestion, or without one."""

    ACCEPTED = "accepted"  # as it was
    RELABELLED = "relabelled"  # the place stayed
    MOVED = "moved"  # the label stayed
    REPLACED = "replaced"  # neither stayed
    REJECTED = "rejected"
    ADDED = "added"  # no tagger had proposed it


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision of a person: `prediction` is None where they added, `annotation` where they rejected."""

    note: NoteId
    change: Change
    prediction: Prediction | None
    annotation: Annotation | None


def correction(prediction: Prediction | None, annotation: Annotation | None) -> Correction:
    """Return what it took to come from `prediction` to `annotation`.

    Raises:
        ValueError: neither is given.
    """
    if annotation is None:
        if prediction is None:
            raise ValueError("a correction needs a prediction or an annotation")
        return Correction(prediction.note, Change.REJECTED, prediction, None)
    return Correction(annotation.note, _change(prediction, annotation), prediction, annotation)


def _change(prediction: Prediction | None, annotation: Annotation) -> Change:
    if prediction is None:
        return Change.ADDED
    same_place = prediction.said.spans == annotation.spans
    if prediction.said.label == annotation.label:
        return Change.ACCEPTED if same_place else Change.MOVED
    return Change.RELABELLED if same_place else Change.REPLACED
