"""Operations: every write is one named row of the log, and undo puts the rows back as they were."""

# ruff: noqa: S608 - SQL is put together from the constants of this package only

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NewType

from engine.annotation.changes import Changes
from engine.errors import StoreError
from engine.store.connection import ProjectFile
from engine.store.log_chain import LogChain, Row
from engine.store.settling import settle
from engine.store.sqlite import Connection
from engine.text.note import NoteId

OperationId = NewType("OperationId", int)

_COLUMNS = {
    "annotation": ("id", "note_id", "layer_id", "start", "end", "spans", "label", "annotator_id", "at",
                   "prediction_id", "imported_by"),
    "relation": ("id", "note_id", "layer_id", "head", "tail", "label"),
    "decision": ("id", "prediction_id", "note_id", "annotator_id", "at", "verdict", "start", "spans",
                 "label"),
    "note": ("id", "hidden", "started", "finished", "annotator_id"),
    "answer": ("id", "hidden"),
    "label_set": ("id", "name", "version", "fingerprint", "definition"),
}  # fmt: skip
"""The recorded tables and their facts.  SQL is only ever built from these names."""


PART_OF_STEP = "(o.id = {0} OR (o.step = {0} AND o.step <> o.id))"
"""Operation o and its like: the one that began a step, and those that were added to it later."""

# Steps that are undone always lie behind all that are done: a new step drops them.
_LAST_DONE = "SELECT id FROM step WHERE state = 'done' ORDER BY id DESC LIMIT 1"
_FIRST_UNDONE = (
    f"SELECT id FROM step WHERE state = 'undone' AND id > coalesce(({_LAST_DONE}), 0) ORDER BY id LIMIT 1"
)
_DROP_UNDONE = (
    f"UPDATE step SET state = 'dropped' WHERE state = 'undone' AND id > coalesce(({_LAST_DONE}), 0)"
)


