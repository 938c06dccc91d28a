"""Log chain: each row of the log holds a salted hash of itself and of all before it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from engine.store.sqlite import Connection

Image = tuple[str, int, int | None, str | None, str | None]
"""A row image: table, row id, note id, before, after."""


class Row(NamedTuple):
    """What one row of the log says, apart from its hashes."""

    id: int
    step: int
    kind: str
    title: str
    annotator: str
    at: str
    note_id: int | None
    reverses: int | None


class LogChain:
    """Appends to the log, and checks that nobody changed it.

    The salt is random for each project: from a log without its project nothing can be guessed by
    hashing what a row might have held.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        (salt,) = connection.execute("SELECT value FROM project WHERE key = 'salt'").fetchone()
        self._salt = bytes.fromhex(salt)

    def append(self, row: Row, images: Sequence[Image]) -> None:
        """Write `row` and its payload, chained to the row before."""
        last = self._connection.execute("SELECT chain FROM operation ORDER BY id DESC LIMIT 1").fetchone()
        digest = self.digest(images)
        chain = self.link(last[0] if last else "", row, len(images), digest)
        self._connection.execute(
            "INSERT INTO operation "
            "(id, step, kind, title, annotator, at, note_id, reverses, images, digest, chain) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, len(images), digest, chain),
        )
        self._connection.executemany(
            "INSERT INTO row_image (operation_id, place, table_name, row_id, note_id, before, after) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((row.id, place, *image) for place, image in enumerate(images)),
        )

    def digest(self, images: Iterable[Image]) -> str:
        """Return the salted hash of a payload."""
        mac = hmac.new(self._salt, digestmod=hashlib.sha256)
        for image in images:
            mac.update(json.dumps(image).encode() + b"\n")
        return mac.hexdigest()

    def link(self, before: str, row: Row, images: int, digest: str) -> str:
        """Return the hash of a row that follows one whose hash is `before`."""
        said = json.dumps([before, *row, images, digest]).encode()
        return hmac.new(self._salt, said, hashlib.sha256).hexdigest()

    def problems(self) -> list[str]:
        """Return a sentence for each place where the log is not what was written."""
        found: list[str] = []
        before, expected = "", 1
        cursor = self._connection.execute(
            "SELECT id, step, kind, title, annotator, at, note_id, reverses, images, digest, chain "
            "FROM operation ORDER BY id"
        )
        for *said, images, digest, chain in cursor:
            row = Row(*said)
            if row.id != expected:
                found.append(f"The log lacks a row before row {row.id}.")
            if self.link(before, row, images, digest) != chain:
                found.append(f"Row {row.id} of the log was changed after it was written.")
            found += self._payload_problems(row.id, images, digest)
            before, expected = chain, row.id + 1
        written = self._connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = 'operation'"
        ).fetchone()
        if written and written[0] != expected - 1:
            found.append("The log lacks its last rows.")
        return found

    def _payload_problems(self, operation: int, images: int, digest: str) -> list[str]:
        there = self._connection.execute(
            "SELECT table_name, row_id, note_id, before, after FROM row_image "
            "WHERE operation_id = ? ORDER BY place",
            (operation,),
        ).fetchall()
        if len(there) < images and self._purged():
            return []  # erased with the notes it spoke of
        if len(there) != images or self.digest(there) != digest:
            return [f"What row {operation} of the log did was changed after it was written."]
        return []

    def _purged(self) -> bool:
        row = self._connection.execute("SELECT 1 FROM operation WHERE kind = 'purge' LIMIT 1").fetchone()
        return row is not None
