"""Finishing: a person says that they stand behind all of a note."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import StoreError
from engine.store.operations import Done, Recording
from engine.store.relations import Relating
from engine.store.settling import LEFT
from engine.text.note import NoteId

_COUNT_LEFT = f"SELECT count(DISTINCT p.label || p.spans) {LEFT.format(note='?1', annotator='?2')}"


class Finishing(Relating):
    """Finishing and reopening notes; both are operations."""

    def finish(self, note: NoteId, annotator: str) -> Done:
        """Finish a note: its annotations are gold from now on.

        Raises:
            StoreError: suggestions are left unseen (it says how many), or it is finished already.
        """
        return self.finish_notes([note], annotator)

    def finish_notes(self, notes: Sequence[NoteId], annotator: str) -> Done:
        """Finish several notes, all or none, as one step.  Raises as `finish` does."""
        one = len(notes) == 1
        title = "Finish note" if one else f"Finish {len(notes)} notes"
        with self._operation("finish", title, annotator) as op:
            for note in notes:
                self._finish(op, note)
        return op.made()

    def _finish(self, op: Recording, note: NoteId) -> None:
        self._begin_notes(op, [note])
        (left,) = self._one(_COUNT_LEFT, note, self._who(op)) or (0,)
        if left:
            what = "1 suggestion is" if left == 1 else f"{left} suggestions are"
            name = self._require(note)[0]
            raise StoreError(f"{what} left to decide in “{name}”. Accept or reject them first.")
        op.change("note", note, note, finished=1)

    def reopen(self, note: NoteId, annotator: str) -> Done:
        """Open a finished note for changes.

        Raises:
            StoreError: it is not finished.
        """
        with self._operation("reopen", "Reopen note", annotator) as op:
            if not self._require(note)[2]:
                raise StoreError("This note is not finished.")
            op.change("note", note, note, finished=0, started=1, annotator_id=self._who(op))
        return op.made()
