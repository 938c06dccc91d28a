"""Relations: joining a modifier to what it says something of, and parting them."""

from __future__ import annotations

from engine.annotation.annotation import AnnotationId, RelationId
from engine.errors import LabelError, StoreError
from engine.store.operations import Done
from engine.store.suggestions import Deciding


class Relating(Deciding):
    """Each method is one operation, as in `Annotating`."""

    def link(
        self, head: AnnotationId, tail: AnnotationId, annotator: str, relation: str | None = None
    ) -> Done:
        """Join `tail` (mostly a modifier) to `head`; `created` is the relation.

        Where the label set has several relations for such a pair, `relation` says which; else its first.

        Raises:
            LabelError: the label set does not allow this pair.
            StoreError: they are joined already, or lie in two notes, or one is gone.
        """
        with self._operation("link", "Join", annotator) as op:
            if head == tail:
                raise StoreError("An annotation cannot be joined to itself.")
            one, other = self._begin(op, [head, tail])
            if one.note != other.note:
                raise StoreError("Only annotations of one note can be joined.")
            if relation not in (None, *self.label_set.relations(one.label, other.label)):
                raise LabelError(f"“{other.label}” may not be joined to “{one.label}” as “{relation}”.")
            self.label_set.require_relation(one.label, other.label)
            op.title = f"Join {other.label} to {one.label}"
            made = self._relate(op, one.note, (head, tail), relation)
            if made is None:
                raise StoreError("These two are joined already.")
        return op.made([made])

    def unlink(self, relation: RelationId, annotator: str) -> Done:
        """Part two annotations.

        Raises:
            StoreError: the relation is gone.
        """
        with self._operation("unlink", "Part", annotator) as op:
            row = self._one("SELECT head, tail, note_id FROM relation WHERE id = ?", relation)
            if row is None:
                raise StoreError("This relation is not there any more.")
            head, tail = self._begin(op, [AnnotationId(row[0]), AnnotationId(row[1])])
            op.title = f"Part {tail.label} from {head.label}"
            op.remove("relation", relation, row[2])
        return op.made()
