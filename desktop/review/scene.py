"""Scene: all that the note view shows of one note, at one revision."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.annotation.annotation import Annotation, PredictedRelation, Prediction, Relation
from engine.labels.label_set import LabelSet
from engine.text.note import NoteId
from engine.text.span import Span
from engine.text.token import Tokens


@dataclass(frozen=True, slots=True)
class NoteScene:
    """One note as the store said it, frozen; built on any thread, shown on the window's.

    `placeholders` are the de-identification marks of the text.  `revision` grows with
    each change of the note.  `finished` notes are shown, but keys do not change them.
    """

    note: NoteId
    text: str = field(repr=False)
    tokens: Tokens = field(repr=False)
    labels: LabelSet = field(repr=False)
    annotations: tuple[Annotation, ...] = field(default=(), repr=False)
    relations: tuple[Relation, ...] = field(default=(), repr=False)
    suggestions: tuple[Prediction, ...] = field(default=(), repr=False)
    suggested_relations: tuple[PredictedRelation, ...] = field(default=(), repr=False)
    placeholders: tuple[Span, ...] = field(default=(), repr=False)
    revision: int = 0
    finished: bool = False
