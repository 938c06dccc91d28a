"""Annotations: adding, changing and deleting what a person stands behind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from engine.annotation.annotation import AnnotationId
from engine.errors import StoreError
from engine.store.operations import Done, Recording
from engine.store.packing import checked_spans, pack, unpack
from engine.store.view import Viewing
from engine.text.span import Spans, hull


class Held(NamedTuple):
    """An annotation in the file, as the operations need it."""

    id: int
    note: int
    layer: int
    spans: str
    label: str
    prediction: int | None
    kind: str
    owner: int | None


_HELD = (
    "SELECT a.id, a.note_id, a.layer_id, a.spans, a.label, a.prediction_id, l.kind, l.annotator_id "
    "FROM annotation a JOIN layer l ON l.id = a.layer_id JOIN note n ON n.id = a.note_id AND n.hidden = 0 "
    "WHERE a.id IN (SELECT value FROM json_each(?))"
)


class Annotating(Viewing):
    """Each method is one operation: one transaction, one row of the log, one step of undo.

    All of them raise StoreError where a note is finished (“Reopen it”), where an annotation is gone
    or another annotator's, and where an equal annotation is there already.
    """

    def relabel(self, annotation: AnnotationId, label: str, annotator: str) -> Done:
        """Give an annotation another label; relations that are no longer legal go with it.

        Raises:
            LabelError: the label set has no such label.
        """
        self.label_set.type(label)
        with self._operation("relabel", "Change a label", annotator) as op:
            held = self._begin(op, [annotation])[0]
            if held.label == label:
                raise StoreError(f"This is “{label}” already.")
            self._refuse_equal(self._who(op), held.note, held.spans, label)
            op.title = f"Change {held.label} to {label}"
            op.change("annotation", held.id, held.note, label=label)
            self._fit_relations(op, held.note, held.id)
        return op.made()

    def reshape(self, annotation: AnnotationId, spans: Spans, annotator: str) -> Done:
        """Move the borders of an annotation; label, relations and origin stay.

        Raises:
            OffsetError: the fragments do not lie in the note, or overlap.
        """
        with self._operation("reshape", "Move a border", annotator) as op:
            held = self._begin(op, [annotation])[0]
            new = checked_spans(spans, self._require(held.note)[1])
            if pack(new) == held.spans:
                raise StoreError("The borders are there already.")
            self._refuse_equal(self._who(op), held.note, pack(new), held.label)
            op.title = moved_title(unpack(held.spans), new, held.label)
            op.change(
                "annotation", held.id, held.note,
                start=new[0].start, end=hull(new).end, spans=pack(new),
            )  # fmt: skip
        return op.made()

    def delete(self, annotations: Sequence[AnnotationId], annotator: str) -> Done:
        """Delete annotations and their relations.  What came from a suggestion counts as rejected."""
        with self._operation("delete", "Delete", annotator) as op:
            gone = self._begin(op, annotations)
            what = gone[0].label if len(gone) == 1 else f"{len(gone)} annotations"
            op.title = f"Delete {what}"
            for held in gone:
                for relation, _, _ in self._relations_of(held.id):
                    op.remove("relation", relation, held.note)
                op.remove("annotation", held.id, held.note)
                self._reject_its_prediction(op, held)
        return op.made()

    def _reject_its_prediction(self, op: Recording, held: Held) -> None:
        decision = self._one(
            "SELECT id FROM decision WHERE prediction_id = ? AND annotator_id = ?",
            held.prediction,
            self._who(op),
        )
        if decision is not None:
            op.change("decision", decision[0], held.note, verdict="rejected")

    def _insert_annotation(
        self, op: Recording, note: int, spans: Spans, label: str, prediction: int | None = None
    ) -> int:
        who = self._who(op)
        return op.insert(
            "annotation",
            note,
            {"note_id": note, "layer_id": self._own_layer(who), "start": spans[0].start,
             "end": hull(spans).end, "spans": pack(spans), "label": label, "annotator_id": who,
             "at": op.at, "prediction_id": prediction, "imported_by": None},
        )  # fmt: skip

    def _begin_notes(self, op: Recording, notes: Iterable[int]) -> None:
        """Note that a person works on these notes from now on.

        Raises:
            StoreError: one is finished, or gone.
        """
        who = self._who(op)
        for note in dict.fromkeys(notes):
            name, _, finished = self._require(note)
            if finished:
                raise StoreError(f"“{name}” is finished. Reopen it to change it.")
            op.change("note", note, note, started=1, annotator_id=who)
            op.notes.add(note)
            self._store_tokens(note)

    def _begin(self, op: Recording, annotations: Sequence[AnnotationId]) -> list[Held]:
        """Return these annotations, in the annotator's own layer from now on."""
        by_id = {one.id: one for one in self._held(annotations)}
        wanted = list(dict.fromkeys(annotations))
        if not wanted or any(one not in by_id for one in wanted):
            raise StoreError("This annotation is not there any more.")
        self._begin_notes(op, (held.note for held in by_id.values()))
        held = [by_id[one] for one in wanted]
        self._adopt(op, held)
        return held

    def _held(self, annotations: Iterable[int]) -> list[Held]:
        return [Held(*row) for row in self._all(_HELD, json.dumps(list(annotations)))]

    def _adopt(self, op: Recording, held: Sequence[Held]) -> None:
        """Take what was imported into the annotator's own layer, with all it is joined to.

        Relations join annotations of one layer, so what hangs together moves together; ids stay.

        Raises:
            StoreError: it is another annotator's.
        """
        who = self._who(op)
        own = self._own_layer(who)
        waiting = [one.id for one in held if one.layer != own]
        if any(one.kind == "annotator" and one.owner != who for one in held):
            raise StoreError("This annotation is another annotator's. Only they can change it.")
        seen: set[int] = set()
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            (note,) = self._one("SELECT note_id FROM annotation WHERE id = ?", one) or (0,)
            op.change("annotation", one, note, layer_id=own)
            for relation, head, tail in self._relations_of(one):
                op.change("relation", relation, note, layer_id=own)
                waiting += [head, tail]

    def _relations_of(self, annotation: int) -> list[tuple[int, int, int]]:
        rows = self._all(
            "SELECT id, head, tail FROM relation WHERE head = ?1 OR tail = ?1 ORDER BY id", annotation
        )
        return [(i, head, tail) for i, head, tail in rows]

    def _fit_relations(self, op: Recording, note: int, annotation: int) -> None:
        """Rename the relations of a relabelled annotation, and remove those that are not legal now."""
        rows = self._all(
            "SELECT r.id, r.head, r.tail, r.label, h.label, t.label "
            "FROM relation r JOIN annotation h ON h.id = r.head "
            "JOIN annotation t ON t.id = r.tail WHERE r.head = ?1 OR r.tail = ?1",
            annotation,
        )
        for relation, head, tail, label, head_label, tail_label in rows:
            legal = self.label_set.relations(head_label, tail_label)
            if label in legal:
                continue
            there = legal and self._one(
                "SELECT 1 FROM relation WHERE head = ? AND tail = ? AND label = ?", head, tail, legal[0]
            )
            if not legal or there:
                op.remove("relation", relation, note)
            else:
                op.change("relation", relation, note, label=legal[0])

    def _equal(self, who: int, note: int, spans: str, label: str) -> int | None:
        """Return the annotation in view that has these fragments and this label, or None."""
        row = self._one(
            "SELECT a.id FROM annotation a JOIN layer l ON l.id = a.layer_id "
            "WHERE a.note_id = ? AND a.start = ? AND a.label = ? AND a.spans = ? "
            "AND (l.kind <> 'annotator' OR l.annotator_id = ?)",
            note,
            unpack(spans)[0].start,
            label,
            spans,
            who,
        )
        return None if row is None else int(row[0])

    def _refuse_equal(self, who: int, note: int, spans: str, label: str) -> None:
        if self._equal(who, note, spans, label) is not None:
            raise StoreError(f"This place is tagged “{label}” already.")


def moved_title(old: Spans, new: Spans, label: str) -> str:
    """Return what moving the borders of an annotation is called."""
    if len(old) == len(new):
        if old[0].start != new[0].start and hull(old).end == hull(new).end and old[1:] == new[1:]:
            return f"Move start of {label}"
        if hull(old).end != hull(new).end and old[0].start == new[0].start and old[:-1] == new[:-1]:
            return f"Move end of {label}"
    return f"Move {label}"
