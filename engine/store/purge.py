"""Purge: erasing notes for good, the one operation without undo."""

# ruff: noqa: S608 - SQL is put together from the constants of this package only

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ProjectLocked, StoreError
from engine.store.backup import BackingUp
from engine.store.integrity import Checking
from engine.store.operations import PART_OF_STEP, Done
from engine.store.sqlite import foreseen
from engine.text.note import NoteId

_THESE = "IN (SELECT value FROM json_each(?1))"
_ANSWERS = f"IN (SELECT id FROM answer WHERE note_id {_THESE})"

_ERASE = (
    f"DELETE FROM relation WHERE note_id {_THESE}",
    f"DELETE FROM decision WHERE note_id {_THESE}",
    f"DELETE FROM annotation WHERE note_id {_THESE}",
    f"DELETE FROM predicted_relation WHERE answer_id {_ANSWERS}",
    f"DELETE FROM unplaced WHERE answer_id {_ANSWERS}",
    f"DELETE FROM raw_answer WHERE answer_id {_ANSWERS}",
    f"DELETE FROM prediction WHERE answer_id {_ANSWERS}",
    f"DELETE FROM answer WHERE note_id {_THESE}",
    f"DELETE FROM run_note WHERE note_id {_THESE}",
    f"DELETE FROM note_tokens WHERE note_id {_THESE}",
    f"DELETE FROM note_text WHERE id {_THESE}",
    f"DELETE FROM row_image WHERE note_id {_THESE}",
    f"DELETE FROM note WHERE id {_THESE}",
)
"""What is known of a note, all of it, in an order that no foreign key minds."""

# A step of which nothing is left can neither be undone nor redone.  A run can: its row is its effect.
_DROP_EMPTY = """
UPDATE step SET state = 'dropped' WHERE state <> 'dropped'
  AND id NOT IN (SELECT step FROM run)
  AND NOT EXISTS (SELECT 1 FROM operation o JOIN row_image i ON i.operation_id = o.id WHERE {part})
""".format(part=PART_OF_STEP.format("step.id"))


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge did.  `backups` were made before it and still hold the notes."""

    done: Done
    backups: tuple[Path, ...]

    @property
    def warning(self) -> str:
        """A sentence for the user; empty where no backup is left."""
        if not self.backups:
            return ""
        names = ", ".join(f"“{one.name}”" for one in self.backups)
        return f"These backups still hold the erased notes; delete them, too, if they must go: {names}."


class Purging(Checking, BackingUp):
    """Erasing."""

    def purge(self, notes: Sequence[NoteId], annotator: str) -> Purged:
        """Erase notes, removed ones too: text, names, annotations, suggestions, and the log's payload.

        There is no undo.  The log keeps that something was erased, by number only.  The file is then
        written anew, so that nothing of the text stays in it.

        Raises:
            StoreError: one of the notes is not in the file.
            ProjectLocked: a search or an export is reading the file; the sentence says what was done.
            DiskFull: the notes are erased, but the file could not be written anew: `write_anew` later.
        """
        these = json.dumps(sorted(set(notes)))
        (there,) = self._one(f"SELECT count(*) FROM note WHERE id {_THESE}", these) or (0,)
        if not notes or there != len(set(notes)):
            raise StoreError("One of these notes is not in the project any more.")
        self._empty_log_file("Nothing was erased.")
        word = "note" if there == 1 else "notes"
        with self._operation("purge", f"Erase {there} {word} for good", annotator, undoable=False) as op:
            op.list_changed = op.runs_changed = True
            for statement in _ERASE:
                self._conn.execute(statement, (these,))
            self._conn.execute("DELETE FROM sentence_vector")  # it does not say whose sentences they are of
            self._conn.execute("INSERT INTO note_search (note_search) VALUES ('rebuild')")
            self._conn.execute(_DROP_EMPTY)
        self.write_anew()
        return Purged(op.done, tuple(one.path for one in self.backups()))

    def write_anew(self) -> None:
        """Write the file without the space that deleted rows left, and empty the write-ahead log.

        Raises:
            DiskFull, ProjectLocked: it could not be done now.
        """
        with foreseen(self.path):
            self._conn.execute("VACUUM")
        self._empty_log_file("The notes are erased, but traces may be left until the project is closed.")

    def _empty_log_file(self, otherwise: str) -> None:
        with foreseen(self.path):
            busy, _, _ = self._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise ProjectLocked(
                f"A search or an export is still reading the project. Stop it first. {otherwise}"
            )
