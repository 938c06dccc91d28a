"""View: all that a reviewer sees of one note."""

# ruff: noqa: S608 - SQL is put together from the constants of this package only

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine.annotation.annotation import (
    Annotation,
    AnnotationId,
    LayerId,
    PredictedRelation,
    Prediction,
    PredictionId,
    Relation,
    RelationId,
    Status,
)
from engine.annotation.said import Alignment, Unplaced
from engine.errors import StoreError
from engine.store.notes import Notes
from engine.store.packing import PREDICTED, pack, unpack
from engine.store.remembered import RememberedPredictions, prediction_of
from engine.store.settling import LEFT, MINE
from engine.text.note import Note, NoteId
from engine.text.token import Tokens

Key = tuple[str, str]
"""Fragments and label as the file holds them: what makes two suggestions the same."""

_ANNOTATED = "a.id, a.note_id, a.layer_id, a.spans, a.label, b.name, a.prediction_id"
_ANNOTATIONS = (
    f"SELECT {_ANNOTATED} FROM annotation a JOIN layer l ON l.id = a.layer_id "
    f"JOIN annotator b ON b.id = a.annotator_id WHERE a.note_id = ?1 AND {MINE.format(annotator='?2')} "
    'ORDER BY a.start, a."end" DESC, a.label, a.id'
)
_RELATIONS = (
    "SELECT r.id, r.note_id, r.layer_id, r.head, r.tail, r.label FROM relation r "
    f"JOIN layer l ON l.id = r.layer_id WHERE r.note_id = ?1 AND {MINE.format(annotator='?2')} "
    "ORDER BY r.head, r.tail"
)
_SUGGESTIONS = (
    f"SELECT {PREDICTED} {LEFT.format(note='?1', annotator='?2')} "
    'ORDER BY p.start, p."end" DESC, p.label, p.score DESC, p.id'
)


@dataclass(frozen=True, slots=True)
class NoteView:
    """What one annotator sees of one note, at one `revision`.

    `annotations` and `suggestions` are sorted by (first start, -last end, label).  `suggestions` are
    what is left to decide.  `suggested_relations` have a suggestion at one end at least; where the
    other end is decided already, `stands_for` gives its annotation.  `origins` names the layers.
    `others` counts annotations of other annotators, which are not shown.
    """

    note: Note
    tokens: Tokens
    annotations: tuple[Annotation, ...]
    relations: tuple[Relation, ...]
    suggestions: tuple[Prediction, ...]
    suggested_relations: tuple[PredictedRelation, ...]
    status: Status
    revision: int
    stands_for: Mapping[PredictionId, AnnotationId] = field(default_factory=dict)
    origins: Mapping[LayerId, str] = field(default_factory=dict)
    others: Mapping[str, int] = field(default_factory=dict)
    unplaced: tuple[Unplaced, ...] = ()


