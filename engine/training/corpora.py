"""Corpora: annotated notes, read from brat as they are, and their types said in ours."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

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
    """One annotated note; `relations` hold (head, tail) as indices into `marks`.

    `says` are the labels of which every occurrence is marked; None means all that there are.  Where
    a label is not among them, a word without a mark may still carry it.
    """

    name: str
    text: str = field(repr=False)
    marks: tuple[Mark, ...]
    relations: tuple[tuple[int, int], ...] = ()
    says: frozenset[str] | None = None


def read_brat(folder: Path) -> Iterator[CorpusNote]:
    """Yield the notes of a brat folder by name, line ends untouched so that offsets hold.

    Raises:
        FormatError: the folder holds no notes, or a line is no annotation; the message says where.
        OffsetError: an annotation's surface is not what stands at its offsets.
    """
    paths = sorted(folder.glob("*.txt"))
    notes = [path for path in paths if path.with_suffix(".ann").exists()]
    if not notes:
        raise FormatError(f"“{folder.name}” holds no brat files (pairs of .txt and .ann).")
    for path in notes:
        yield _note(path.stem, path.read_bytes(), path.with_suffix(".ann").read_bytes())


def read_zipped_brat(path: Path) -> Iterator[CorpusNote]:
    """Yield the notes of a zip of brat files, like `read_brat`.

    Notes with a mark that does not stand where it says are left out: Chia has 17 such marks among 48,870.
    """
    with zipfile.ZipFile(path) as zipped:
        names = set(zipped.namelist())
        for name in sorted(names):
            said = name.removesuffix(".txt") + ".ann"
            if name.endswith(".txt") and said in names:
                with suppress(OffsetError):
                    yield _note(PurePosixPath(name).stem, zipped.read(name), zipped.read(said))


def _note(name: str, text_bytes: bytes, said_bytes: bytes) -> CorpusNote:
    text = text_bytes.decode("utf-8")
    said = said_bytes.decode("utf-8")
    marks: dict[str, Mark] = {}
    relations: list[tuple[str, str]] = []
    for entry in _entries(said):
        parts = entry.split("\t")
        if entry.startswith("T"):
            marks[parts[0]] = _mark(parts, text, name)
        elif entry.startswith("R"):
            _, head, tail, *_ = parts[1].split()
            relations.append((head.partition(":")[2], tail.partition(":")[2]))
    place = {key: number for number, key in enumerate(marks)}
    joined = tuple((place[head], place[tail]) for head, tail in relations if head in place and tail in place)
    return CorpusNote(name, text, tuple(marks.values()), joined)


def _entries(said: str) -> list[str]:
    """Return the annotations of a file; a raw line break inside a surface does not end one."""
    starts = [match.start() for match in _LINE.finditer(said)]
    ends = [*starts[1:], len(said)] if starts else []
    return [said[start:end].rstrip("\r\n") for start, end in zip(starts, ends, strict=True)]


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
