"""Corpora: annotated notes read from brat folders as they are, and their types said in ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import FormatError, OffsetError

_LINE = re.compile(r"^[TREAMN#*][0-9]*\t", re.MULTILINE)
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """``text[start:end]`` carries `label`; a discontinuous mark is its hull."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class CorpusNote:
    """One annotated note; `relations` hold (head, tail) as indices into `marks`."""

    name: str
    text: str = field(repr=False)
    marks: tuple[Mark, ...]
    relations: tuple[tuple[int, int], ...] = ()


def read_brat(folder: Path, types: Mapping[str, str] | None = None) -> Iterator[CorpusNote]:
    """Yield the notes of a brat folder by name, line ends untouched so that offsets hold.

    With `types`, a mark's type is said as that table says it, and types that it lacks are left
    out with their relations.

    Raises:
        FormatError: the folder holds no notes, or a line is no annotation; the message says where.
        OffsetError: an annotation's surface is not what stands at its offsets.
    """
    paths = sorted(folder.glob("*.txt"))
    notes = [path for path in paths if path.with_suffix(".ann").exists()]
    if not notes:
        raise FormatError(f"“{folder.name}” holds no brat files (pairs of .txt and .ann).")
    for path in notes:
        yield _read_note(path, types)


def _read_note(path: Path, types: Mapping[str, str] | None) -> CorpusNote:
    text = path.read_bytes().decode("utf-8")
    said = path.with_suffix(".ann").read_bytes().decode("utf-8")
    marks: dict[str, Mark] = {}
    relations: list[tuple[str, str]] = []
    for entry in _entries(said):
        parts = entry.split("\t")
        if entry.startswith("T"):
            marks[parts[0]] = _mark(parts, text, path.stem)
        elif entry.startswith("R"):
            _, head, tail, *_ = parts[1].split()
            relations.append((head.partition(":")[2], tail.partition(":")[2]))
    ours = {
        key: Mark(mark.start, mark.end, types[mark.label] if types is not None else mark.label)
        for key, mark in marks.items()
        if types is None or mark.label in types
    }
    place = {key: number for number, key in enumerate(ours)}
    return CorpusNote(
        path.stem,
        text,
        tuple(ours.values()),
        tuple((place[head], place[tail]) for head, tail in relations if head in place and tail in place),
    )


def _entries(said: str) -> list[str]:
    """Return the annotations of a file; a raw line break inside a surface does not end one."""
    starts = [match.start() for match in _LINE.finditer(said)]
    return [said[start:end].rstrip("\r\n") for start, end in zip(starts, [*starts[1:], None], strict=True)]


def _mark(parts: list[str], text: str, name: str) -> Mark:
    try:
        label, _, places = parts[1].partition(" ")
        offsets = [tuple(map(int, place.split())) for place in places.split(";")]
        fragments = [(start, end) for start, end in offsets]
        surface = parts[2]
    except (IndexError, ValueError) as error:
        raise FormatError(f"“{name}.ann”: {parts[0]} is not an annotation.") from error
    there = " ".join(text[start:end] for start, end in fragments)
    if _BLANKS.sub(" ", there) != _BLANKS.sub(" ", surface):
        raise OffsetError(f"“{name}.ann”: {parts[0]} does not stand where it says.")
    return Mark(fragments[0][0], max(end for _, end in fragments), label)
