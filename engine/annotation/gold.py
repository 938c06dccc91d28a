"""Gold: the annotations of a note, fit to learn from and to measure by once it is finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.annotation.annotation import Annotation, AnnotationId, Relation
from engine.annotation.said import LabelledSpan
from engine.text.note import Note
from engine.text.token import Tokens


@dataclass(frozen=True, slots=True)
class Gold:
    """What a person stands behind in one note, and what they said no to.

    `annotations` and `rejected` are sorted by (first start, -last end, label); `relations` join ids
    of `annotations`.  `rejected` are suggestions that a person found wrong: negatives to learn from;
    none of them equals an annotation.  `finished` false means partial: what is not annotated was
    perhaps not looked at.  `origins` says where each annotation came from: ``person``,
    ``import NAME``, ``TAGGER accepted`` or ``TAGGER corrected``, of several taggers that worked
    together with the identity of the one that made it: ``TAGGER (ONE) accepted``.
    """

    note: Note
    tokens: Tokens = field(repr=False)
    annotations: tuple[Annotation, ...]
    relations: tuple[Relation, ...]
    rejected: tuple[LabelledSpan, ...]
    finished: bool
    origins: Mapping[AnnotationId, str]
