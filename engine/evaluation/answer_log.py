"""Answer log: what one setting of a tagger answered, note by note, in a file that survives being killed.

One JSON object a line, on the disk before the next note is asked for; a line cut short by a crash is
dropped.  Notes stand in it by name and by a hash of their text, spans by offsets: no text of a note.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from engine.annotation.said import Answer, LabelledSpan, SaidRelation, answer
from engine.text.note import text_hash
from engine.text.span import Span


class Item(msgspec.Struct, frozen=True, array_like=True):
    """A tag: fragments as [start, end] pairs, label, score."""

    spans: tuple[tuple[int, int], ...]
    label: str
    score: float


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of one note: an answer, or the cause why there is none.

    `seconds` are of the clock, from the question to the whole answer, loading not counted;
    `cost` holds what the tagger counted meanwhile (tokens, calls …), `memory` its peak in bytes.
    """

    note: str
    text: str
    seconds: float
    items: tuple[Item, ...] = ()
    relations: tuple[tuple[int, int, str], ...] = ()
    unplaced: int = 0
    failed: str = ""
    cost: dict[str, float] = {}
    memory: float = 0.0

    def answer(self) -> Answer:
        """Return what was said; nothing where the note failed."""
        items = [
            LabelledSpan(tuple(Span(*span) for span in one.spans), one.label, one.score) for one in self.items
        ]
        return answer(items, [SaidRelation(head, tail, label) for head, tail, label in self.relations])


def entry_of(note: str, text: str, said: Answer, seconds: float, cost: Mapping[str, float]) -> Entry:
    """Return the entry of an answered note."""
    counts = dict(cost)
    return Entry(
        note,
        text_hash(text),
        seconds,
        tuple(
            Item(tuple((span.start, span.end) for span in one.spans), one.label, one.score)
            for one in said.items
        ),
        tuple((one.head, one.tail, one.label) for one in said.relations),
        len(said.unplaced),
        cost={name: value for name, value in counts.items() if name != "memory"},
        memory=counts.get("memory", 0.0),
    )


class AnswerLog:
    """The log in one file.  Read once at the beginning; then entries are added."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.entries = self._read()

    def has(self, note: str, text: str) -> bool:
        """Return whether this note, with this text, was asked for already, with or without success."""
        entry = self.entries.get(note)
        return entry is not None and entry.text == text_hash(text)

    def add(self, entry: Entry) -> None:
        """Put an entry on the disk; it is there when this returns."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(entry) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self.entries[entry.note] = entry

    def _read(self) -> dict[str, Entry]:
        if not self._path.is_file():
            return {}
        found: dict[str, Entry] = {}
        whole = 0
        for line in self._path.read_bytes().splitlines(keepends=True):
            try:
                entry = msgspec.json.decode(line, type=Entry)
            except msgspec.DecodeError:
                break
            if not line.endswith(b"\n"):
                break
            found[entry.note] = entry
            whole += len(line)
        if whole < self._path.stat().st_size:
            with self._path.open("r+b") as file:
                file.truncate(whole)
        return found
