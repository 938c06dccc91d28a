"""Notes: adding, finding, listing and removing them.  Their text never changes."""

# ruff: noqa: S608 - SQL is put together from the constants of this package only

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.annotation.annotation import Status
from engine.annotation.said import Answer
from engine.errors import InputError, StoreError
from engine.store.answers import Answers
from engine.store.fts import fts_query
from engine.store.operations import Done, Recording
from engine.store.packing import checked_answer
from engine.store.sqlite import IntegrityError
from engine.text.note import Note, NoteId, text_hash
from engine.text.token import Tokens


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note to add.  `said` is what its file said of it: `said_as` annotations or suggestions.

    `origin` names the file or folder for the reviewer.  `tokens` are stored where given; else they
    are made when the note is first annotated, for a long one now.
    """

    name: str
    text: str = field(repr=False)
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)
    tokens: Tokens | None = field(default=None, repr=False)
    said: Answer | None = field(default=None, repr=False)
    said_as: Literal["annotations", "suggestions"] | None = None
    origin: str = ""


Sort = Literal["name", "added", "status", "length", "suggestions"]


@dataclass(frozen=True, slots=True)
class NoteQuery:
    """Which notes, in which order.

    `text`: words, ``"a phrase"`` or ``begin*`` that the note holds, all of them.  `name`: part of the
    name, in any case.  `label`: an annotation or a tagger's answer has it.  An empty `status` is all.
    """

    text: str = ""
    status: frozenset[Status] = frozenset()
    label: str | None = None
    sort: Sort = "name"
    descending: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One line of the list of notes."""

    id: NoteId
    name: str
    status: Status
    length: int
    patient: str | None
    encounter: str | None
    suggestions_left: int
    annotations: int


_LONG = 20_000
"""From this length on splitting into tokens takes long enough to be done once, at import."""

_ORDER: Mapping[str, tuple[str, ...]] = {
    "name": ("folded", "id"),
    "added": ("id",),
    "status": ("status", "id"),
    "length": ("length", "id"),
    "suggestions": ("suggestions", "id"),
}


