"""Offsets file: the side file that lets a format of words or sentences give back the exact text.

CoNLL keeps words and Kiwi's span tags keep sentences; what stands between them is
lost there.  ``note.offsets.tsv`` holds, per word or sentence, its place and what stands
before it, and for each note its name, length and SHA-256.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import FormatError
from engine.text.note import text_hash
from engine.text.span import Span

SUFFIX = ".offsets.tsv"
_FIRST = "# tagwell offsets 1"
_NOTE = "# note "
_COLUMNS = "start\tend\tbefore\tas"


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or sentence: its place, what stands before it, and how its file writes it, if otherwise."""

    span: Span
    before: str
    written: str | None = None


@dataclass(slots=True)
class Pieces:
    """All pieces of one note, in order; `after` is what follows the last one."""

    name: str
    sha256: str
    pieces: list[Piece] = field(default_factory=list)
    after: str = ""

    def text(self, surfaces: Sequence[str]) -> str:
        """Return the note's text, put together from the pieces as their file holds them.

        Raises:
            FormatError: the file was changed since: other words, more or fewer of them.
        """
        if len(surfaces) != len(self.pieces):
            raise FormatError("It does not hold as many pieces as the file of offsets beside it.")
        text = "".join(
            part for piece, said in zip(self.pieces, surfaces, strict=True) for part in (piece.before, said)
        )
        text += self.after
        if text_hash(text) != self.sha256:
            raise FormatError("It was changed since the file of offsets beside it was written.")
        return text


def heading() -> str:
    """Return the first lines of an offsets file."""
    return f"{_FIRST}\n{_COLUMNS}\n"


def section(name: str, text: str, spans: Sequence[Span], written: Sequence[str]) -> str:
    """Return the lines for one note: `spans` in order, `written` as the main file writes each."""
    lines = [f"{_NOTE}{json.dumps(name)} {text_hash(text)}"]
    done = 0
    for span, said in zip(spans, written, strict=True):
        line = f"{span.start}\t{span.end}\t{json.dumps(text[done : span.start])}"
        own = span.of(text)
        lines.append(line if said == own else f"{line}\t{json.dumps(own)}")
        done = span.end
    lines.append(f"{len(text)}\t{len(text)}\t{json.dumps(text[done:])}")
    return "\n".join(lines) + "\n"


def read(path: Path) -> list[Pieces]:
    """Return the notes of an offsets file.

    Raises:
        FormatError: it is none, or damaged; the message names the line.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        raise FormatError("The file of offsets beside it cannot be read.") from None
    if lines[0].rstrip("\r") != _FIRST:
        raise FormatError("The file of offsets beside it is not one of ours.")
    return list(_notes(lines))


def _notes(lines: Sequence[str]) -> Iterator[Pieces]:
    notes: Pieces | None = None
    for number, raw in enumerate(lines[2:], start=3):
        line = raw.rstrip("\r")
        try:
            if line.startswith(_NOTE):
                if notes is not None:
                    yield notes
                name, sha256 = line.removeprefix(_NOTE).rsplit(" ", 1)
                notes = Pieces(json.loads(name), sha256)
            elif line and notes is not None:
                _add(notes, line.split("\t"))
        except ValueError:
            raise FormatError(f"The file of offsets beside it is damaged in line {number}.") from None
    if notes is not None:
        yield notes


def _add(notes: Pieces, cells: list[str]) -> None:
    start, end, before = int(cells[0]), int(cells[1]), str(json.loads(cells[2]))
    if start == end:
        notes.after = before
    else:
        own = str(json.loads(cells[3])) if len(cells) > 3 else None  # noqa: PLR2004 - the fourth is optional
        notes.pieces.append(Piece(Span(start, end), before, own))
