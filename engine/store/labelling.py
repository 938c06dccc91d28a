"""Labelling: the label set of a project, changed while it is in use."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import LabelError
from engine.labels.checks import faults
from engine.labels.label_set import LabelSet
from engine.store import label_sets
from engine.store.layers import Layering
from engine.store.operations import Done

_USED = """
SELECT label, count(*) FROM (SELECT label FROM annotation UNION ALL SELECT label FROM prediction)
GROUP BY label
"""
_JOINED = """
SELECT h, t, label, count(*) FROM (
  SELECT a.label AS h, b.label AS t, r.label FROM relation r
  JOIN annotation a ON a.id = r.head JOIN annotation b ON b.id = r.tail
  UNION ALL
  SELECT a.label, b.label, r.label FROM predicted_relation r
  JOIN prediction a ON a.id = r.head JOIN prediction b ON b.id = r.tail)
GROUP BY h, t, label
"""
_MOST = 5


class Labelling(Layering):
    """Changing what may be said in a project."""

    def change_label_set(self, labels: LabelSet, annotator: str) -> Done:
        """Work by `labels` from now on: one operation, undone like any other.

        Definitions, guidelines, colours and keys may change freely, types and pairs be added.
        Those that a tag or a relation of the project has, also of a suggestion, have to stay.

        Raises:
            LabelError: the set has faults, or lacks something that is in use; each is named.
        """
        wrong = faults(labels) or list(self._missed(labels))
        if wrong:
            more = f" And {len(wrong) - _MOST} more." if len(wrong) > _MOST else ""
            raise LabelError(" ".join(wrong[:_MOST]) + more)
        with self._operation("labels", f"Change the label set to {labels.title}", annotator) as op:
            (row,) = self._one("SELECT max(id) FROM label_set") or (0,)
            op.labels_changed = True
            op.change(
                "label_set",
                row,
                None,
                name=labels.name,
                version=labels.version,
                fingerprint=labels.fingerprint,
                definition=label_sets.to_json(labels),
            )
        return op.made()

    def _missed(self, labels: LabelSet) -> Iterator[str]:
        """Yield what is in use and would be gone."""
        gone = {label: count for label, count in self._all(_USED) if label not in labels}
        for label, count in gone.items():
            yield f"“{label}” stands at {_counted(count, 'tag')} of this project, so it has to stay."
        for head, tail, label, count in self._all(_JOINED):
            if head not in gone and tail not in gone and label not in labels.relations(head, tail):
                where = _counted(count, "place")
                yield f"“{tail}” is joined to “{head}” in {where}, so the pair has to stay."


def _counted(number: int, one: str) -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}"