class Notes(Answers):
    """The notes of a project."""

    def add_notes(self, new: Iterable[NewNote], annotator: str, title: str) -> Done:
        """Add notes, all or none, as one operation; `created` are their ids in order.

        `new` may be a generator: an error or a cancel inside it takes everything back.

        Raises:
            StoreError: a name or a text is there already (or twice among the new).
            InputError: a text holds a character that cannot be stored.
            OffsetError, LabelError: what is said of a note does not fit its text or the label set.
        """
        layers: dict[str, int] = {}
        with self._operation("import", title, annotator) as op:
            op.list_changed = True
            made = [self._add(op, one, layers) for one in new]
        return op.made(made)

    def _add(self, op: Recording, new: NewNote, layers: dict[str, int]) -> int:
        by_person = new.said is not None and new.said_as == "annotations"
        note = self._insert_note(op, new, self._who(op) if by_person else None)
        self._conn.execute(
            "INSERT INTO note_text (id, metadata, text) VALUES (?, ?, ?)",
            (note, json.dumps(dict(new.metadata), ensure_ascii=False), new.text),
        )
        self._conn.execute("INSERT INTO note_search (rowid, text) VALUES (?, ?)", (note, new.text))
        # An import is undone by hiding its notes, so neither text nor annotations go into the log.
        op.remember("note", note, note, {"hidden": 1}, {"hidden": 0})
        if new.tokens is not None or by_person or len(new.text) > _LONG:
            self._store_tokens(note, new.tokens)
        if new.said is not None:
            self._add_said(op, note, new, layers)
        return note

    def _insert_note(self, op: Recording, new: NewNote, by: int | None) -> int:
        if not new.name.strip() or not new.text:
            raise InputError(f"A note needs a name and a text (“{new.name}”).")
        if "\0" in new.text:
            raise InputError(f"“{new.name}” holds a NUL character, which no text file has.")
        try:
            sha256 = text_hash(new.text)
        except UnicodeEncodeError:
            raise InputError(f"“{new.name}” holds half a character (a lone surrogate).") from None
        meta = new.metadata
        try:
            row = self._conn.execute(
                "INSERT INTO note "
                "(name, folded, length, sha256, patient, encounter, added, started, annotator_id) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (new.name, new.name.casefold(), len(new.text), sha256, meta.get("patient"),
                 meta.get("encounter"), op.at, int(by is not None), by),
            )  # fmt: skip
        except IntegrityError as error:
            what = "name" if "note.name" in str(error) else "text"
            raise StoreError(f"There is already a note with the {what} of “{new.name}”.") from None
        return int(row.lastrowid)

    def _add_said(self, op: Recording, note: int, new: NewNote, layers: dict[str, int]) -> None:
        if new.said is None:
            return
        said = checked_answer(new.said, new.text, self.label_set)
        layer = layers.get(new.origin)
        if layer is None:
            layer = layers[new.origin] = self._new_layer("import", new.origin, annotator=self._who(op))
        if new.said_as == "suggestions":
            self._insert_answer(note, layer, f"import {layer}", said)
        else:
            self._insert_annotations(op, note, layer, said)

    def remove_notes(self, ids: Sequence[NoteId], annotator: str) -> Done:
        """Take notes out of the project; undo brings them back.  `purge` erases for good.

        Raises:
            StoreError: one of them is not in the project.
        """
        word = "note" if len(set(ids)) == 1 else "notes"
        with self._operation("remove", f"Remove {len(set(ids))} {word}", annotator) as op:
            op.list_changed = True
            for note in dict.fromkeys(ids):
                self._require(note)
                op.change("note", note, note, hidden=1)
        return op.made()

    def _require(self, note: int) -> tuple[str, int, bool]:
        """Return name, length and whether it is finished, of a note that is in the project.

        Raises:
            StoreError: it is not.
        """
        row = self._one(
            "SELECT name, length, status = 'finished' FROM note WHERE id = ? AND hidden = 0", note
        )
        if row is None:
            raise StoreError("This note is not in the project any more.")
        return row[0], row[1], bool(row[2])

    def note(self, note: NoteId) -> Note:
        """Return a note with its text and metadata.

        Raises:
            StoreError: it is not in the project.
        """
        row = self._one(
            "SELECT n.name, t.metadata, t.text FROM note n JOIN note_text t ON t.id = n.id "
            "WHERE n.id = ? AND n.hidden = 0",
            note,
        )
        if row is None:
            raise StoreError("This note is not in the project any more.")
        return Note(note, row[0], row[2], json.loads(row[1]))

    def note_named(self, name: str) -> NoteId | None:
        """Return the note called exactly `name`, or None."""
        row = self._one("SELECT id FROM note WHERE name = ? AND hidden = 0", name)
        return None if row is None else NoteId(row[0])

    def known_hashes(self, hashes: Iterable[str]) -> dict[str, NoteId]:
        """Return, of these SHA-256, those whose text is in the project, with their notes."""
        rows = self._all(
            "SELECT sha256, id FROM note WHERE hidden = 0 AND sha256 IN (SELECT value FROM json_each(?))",
            json.dumps(list(hashes)),
        )
        return {sha256: NoteId(note) for sha256, note in rows}

    def known_names(self, names: Iterable[str]) -> set[str]:
        """Return, of these names, those that the project has already."""
        rows = self._all(
            "SELECT name FROM note WHERE hidden = 0 AND name IN (SELECT value FROM json_each(?))",
            json.dumps(list(names)),
        )
        return {name for (name,) in rows}

    def note_ids(self, query: NoteQuery | None = None) -> array[int]:
        """Return the ids of the notes that `query` asks for, in its order, as 8-byte integers."""
        asked = NoteQuery() if query is None else query
        where, parameters = _conditions(asked)
        if where is None:
            return array("q")
        way = " DESC" if asked.descending else ""
        order = ", ".join(column + way for column in _ORDER[asked.sort])
        rows = self._all(
            f"SELECT id FROM note WHERE {where} ORDER BY {order}",
            *parameters,
        )
        return array("q", [one for (one,) in rows])

    def note_rows(self, ids: Sequence[int]) -> list[NoteRow]:
        """Return the lines of `ids`, in their order; a note that is gone has none."""
        rows = self._all(
            "SELECT id, name, status, length, patient, encounter, suggestions, annotations FROM note "
            "WHERE hidden = 0 AND id IN (SELECT value FROM json_each(?))",
            json.dumps(list(ids)),
        )
        lines = {row[0]: NoteRow(NoteId(row[0]), row[1], Status(row[2]), *row[3:]) for row in rows}
        return [lines[one] for one in ids if one in lines]

    def status_counts(self) -> dict[Status, int]:
        """Return how many notes have each status; every status is there."""
        rows = dict(self._all("SELECT status, count(*) FROM note WHERE hidden = 0 GROUP BY status"))
        return {status: rows.get(status.value, 0) for status in Status}


def _conditions(query: NoteQuery) -> tuple[str | None, list[object]]:
    """Return the WHERE of a query; None where no note can match."""
    where, parameters = ["hidden = 0"], list[object]()
    if query.text.strip():
        words = fts_query(query.text)
        if words is None:
            return None, []
        where.append("id IN (SELECT rowid FROM note_search WHERE note_search MATCH ?)")
        parameters.append(words)
    if query.status and len(query.status) < len(Status):
        where.append(f"status IN ({', '.join('?' * len(query.status))})")
        parameters += sorted(status.value for status in query.status)
    if query.name:
        where.append("instr(folded, ?) > 0")
        parameters.append(query.name.casefold())
    if query.label is not None:
        where.append(
            "(EXISTS (SELECT 1 FROM annotation a WHERE a.label = ? AND a.note_id = note.id) OR EXISTS "
            "(SELECT 1 FROM answer w WHERE w.note_id = note.id AND w.shown = 1 AND instr(w.labels, ?)))"
        )
        parameters += [query.label, f"|{query.label}|"]
    return " AND ".join(where), parameters