class Viewing(Notes):
    """Reading a note as an annotator sees it."""

    @cached_property
    def _predictions(self) -> RememberedPredictions:
        return RememberedPredictions()

    def view(self, note: NoteId, annotator: str) -> NoteView:
        """Return what `annotator` sees of a note: their own layer, imports, suggestions left.

        Raises:
            StoreError: the note is not in the project.
        """
        who = self._annotator(annotator)
        text = self.note(note)
        annotations = tuple(_annotation(row) for row in self._all(_ANNOTATIONS, note, who))
        suggestions, kept = self._suggestions(note, who)
        joins, stands_for = self._suggested_relations(note, annotations, kept)
        status, revision = self._one("SELECT status, revision FROM note WHERE id = ?", note) or ("new", 0)
        return NoteView(
            text,
            self.tokens(note),
            annotations,
            tuple(_relation(*row) for row in self._all(_RELATIONS, note, who)),
            suggestions,
            joins,
            Status(status),
            revision,
            stands_for,
            self._origins(note),
            self._others(note, who),
            self._unplaced(note),
        )

    def _suggestions(
        self, note: int, who: int | None
    ) -> tuple[tuple[Prediction, ...], dict[Key, PredictionId]]:
        """Return what is left to decide, the surest of equal ones, and which stands for which place."""
        kept: dict[Key, PredictionId] = {}
        shown: list[Prediction] = []
        for row, prediction in self._predictions.of(note, self._all(_SUGGESTIONS, note, who)):
            key = (row[2], row[3])
            if key not in kept:
                kept[key] = prediction.id
                shown.append(prediction)
        return tuple(shown), kept

    def _suggested_relations(
        self, note: int, annotations: tuple[Annotation, ...], kept: Mapping[Key, PredictionId]
    ) -> tuple[tuple[PredictedRelation, ...], dict[PredictionId, AnnotationId]]:
        by_prediction = {one.prediction: one.id for one in annotations if one.prediction is not None}
        by_place = {(pack(one.spans), one.label): one.id for one in annotations}
        stands_for: dict[PredictionId, AnnotationId] = {}

        def end(prediction: int, place: Key) -> tuple[PredictionId | None, bool]:
            if place in kept:
                return kept[place], True
            annotation = by_prediction.get(PredictionId(prediction)) or by_place.get(place)
            if annotation is None:
                return None, False
            stands_for[PredictionId(prediction)] = annotation
            return PredictionId(prediction), False

        joins: dict[tuple[PredictionId, PredictionId, str], PredictedRelation] = {}
        for head, head_place, tail, tail_place, label, score in self._predicted_relations(note):
            (h, h_left), (t, t_left) = end(head, head_place), end(tail, tail_place)
            if h is not None and t is not None and (h_left or t_left):
                joins.setdefault((h, t, label), PredictedRelation(h, t, label, score))
        used = {one for h, t, _ in joins for one in (h, t)}
        return tuple(joins.values()), {p: a for p, a in stands_for.items() if p in used}

    def _predicted_relations(self, note: int) -> Iterator[tuple[int, Key, int, Key, str, float]]:
        """Yield what the shown answers join: head, its place, tail, its place, label, score."""
        rows = self._all(
            "SELECT r.head, h.spans, h.label, r.tail, t.spans, t.label, r.label, r.score FROM answer w "
            "JOIN predicted_relation r ON r.answer_id = w.id JOIN prediction h ON h.id = r.head "
            "JOIN prediction t ON t.id = r.tail WHERE w.note_id = ? AND w.shown = 1 ORDER BY r.id",
            note,
        )
        for head, hs, hl, tail, ts, tl, label, score in rows:
            yield head, (hs, hl), tail, (ts, tl), label, score

    def _origins(self, note: int) -> dict[LayerId, str]:
        rows = self._all(
            "SELECT id, name FROM layer WHERE id IN (SELECT layer_id FROM annotation WHERE note_id = ?1 "
            "UNION SELECT layer_id FROM answer WHERE note_id = ?1)",
            note,
        )
        return {LayerId(layer): name for layer, name in rows}

    def _others(self, note: int, who: int | None) -> dict[str, int]:
        rows = self._all(
            "SELECT l.name, count(*) FROM annotation a JOIN layer l ON l.id = a.layer_id "
            "WHERE a.note_id = ?1 AND l.kind = 'annotator' AND l.annotator_id IS NOT ?2 GROUP BY l.id",
            note,
            who,
        )
        return dict(rows)

    def _unplaced(self, note: int) -> tuple[Unplaced, ...]:
        rows = self._all(
            "SELECT u.label, u.surface, u.alignment, u.raw FROM answer w "
            "JOIN unplaced u ON u.answer_id = w.id WHERE w.note_id = ? AND w.shown = 1 ORDER BY u.id",
            note,
        )
        return tuple(Unplaced(label, surface, Alignment(how), raw) for label, surface, how, raw in rows)

    def annotation(self, annotation: AnnotationId) -> Annotation:
        """Return one annotation.

        Raises:
            StoreError: it is gone.
        """
        row = self._one(
            f"SELECT {_ANNOTATED} FROM annotation a JOIN annotator b ON b.id = a.annotator_id "
            "JOIN note n ON n.id = a.note_id AND n.hidden = 0 WHERE a.id = ?",
            annotation,
        )
        if row is None:
            raise StoreError("This annotation is not there any more.")
        return _annotation(row)

    def prediction(self, prediction: PredictionId) -> Prediction:
        """Return one prediction, decided or not.

        Raises:
            StoreError: it is gone.
        """
        row = self._one(
            f"SELECT w.note_id, {PREDICTED} FROM prediction p JOIN answer w ON w.id = p.answer_id "
            "JOIN note n ON n.id = w.note_id AND n.hidden = 0 WHERE p.id = ?",
            prediction,
        )
        if row is None:
            raise StoreError("This suggestion is not there any more.")
        return prediction_of(row[0], row[1:])


def _annotation(row: tuple[Any, ...]) -> Annotation:
    """Return an annotation from the columns of `_ANNOTATED`."""
    i, note, layer, spans, label, annotator, prediction = row
    source = None if prediction is None else PredictionId(prediction)
    return Annotation(AnnotationId(i), NoteId(note), LayerId(layer), unpack(spans), label, annotator, source)


def _relation(i: int, note: int, layer: int, head: int, tail: int, label: str) -> Relation:
    return Relation(
        RelationId(i), NoteId(note), LayerId(layer), AnnotationId(head), AnnotationId(tail), label
    )