@dataclass(frozen=True, slots=True)
class Done:
    """What an operation did: what views must look at again, its row in the log, the ids it made.

    `created` are annotations' ids (of `annotate`, `accept`, …), a relation's (`link`) or notes'
    (`add_notes`), in the order of the arguments.  `title` is what the Edit menu says.
    """

    changes: Changes
    operation: OperationId
    created: tuple[int, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One row of the log.  `note` is None where an operation touched several notes, or none."""

    id: OperationId
    kind: str
    title: str
    annotator: str
    at: str
    undone: bool
    note: NoteId | None


@dataclass(slots=True)
class Recording:
    """What one operation does to the rows, written down while it does it."""

    connection: Connection
    id: OperationId
    kind: str
    annotator: str
    at: str
    title: str
    step: int
    notes: set[int] = field(default_factory=set)
    images: list[tuple[str, int, int | None, str | None, str | None]] = field(default_factory=list)
    created: list[int] = field(default_factory=list)
    list_changed: bool = False
    runs_changed: bool = False
    labels_changed: bool = False
    answers_changed: bool = False
    reverses: int | None = None

    def insert(self, table: str, note: int, values: Mapping[str, object]) -> int:
        """Insert a row and remember it; returns its id."""
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" * len(values))
        sql = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'
        row_id = int(self.connection.execute(sql, tuple(values.values())).lastrowid)
        self.remember(table, row_id, note, None, {"id": row_id, **values})
        return row_id

    def change(self, table: str, row_id: int, note: int | None, **new: object) -> None:
        """Set columns of a row and remember what they were; nothing happens where they are so already.

        `note` is the one that the row belongs to, or None.
        """
        names = ", ".join(f'"{name}"' for name in new)
        sql = f'SELECT {names} FROM "{table}" WHERE id = ?'
        was = dict(zip(new, self.connection.execute(sql, (row_id,)).fetchone(), strict=True))
        before = {name: was[name] for name in new if was[name] != new[name]}
        if before:
            self._set(table, row_id, {name: new[name] for name in before})
            self.remember(table, row_id, note, before, {name: new[name] for name in before})

    def remove(self, table: str, row_id: int, note: int) -> None:
        """Delete a row and remember all of it."""
        names = _COLUMNS[table]
        listed = ", ".join(f'"{name}"' for name in names)
        sql = f'SELECT {listed} FROM "{table}" WHERE id = ?'
        row = self.connection.execute(sql, (row_id,)).fetchone()
        self.remember(table, row_id, note, dict(zip(names, row, strict=True)), None)
        self.connection.execute(f'DELETE FROM "{table}" WHERE id = ?', (row_id,))

    def remember(
        self, table: str, row_id: int, note: int | None, before: Mapping[str, object] | None,
        after: Mapping[str, object] | None,
    ) -> None:  # fmt: skip
        """Write down that a row went from `before` to `after`; None is a row that is not there."""
        if note is not None:
            self.notes.add(note)
        self.images.append((table, row_id, note, _packed(before), _packed(after)))

    def _set(self, table: str, row_id: int, values: Mapping[str, object]) -> int:
        assigned = ", ".join(f'"{name}" = ?' for name in values)
        sql = f'UPDATE "{table}" SET {assigned} WHERE id = ?'
        return int(self.connection.execute(sql, (*values.values(), row_id)).rowcount)

    def put(self, table: str, row_id: int, old: str | None, new: str | None) -> None:
        """Bring a row from the image `old` to the image `new`.

        Raises:
            StoreError: the row is not there any more, or there already.
        """
        named = set(json.loads(old or "{}")) | set(json.loads(new or "{}"))
        if not named <= set(_COLUMNS.get(table, ())):  # they become SQL, and a file may be anyone's
            raise StoreError("The history of this project was written by another version of the program.")
        if new is None:
            done = self.connection.execute(f'DELETE FROM "{table}" WHERE id = ?', (row_id,)).rowcount
        elif old is None:
            values = json.loads(new)
            names = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join("?" * len(values))
            sql = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'
            done = self.connection.execute(sql, tuple(values.values())).rowcount
        else:
            done = self._set(table, row_id, json.loads(new))
        if done != 1:
            raise StoreError("This step cannot be undone: something it changed is gone. Check the project.")

    @property
    def changes(self) -> Changes:
        """What was touched so far."""
        return Changes(
            self.list_changed,
            frozenset(NoteId(n) for n in self.notes),
            self.labels_changed,
            self.runs_changed,
        )

    @property
    def done(self) -> Done:
        """Return this operation as its caller sees it, with all that was created."""
        return Done(self.changes, self.id, tuple(self.created), self.title)

    def made(self, created: Sequence[int] = ()) -> Done:
        """Return what one part of this operation did; `created` is that part's."""
        self.created.extend(created)
        return Done(self.changes, self.id, tuple(created), self.title)


def now() -> str:
    """Return the time as it is written into the file: UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _packed(image: Mapping[str, object] | None) -> str | None:
    return None if image is None else json.dumps(image, ensure_ascii=False, separators=(",", ":"))


class Operations(ProjectFile):
    """The log, undo and redo."""

    _recording: Recording | None = None

    @contextmanager
    def _operation(
        self, kind: str, title: str, annotator: str, step: int | None = None, undoable: bool = True
    ) -> Iterator[Recording]:
        """One transaction and one row in the log; inside another operation, a part of that one.

        `step` attaches it to an earlier operation, with which it will be undone.
        """
        if self._recording is not None:
            with self._part_of(self._recording):
                yield self._recording
            return
        who = annotator.strip()
        if not who:
            raise StoreError("The project needs to know who is working. Enter a name.")
        with self._transaction():
            number = OperationId(self._next_operation())
            recording = Recording(
                self._conn, number, kind, who, now(), title, number if step is None else step
            )
            self._recording = recording
            try:
                yield recording
                self._write(recording, begins_step=step is None and undoable)
            finally:
                self._recording = None

    @contextmanager
    def _part_of(self, recording: Recording) -> Iterator[None]:
        """Let an error take back this part of a larger operation, and only this part if it is caught."""
        images, notes, created = len(recording.images), set(recording.notes), len(recording.created)
        try:
            with self._db.atomic():
                yield
        except BaseException:
            del recording.images[images:], recording.created[created:]
            recording.notes = notes
            raise

    @contextmanager
    def together(self, title: str, annotator: str) -> Iterator[Recording]:
        """Make everything done inside one operation, with one undo step and one commit.

        An error inside takes all of it back.  `done` of what this gives is complete afterwards.
        """
        with self._operation("together", title, annotator) as recording:
            yield recording
            recording.title = title

    def _next_operation(self) -> int:
        row = self._conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'operation'").fetchone()
        return int(row[0]) + 1 if row else 1

    def _write(self, recording: Recording, begins_step: bool) -> None:
        settle(self._conn, recording.notes, answers=recording.answers_changed)
        chain = LogChain(self._conn)
        note = next(iter(recording.notes)) if len(recording.notes) == 1 else None
        chain.append(
            Row(recording.id, recording.step, recording.kind, recording.title, recording.annotator,
                recording.at, note, recording.reverses),
            recording.images,
        )  # fmt: skip
        if begins_step:
            self._conn.execute(_DROP_UNDONE)
            self._conn.execute("INSERT INTO step (id, state) VALUES (?, 'done')", (recording.id,))

    @property
    def undo_title(self) -> str | None:
        """What undo would take back, as in “Undo Accept 37 suggestions”; None where there is nothing."""
        return self._step_title(_LAST_DONE)

    @property
    def redo_title(self) -> str | None:
        """What redo would do again; None where there is nothing."""
        return self._step_title(_FIRST_UNDONE)

    def _step_title(self, which: str) -> str | None:
        row = self._one(f"SELECT title FROM operation WHERE id = ({which})")
        return None if row is None else str(row[0])

    def undo(self, annotator: str) -> Done | None:
        """Take back the newest step that is not undone yet, whoever did it; None where there is none.

        A run of a tagger is one step, at the place where it began: its suggestions are withdrawn.
        """
        row = self._one(_LAST_DONE)
        return None if row is None else self._turn(int(row[0]), "undo", annotator)

    def redo(self, annotator: str) -> Done | None:
        """Do the step undone last once more; None where there is none."""
        row = self._one(_FIRST_UNDONE)
        return None if row is None else self._turn(int(row[0]), "redo", annotator)

    def _turn(self, step: int, way: str, annotator: str) -> Done:
        if self._recording is not None:
            raise StoreError("Undo and redo cannot be part of another step.")
        undoing = way == "undo"
        kind, title = self._one("SELECT kind, title FROM operation WHERE id = ?", step) or ("", "")
        with self._operation(way, f"{way.capitalize()} {title}", annotator, undoable=False) as recording:
            recording.reverses = step
            recording.answers_changed = True
            recording.runs_changed = kind == "run"
            for table, row_id, note, before, after in self._images(step, newest_first=undoing):
                old, new = (after, before) if undoing else (before, after)
                recording.put(table, row_id, old, new)
                if note is not None:
                    recording.notes.add(note)
                recording.labels_changed |= table == "label_set"
                recording.list_changed |= table == "note" and '"hidden"' in (new or "")
            state = "undone" if undoing else "done"
            self._conn.execute("UPDATE step SET state = ? WHERE id = ?", (state, step))
        return recording.done

    def _images(
        self, step: int, newest_first: bool
    ) -> list[tuple[str, int, int | None, str | None, str | None]]:
        way = "DESC" if newest_first else "ASC"
        return self._all(
            "SELECT i.table_name, i.row_id, i.note_id, i.before, i.after FROM operation o "
            f"JOIN row_image i ON i.operation_id = o.id WHERE {PART_OF_STEP.format('?1')} "
            f"ORDER BY i.operation_id {way}, i.place {way}",
            step,
        )

    def history(self, limit: int = 200, parts: bool = False) -> list[OperationRow]:
        """Return the newest rows of the log, newest first.  `undone` rows are not in force.

        Without `parts`, a run of a tagger is one row, however many notes it answered.
        """
        rows = self._all(
            "SELECT o.id, o.kind, o.title, o.annotator, o.at, coalesce(s.state <> 'done', 0), o.note_id "
            "FROM operation o LEFT JOIN step s ON s.id = o.step WHERE o.step = o.id OR ? "
            "ORDER BY o.id DESC LIMIT ?",
            parts,
            limit,
        )
        return [
            OperationRow(OperationId(i), kind, title, who, at, bool(undone), None if n is None else NoteId(n))
            for i, kind, title, who, at, undone, n in rows
        ]
