"""Templates: sentences of our own with gaps, filled by chance, for what no public corpus covers.

A file of TOML: `fillings` gives each gap its words, `sentences` are the templates.  In a sentence
``{gap}`` is filled with one of the words, and ``[label text]`` marks its text, gaps and all:
``[test Sodium] [labvalue {sodium}] ([reference_range {sodium_range}])``.  Marks may stand inside marks.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from engine.errors import FormatError
from engine.training.corpora import CorpusNote, Mark

_PART = re.compile(r"\{(\w+)\}|\[(\w+) |(\])")
_DIGIT = re.compile("#")


class Templates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of templates.  `copies` notes are made of each sentence; `#` in a filling is a digit."""

    seed: int
    copies: int
    fillings: dict[str, tuple[str, ...]]
    sentences: tuple[str, ...]


def read_templates(path: Path) -> Iterator[CorpusNote]:
    """Yield the notes that a file of templates makes; the same file makes the same notes.

    Each sentence appears `copies` times with other fillings, alone or after another sentence.

    Raises:
        FormatError: the file is no file of templates, names an unknown gap, or a mark does not end.
    """
    try:
        told = msgspec.toml.decode(path.read_bytes(), type=Templates)
    except msgspec.DecodeError as error:
        raise FormatError(f"“{path.name}” is not a file of templates: {error}.") from error
    chance = random.Random(told.seed)  # noqa: S311  it must be repeatable, not secret
    for number, sentence in enumerate(told.sentences):
        for copy in range(told.copies):
            parts = [chance.choice(told.sentences), sentence] if copy % 2 else [sentence]
            yield filled(parts, told.fillings, chance, f"{path.stem}-{number}-{copy}")


def filled(
    sentences: Sequence[str], fillings: Mapping[str, Sequence[str]], chance: random.Random, name: str
) -> CorpusNote:
    """Return one note made of `sentences` with their gaps filled."""
    text = ""
    marks: list[Mark] = []
    for sentence in sentences:
        text += " " if text else ""
        text = _told(sentence, fillings, chance, text, marks)
    return CorpusNote(name, text, tuple(marks))


def _told(
    sentence: str, fillings: Mapping[str, Sequence[str]], chance: random.Random, text: str, marks: list[Mark]
) -> str:
    """Return `text` with the filled sentence added; its marks are added to `marks`."""
    opened: list[tuple[str, int]] = []
    at = 0
    for part in _PART.finditer(sentence):
        text += sentence[at : part.start()]
        at = part.end()
        gap, label, closing = part.groups()
        if gap:
            if gap not in fillings:
                raise FormatError(f"A template has a gap “{gap}” that nothing fills.")
            text += _DIGIT.sub(lambda _: chance.choice("123456789"), chance.choice(fillings[gap]))
        elif label:
            opened.append((label, len(text)))
        elif closing and opened:
            name, start = opened.pop()
            marks.append(Mark(start, len(text), name))
    if opened:
        raise FormatError(f"The template “{sentence}” has a mark that does not end.")
    return text + sentence[at:]
