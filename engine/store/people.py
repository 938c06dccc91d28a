"""People: the annotators of a project, their layers, and the label set they work by."""

from __future__ import annotations

from engine.errors import ProjectDamaged, StoreError
from engine.labels.label_set import LabelSet
from engine.store import label_sets
from engine.store.operations import Operations, Recording, now


class People(Operations):
    """Who works here, and with which labels."""

    @property
    def title(self) -> str:
        """What the project is called in windows; its file's name where it has no title."""
        row = self._one("SELECT value FROM project WHERE key = 'title'")
        return str(row[0]) if row and row[0] else self.path.stem

    _label_set: LabelSet | None = None

    @property
    def label_set(self) -> LabelSet:
        """The label set of the project as it is now; the same object until it is changed."""
        row = self._one("SELECT fingerprint FROM label_set ORDER BY id DESC LIMIT 1")
        if row is None:
            raise ProjectDamaged(f"“{self.path.name}” has no label set. Restore it from a backup.")
        if self._label_set is None or self._label_set.fingerprint != row[0]:
            (definition,) = self._one("SELECT definition FROM label_set ORDER BY id DESC LIMIT 1") or ("",)
            self._label_set = label_sets.from_json(definition)
        return self._label_set

    def annotators(self) -> list[str]:
        """Return the names of all who ever worked here, in the order they came."""
        return [str(name) for (name,) in self._all("SELECT name FROM annotator ORDER BY id")]

    def ensure_annotator(self, name: str) -> int:
        """Return the number of the annotator called `name`, known from now on.

        Raises:
            StoreError: the name is empty.
        """
        name = name.strip()
        if not name:
            raise StoreError("The project needs to know who is working. Enter a name.")
        known = self._annotator(name)
        if known is not None:
            return known
        if self._recording is not None:
            return self._new_annotator(name)
        with self._transaction():
            return self._new_annotator(name)

    def _annotator(self, name: str) -> int | None:
        row = self._one("SELECT id FROM annotator WHERE name = ?", name.strip())
        return None if row is None else int(row[0])

    def _new_annotator(self, name: str) -> int:
        sql = "INSERT INTO annotator (name, added) VALUES (?, ?)"
        return int(self._conn.execute(sql, (name, now())).lastrowid)

    def _who(self, op: Recording) -> int:
        """Return the number of the one who does this operation."""
        return self.ensure_annotator(op.annotator)

    def _own_layer(self, who: int) -> int:
        """Return the layer that holds what annotator `who` stands behind."""
        row = self._one("SELECT id FROM layer WHERE kind = 'annotator' AND annotator_id = ?", who)
        if row is not None:
            return int(row[0])
        (name,) = self._one("SELECT name FROM annotator WHERE id = ?", who) or ("",)
        return self._new_layer("annotator", name, annotator=who)

    def _new_layer(self, kind: str, name: str, annotator: int | None = None, run: int | None = None) -> int:
        sql = "INSERT INTO layer (kind, name, annotator_id, run_id) VALUES (?, ?, ?, ?)"
        return int(self._conn.execute(sql, (kind, name, annotator, run)).lastrowid)
