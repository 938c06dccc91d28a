"""Registry: every format by name; readers and writers are imported when they are used."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

from engine.errors import ExportError, FormatError
from engine.formats.format import Format, Reader, WriteOptions, Writer

_FORMATS = (
    Format("text", "Plain text", (".txt", ".text"), "engine.formats.plain_text:PlainTextReader"),
    Format("csv", "CSV table", (".csv",), "engine.formats.csv_table:CsvReader", many_files=False),
    Format("tsv", "TSV table", (".tsv", ".tab"), "engine.formats.csv_table:TsvReader", many_files=False),
    Format(
        "xlsx", "Excel table", (".xlsx", ".xlsm"), "engine.formats.xlsx_table:XlsxReader", many_files=False
    ),
    Format(
        "jsonl",
        "JSON lines",
        (".jsonl", ".ndjson"),
        "engine.formats.jsonl:JsonlReader",
        "engine.formats.jsonl:JsonlWriter",
        many_files=False,
        hint="Carries everything.",
    ),
    Format(
        "brat",
        "brat",
        (".ann",),
        "engine.formats.brat_reader:BratReader",
        "engine.formats.brat_writer:BratWriter",
        note_suffix=".txt",
        hint="A text and its tags side by side, with relations.",
    ),
    Format(
        "conll",
        "CoNLL",
        (".conll", ".iob", ".iob2", ".bio", ".bioes", ".bilou"),
        "engine.formats.conll:ConllReader",
        "engine.formats.conll:ConllWriter",
        note_suffix=".conll",
        hint="One word per line with its tag; no nesting, no relations.",
    ),
    Format(
        "kiwi-spans",
        "Kiwi span tags",
        (".spans.txt",),
        "engine.formats.kiwi_spans:KiwiSpansReader",
        "engine.formats.kiwi_spans:KiwiSpansWriter",
        note_suffix=".spans.txt",
        hint="One sentence per line with the tags in it, and one line per entity for its modifiers.",
    ),
    Format(
        "hf",
        "Hugging Face token classification",
        (),
        "engine.formats.hugging_face:HuggingFaceReader",
        "engine.formats.hugging_face:HuggingFaceWriter",
        reads=False,
        hint="For fine-tuning taggers: words and tag numbers, entities and modifiers apart.",
    ),
    Format(
        "chat",
        "Chat JSON lines",
        (),
        "engine.formats.chat:ChatReader",
        "engine.formats.chat:ChatWriter",
        reads=False,
        many_files=False,
        hint="For fine-tuning language models: the note as the question, its tags as the answer.",
    ),
)
_BY_NAME = {one.name: one for one in _FORMATS}
_HEAD_BYTES = 1 << 16


def formats() -> tuple[Format, ...]:
    """Return all formats, in the order in which they are offered."""
    return _FORMATS


def format_named(name: str) -> Format:
    """Return the format called `name`.

    Raises:
        FormatError: there is none.
    """
    try:
        return _BY_NAME[name]
    except KeyError:
        known = ", ".join(_BY_NAME)
        raise FormatError(f"There is no format “{name}”. The formats are: {known}.") from None


def reader_of(one: Format) -> Reader:
    """Return a new reader of this format."""
    return cast("Callable[[], Reader]", _loaded(one.reader))()


def writer_of(one: Format, options: WriteOptions) -> Writer:
    """Return a new writer of this format.

    Raises:
        ExportError: the format is only read.
    """
    if not one.writes:
        raise ExportError(f"{one.title} can be read but not written. JSON lines carry everything.")
    return cast("Callable[[WriteOptions], Writer]", _loaded(one.writer))(options)


def _loaded(place: str) -> object:
    module, _, name = place.partition(":")
    found: object = getattr(import_module(module), name)
    return found


def detect(path: Path) -> str:
    """Return the name of the format that the file at `path` seems to have.

    By suffix, and for JSON lines by the first line; anything unknown is taken for plain
    text, whose reader refuses what is none.
    """
    name = path.name.lower()
    if name.endswith((".jsonl", ".ndjson")):
        return _kind_of_jsonl(path)
    longest = max(
        (suffix for one in _FORMATS for suffix in one.suffixes if name.endswith(suffix)), key=len, default=""
    )
    if longest == ".txt" and path.with_suffix(".ann").is_file():
        return "brat"
    return next((one.name for one in _FORMATS if longest in one.suffixes), "text")


def _kind_of_jsonl(path: Path) -> str:
    try:
        with path.open("rb") as file:
            head = file.readline(_HEAD_BYTES)
        first = json.loads(head)
    except (OSError, ValueError):
        return "jsonl"
    if isinstance(first, dict) and "text" not in first:
        if "messages" in first:
            return "chat"
        if "ner_tags" in first and "tokens" in first:
            return "hf"
    return "jsonl"
