"""Answers: what a tagger or an import says of a note, written once and never changed."""

from __future__ import annotations

import json

from engine.annotation.said import Answer
from engine.errors import StoreError
from engine.store.operations import Recording
from engine.store.packing import pack, pack_tokens, unpack_tokens
from engine.store.people import People
from engine.text.note import NoteId
from engine.text.span import hull
from engine.text.token import Tokens, tokenize


class Answers(People):
    """Writing answers and tokens; reading tokens."""

    def _insert_answer(self, note: int, layer: int, source: str, said: Answer) -> int:
        """Write `said`, shown from now on; returns the answer's id.  The caller records it."""
        labels = "|" + "".join(f"{label}|" for label in sorted({item.label for item in said.items}))
        sql = "INSERT INTO answer (note_id, layer_id, source, labels, shown) VALUES (?, ?, ?, ?, 1)"
        answer = int(self._conn.execute(sql, (note, layer, source, labels)).lastrowid)
        first = self._next("prediction")
        self._conn.executemany(
            "INSERT INTO prediction VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (first + i, answer, one.spans[0].start, one.hull.end, pack(one.spans), one.label, one.score,
                 one.alignment.value, one.open_margin, one.label_margin, one.close_margin, one.raw, one.stage)
                for i, one in enumerate(said.items)
            ),
        )  # fmt: skip
        self._conn.executemany(
            "INSERT INTO predicted_relation (answer_id, head, tail, label, score) VALUES (?, ?, ?, ?, ?)",
            ((answer, first + r.head, first + r.tail, r.label, r.score) for r in said.relations),
        )
        self._conn.executemany(
            "INSERT INTO unplaced (answer_id, label, surface, alignment, raw) VALUES (?, ?, ?, ?, ?)",
            ((answer, u.label, u.surface, u.alignment.value, u.raw) for u in said.unplaced),
        )
        self._conn.executemany(
            'INSERT INTO raw_answer (answer_id, place, start, "end", asked, text, flaws) '
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (answer, place, one.span.start, one.span.end, one.asked, one.text, json.dumps(one.flaws))
                for place, one in enumerate(said.raw)
            ),
        )
        return answer

    def _insert_annotations(self, op: Recording, note: int, layer: int, said: Answer) -> None:
        """Write `said` as annotations of an import; what it says twice is written once."""
        who = self._who(op)
        first = self._next("annotation")
        kept: dict[tuple[str, str], int] = {}
        place = [kept.setdefault((pack(one.spans), one.label), first + len(kept)) for one in said.items]
        hulls = {pack(item.spans): hull(item.spans) for item in said.items}
        self._conn.executemany(
            'INSERT INTO annotation (id, note_id, layer_id, start, "end", spans, label, annotator_id, at, '
            "imported_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (i, note, layer, hulls[spans].start, hulls[spans].end, spans, label, who, op.at, layer)
                for (spans, label), i in kept.items()
            ),
        )
        self._conn.executemany(
            "INSERT OR IGNORE INTO relation (note_id, layer_id, head, tail, label) VALUES (?, ?, ?, ?, ?)",
            ((note, layer, place[r.head], place[r.tail], r.label) for r in said.relations),
        )

    def _next(self, table: str) -> int:
        """Return the first id that `table` never used."""
        row = self._conn.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        return int(row[0]) + 1 if row else 1

    def tokens(self, note: NoteId) -> Tokens:
        """Return the tokens of a note: those stored with it, else made anew from its text.

        Raises:
            StoreError: there is no such note.
        """
        row = self._one("SELECT version, packed FROM note_tokens WHERE note_id = ?", note)
        return tokenize(self._text(note)) if row is None else unpack_tokens(row[1], row[0])

    def _text(self, note: int) -> str:
        row = self._one("SELECT text FROM note_text WHERE id = ?", note)
        if row is None:
            raise StoreError("This note is not in the project any more.")
        return str(row[0])

    def _store_tokens(self, note: int, tokens: Tokens | None = None) -> None:
        """See that the tokens of an annotated note are in the file, for everyone who reads it."""
        if tokens is None and self._one("SELECT 1 FROM note_tokens WHERE note_id = ?", note):
            return
        made = tokenize(self._text(note)) if tokens is None else tokens
        self._conn.execute(
            "INSERT OR REPLACE INTO note_tokens (note_id, version, packed) VALUES (?, ?, ?)",
            (note, made.version, pack_tokens(made)),
        )
