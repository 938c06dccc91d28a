"""Unmarked: texts that nobody has annotated; they say nothing of any label."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from engine.errors import FormatError
from engine.training.corpora import CorpusNote

_FEWEST_WORDS = 8
"""Of a text with fewer (“Noncontributory.”) there is nothing to learn."""


def read_text_lines(path: Path) -> Iterator[CorpusNote]:
    """Yield the field `text` of each line of a file of JSON lines, each text once.

    Raises:
        FormatError: a line has no such field.
    """
    texts: list[str] = []
    for number, line in enumerate(path.read_bytes().splitlines()):
        try:
            texts.append(msgspec.json.decode(line, type=_Line).text)
        except msgspec.DecodeError as error:
            raise FormatError(f"“{path.name}”, line {number + 1}: there is no text.") from error
    return _notes(path.stem, texts)


class _Line(msgspec.Struct):
    text: str


def read_note_tables(folder: Path) -> Iterator[CorpusNote]:
    """Yield the column `note` of each table (CSV) in a folder, each text once.

    Raises:
        FormatError: there is no table, or one has no such column.
    """
    texts: list[str] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines)
            if "note" not in (rows.fieldnames or ()):
                raise FormatError(f"“{path.name}” has no column “note”.")
            texts += [row["note"] or "" for row in rows]
    if not texts:
        raise FormatError(f"“{folder.name}” holds no tables (.csv).")
    return _notes(folder.name, texts)


def _notes(name: str, texts: Iterable[str]) -> Iterator[CorpusNote]:
    for number, text in enumerate(dict.fromkeys(texts)):
        if len(text.split()) >= _FEWEST_WORDS:
            yield CorpusNote(f"{name} {number}", text, (), says=frozenset())
