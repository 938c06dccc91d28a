"""Raw text: documents without marks, as the public collections hold them."""

from __future__ import annotations

import csv
import json
import lzma
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from engine.errors import FormatError


class RawCorpus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A collection of documents: `file` below the data folder, and the `field` that holds the text.

    `most_words` ends the reading where so many words were read; 0 reads all.  `skip` are rows,
    counted from 1, that are left out.
    """

    file: str
    field: str
    most_words: int = 0
    skip: tuple[int, ...] = ()


def read_raw(corpus: RawCorpus, data: Path) -> Iterator[str]:
    """Yield the texts of `corpus` in the order of its file (.jsonl, .jsonl.xz or .csv), empty ones left out.

    Raises:
        FormatError: the file is not there, or a row has no such field.
    """
    path, words = data / corpus.file, 0
    if not path.is_file():
        raise FormatError(f"The collection “{corpus.file}” is not there.")
    for number, row in enumerate(_rows(path), start=1):
        if corpus.field not in row:
            raise FormatError(f"“{path.name}”, row {number}: there is no “{corpus.field}”.")
        text = str(row[corpus.field]).strip()
        if number in corpus.skip or not text:
            continue
        yield text
        words += len(text.split())
        if corpus.most_words and words >= corpus.most_words:
            return


def _rows(path: Path) -> Iterator[dict[str, object]]:
    if path.suffix == ".csv":
        csv.field_size_limit(sys.maxsize)
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
        return
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
