"""PHEE: sentences on adverse and therapeutic events; what an event's arguments are, is marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import FormatError, OffsetError
from engine.training.corpora import CorpusNote, Mark


def read_phee(path: Path) -> Iterator[CorpusNote]:
    """Yield each sentence (JSON lines); a mark's type is the innermost name of its argument.

    Raises:
        FormatError: a line is not a sentence of PHEE.
        OffsetError: an argument is not what stands at its offsets.
    """
    for number, line in enumerate(path.read_bytes().splitlines()):
        try:
            said = msgspec.json.decode(line)
            text, found = said["context"], said["annotations"]
            marks = dict.fromkeys(
                mark for one in found for event in one["events"] for mark in _marks(event, text)
            )
        except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
            raise FormatError(f"“{path.name}”, line {number + 1}: this is no sentence of PHEE.") from error
        yield CorpusNote(said["id"], text, tuple(marks))


def _marks(event: Mapping[str, Any], text: str) -> Iterator[Mark]:
    for name, argument in event.items():
        if not isinstance(argument, dict):
            continue
        for surfaces, starts in zip(argument.get("text", ()), argument.get("start", ()), strict=True):
            for surface, start in zip(surfaces, starts, strict=True):
                if text[start : start + len(surface)] != surface:
                    raise OffsetError("PHEE: an argument does not stand where it says.")
                if surface:
                    yield Mark(start, start + len(surface), name)
        yield from _marks(argument, text)
