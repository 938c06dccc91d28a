"""Annotation: a labelled place in a note that a person stands behind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NewType

from engine.annotation.said import LabelledSpan
from engine.text.note import NoteId
from engine.text.span import Span, Spans, hull

AnnotationId = NewType("AnnotationId", int)
PredictionId = NewType("PredictionId", int)
RelationId = NewType("RelationId", int)
LayerId = NewType("LayerId", int)
RunId = NewType("RunId", int)


class Status(Enum):
    """How far a note has come.  Suggested is never done."""

    NEW = "new"  # nobody and nothing has looked at it
    SUGGESTED = "suggested"  # a tagger has, a person has not
    STARTED = "started"  # a person has begun
    FINISHED = "finished"  # a person stands behind all of it: gold


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a run proposed; never changed afterwards."""

    id: PredictionId
    note: NoteId
    layer: LayerId
    said: LabelledSpan


@dataclass(frozen=True, slots=True)
class PredictedRelation:
    """A relation that a run proposed between two of its predictions."""

    head: PredictionId
    tail: PredictionId
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Annotation:
    """A labelled place that a person stands behind; it remembers the prediction it came from."""

    id: AnnotationId
    note: NoteId
    layer: LayerId
    spans: Spans
    label: str
    annotator: str
    prediction: PredictionId | None = None

    @property
    def hull(self) -> Span:
        """From the first character of the first fragment to the last of the last."""
        return hull(self.spans)


@dataclass(frozen=True, slots=True)
class Relation:
    """A labelled, directed pair of annotations of one layer: `tail` says something of `head`."""

    id: RelationId
    note: NoteId
    layer: LayerId
    head: AnnotationId
    tail: AnnotationId
    label: str
