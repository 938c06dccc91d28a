"""Suggestions: what a person decides on what a tagger or an import proposed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from engine.annotation.annotation import PredictionId
from engine.errors import StoreError
from engine.store.annotations import Annotating
from engine.store.operations import Done, Recording
from engine.store.packing import checked_spans, pack, unpack
from engine.store.settling import LEFT
from engine.text.note import NoteId
from engine.text.span import Spans


class Proposed(NamedTuple):
    """A prediction as the operations need it."""

    id: int
    note: int
    start: int
    spans: str
    label: str


_PROPOSED = (
    "SELECT p.id, w.note_id, p.start, p.spans, p.label FROM prediction p JOIN answer w ON w.id = p.answer_id "
    "AND w.shown = 1 JOIN note n ON n.id = w.note_id AND n.hidden = 0 "
    "WHERE p.id IN (SELECT value FROM json_each(?))"
)
_LEFT_HERE = (
    f"SELECT p.id {LEFT.format(note='?1', annotator='?2')} AND p.start = ?3 AND p.spans = ?4 AND p.label = ?5"
)


class Deciding(Annotating):
    """Each method is one operation, as in `Annotating`; StoreError where a suggestion is gone."""

    def annotate(self, note: NoteId, spans: Spans, label: str, annotator: str) -> Done:
        """Tag a place.  Where the same suggestion stands, it is accepted.  `created`: the annotation.

        Raises:
            LabelError: the label set has no such label.
            OffsetError: the fragments do not lie in the note, or overlap.
            StoreError: the note is gone or finished, or the place is tagged so already.
        """
        self.label_set.type(label)
        with self._operation("annotate", f"Add {label}", annotator) as op:
            self._begin_notes(op, [note])
            who, new = self._who(op), checked_spans(spans, self._require(note)[1])
            self._refuse_equal(who, note, pack(new), label)
            same = self._one(_LEFT_HERE, note, who, new[0].start, pack(new), label)
            if same is None:
                made = [self._insert_annotation(op, note, new, label)]
            else:
                made = self._accept(op, [PredictionId(same[0])])
        return op.made(made)

    def accept(self, predictions: Sequence[PredictionId], annotator: str) -> Done:
        """Make suggestions into annotations that remember them; `created` are those, in order.

        A predicted relation whose two ends are both annotations then becomes a relation at once.

        Raises:
            StoreError: one is gone, or all are decided already, or a note is finished.
        """
        with self._operation("accept", "Accept", annotator) as op:
            made = self._accept(op, predictions)
        return op.made(made)

    def reject(self, predictions: Sequence[PredictionId], annotator: str) -> Done:
        """Decide that suggestions are wrong; equal ones are not shown again.

        Raises:
            StoreError: one is gone, or all are decided already, or a note is finished.
        """
        with self._operation("reject", "Reject", annotator) as op:
            wrong = self._undecided(op, predictions)
            op.title = _counted("Reject", wrong)
            for one in wrong:
                self._decide(op, one, "rejected")
        return op.made()

    def relabel_suggestion(self, prediction: PredictionId, label: str, annotator: str) -> Done:
        """Accept a suggestion with another label; `created` is the annotation.

        Raises:
            LabelError: the label set has no such label.
        """
        self.label_set.type(label)
        with self._operation("correct", "Accept and change", annotator) as op:
            (one,) = self._undecided(op, [prediction])
            op.title = f"Accept {one.label} as {label}"
            made = self._accept_as(op, one, unpack(one.spans), label)
        return op.made([made])

    def reshape_suggestion(self, prediction: PredictionId, spans: Spans, annotator: str) -> Done:
        """Accept a suggestion with other borders; `created` is the annotation.

        Raises:
            OffsetError: the fragments do not lie in the note, or overlap.
        """
        with self._operation("correct", "Accept and move", annotator) as op:
            (one,) = self._undecided(op, [prediction])
            op.title = f"Accept {one.label} with other borders"
            new = checked_spans(spans, self._require(one.note)[1])
            made = self._accept_as(op, one, new, one.label)
        return op.made([made])

    def _accept(self, op: Recording, predictions: Sequence[PredictionId]) -> list[int]:
        right = self._undecided(op, predictions)
        if op.kind == "accept":
            op.title = _counted("Accept", right)
        made = [self._stand_behind(op, one, unpack(one.spans), one.label) for one in right]
        for one in right:
            self._join(op, one)
        return made

    def _accept_as(self, op: Recording, one: Proposed, spans: Spans, label: str) -> int:
        made = self._stand_behind(op, one, spans, label)
        self._join(op, one)
        return made

    def _stand_behind(self, op: Recording, one: Proposed, spans: Spans, label: str) -> int:
        """Decide for a suggestion; returns its annotation: a new one, or the equal one that is there."""
        self._decide(op, one, "accepted")
        there = self._equal(self._who(op), one.note, pack(spans), label)
        return self._insert_annotation(op, one.note, spans, label, one.id) if there is None else there

    def _undecided(self, op: Recording, predictions: Sequence[PredictionId]) -> list[Proposed]:
        rows = self._all(_PROPOSED, json.dumps(list(predictions)))
        by_id = {row[0]: Proposed(*row) for row in rows}
        wanted = list(dict.fromkeys(predictions))
        if not wanted or any(one not in by_id for one in wanted):
            raise StoreError("This suggestion is not there any more.")
        who = self._who(op)
        left = [by_id[one] for one in wanted if self._decision(by_id[one], who) is None]
        if not left:
            raise StoreError("This was decided already.")
        self._begin_notes(op, (one.note for one in left))
        return left

    def _decision(self, one: Proposed, who: int) -> tuple[object, ...] | None:
        return self._one("SELECT id FROM decision WHERE prediction_id = ? AND annotator_id = ?", one.id, who)

    def _decide(self, op: Recording, one: Proposed, verdict: str) -> None:
        op.insert(
            "decision",
            one.note,
            {"prediction_id": one.id, "note_id": one.note, "annotator_id": self._who(op), "at": op.at,
             "verdict": verdict, "start": one.start, "spans": one.spans, "label": one.label},
        )  # fmt: skip

    def _join(self, op: Recording, one: Proposed) -> None:
        """Make the predicted relations of an accepted suggestion real where the other end is, too."""
        rows = self._all(
            "SELECT r.head, h.start, h.spans, h.label, r.tail, t.start, t.spans, t.label, r.label "
            "FROM answer w "
            "JOIN prediction p ON p.answer_id = w.id AND p.start = ?2 AND p.spans = ?3 AND p.label = ?4 "
            "JOIN predicted_relation r ON r.head = p.id OR r.tail = p.id "
            "JOIN prediction h ON h.id = r.head JOIN prediction t ON t.id = r.tail "
            "WHERE w.note_id = ?1 AND w.shown = 1 ORDER BY r.id",
            one.note,
            one.start,
            one.spans,
            one.label,
        )
        for row in rows:
            head = self._annotation_for(op, Proposed(row[0], one.note, *row[1:4]))
            tail = self._annotation_for(op, Proposed(row[4], one.note, *row[5:8]))
            if head is not None and tail is not None:
                self._relate(op, one.note, (head, tail), row[8])

    def _annotation_for(self, op: Recording, one: Proposed) -> int | None:
        """Return the annotation that came from a prediction, or one equal to it, or None."""
        who = self._who(op)
        row = self._one(
            "SELECT a.id FROM annotation a JOIN layer l ON l.id = a.layer_id "
            "WHERE a.prediction_id = ? AND l.annotator_id = ? AND l.kind = 'annotator'",
            one.id,
            who,
        )
        return self._equal(who, one.note, one.spans, one.label) if row is None else int(row[0])

    def _relate(self, op: Recording, note: int, ends: tuple[int, int], wanted: str | None) -> int | None:
        """Join two annotations where the label set allows it and they are not joined so; else None.

        The relation is `wanted` where that is legal, else the first legal one.
        """
        head, tail = ends
        (labels,) = self._all(
            "SELECT h.label, t.label FROM annotation h, annotation t WHERE h.id = ? AND t.id = ?", head, tail
        )
        legal = self.label_set.relations(labels[0], labels[1])
        if not legal or head == tail:
            return None
        label = wanted if wanted in legal else legal[0]
        if self._one("SELECT 1 FROM relation WHERE head = ? AND tail = ? AND label = ?", head, tail, label):
            return None
        self._adopt(op, self._held([head, tail]))
        layer = self._own_layer(self._who(op))
        return op.insert(
            "relation", note, {"note_id": note, "layer_id": layer, "head": head, "tail": tail, "label": label}
        )


def _counted(verb: str, what: Sequence[Proposed]) -> str:
    return f"{verb} {what[0].label}" if len(what) == 1 else f"{verb} {len(what)} suggestions"
