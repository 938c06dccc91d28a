"""Lexicon: phrases of our own data files and where they stand among the words of a sentence."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import product
from pathlib import Path

import msgspec

from engine.errors import FormatError
from engine.model_files.places import models_folder
from engine.text.token import tokenize

_FORMAT = 1
_FOLDER = "lexicons"
_CHOICE = re.compile(r"\{([^{}]*)\}")


class Role(Enum):
    """What a phrase does where it stands."""

    CUE = "cue"
    NOT_A_CUE = "not a cue"
    END = "end"


class Direction(Enum):
    """On which side of a cue what it speaks of stands."""

    FORWARD = "forward"
    BACKWARD = "backward"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase in small words; the words ``said[0]:said[1]`` of it are what is marked."""

    words: tuple[str, ...]
    said: tuple[int, int]
    label: str
    role: Role
    direction: Direction
    value: str
    section: str
    number: int
    """Its place in the file."""


@dataclass(frozen=True, slots=True)
class Match:
    """`phrase` stands at the words ``first:last``."""

    first: int
    last: int
    phrase: Phrase

    @property
    def said(self) -> tuple[int, int]:
        """The words that are marked, half-open."""
        return self.first + self.phrase.said[0], self.first + self.phrase.said[1]


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    label: str
    phrases: list[str] = msgspec.field(name="is")
    role: Role = Role.CUE
    direction: Direction = Direction.FORWARD
    value: str = ""
    section: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    name: str
    phrases: list[_Entry]


class Lexicon:
    """Phrases by their first words.  Immutable; safe to share between threads."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        by_first: defaultdict[str, list[Phrase]] = defaultdict(list)
        for phrase in phrases:
            by_first[phrase.words[0]].append(phrase)
        self._by_first = {
            first: sorted(some, key=lambda one: (-len(one.words), one.number))
            for first, some in by_first.items()
        }
        self.labels = frozenset(one.label for one in phrases)

    def matches(self, words: Sequence[str], first: int = 0, last: int | None = None) -> Iterator[Match]:
        """Yield what stands in ``words[first:last]`` (in small letters), in order.

        Of phrases of one label the longest counts, and its words are spent for that label.
        """
        end = len(words) if last is None else last
        spent: dict[str, int] = {}
        by_first = self._by_first
        for at, word in enumerate(words[first:end], first):
            if word not in by_first:
                continue
            for phrase in by_first[word]:
                behind = at + len(phrase.words)
                if behind > end or spent.get(phrase.label, 0) > at:
                    continue
                if len(phrase.words) == 1 or tuple(words[at:behind]) == phrase.words:
                    spent[phrase.label] = behind
                    yield Match(at, behind, phrase)


@lru_cache(maxsize=8)
def shipped_lexicon(name: str) -> Lexicon:
    """Return the lexicon called `name` that came with the program, read once.

    Raises:
        FormatError: the file is missing or is no lexicon.
    """
    return read_lexicon(models_folder() / _FOLDER / f"{name}.toml")


def read_lexicon(path: Path) -> Lexicon:
    """Return the lexicon in the file at `path`.

    Raises:
        FormatError: the file is missing or is no lexicon.
    """
    try:
        said = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
    except OSError as error:
        raise FormatError(f"The lexicon “{path.name}” cannot be read: {error.strerror}.") from None
    except (ValueError, msgspec.ValidationError) as error:
        raise FormatError(f"“{path.name}” is not a lexicon: {error}.") from None
    if said.format != _FORMAT:
        raise FormatError(f"“{path.name}” is of a newer format than this program knows.")
    found: list[Phrase] = []
    for entry in said.phrases:
        for written in entry.phrases:
            found += _phrases(written, entry, len(found), path.name)
    return Lexicon(found)


def _phrases(written: str, entry: _Entry, number: int, file: str) -> Iterator[Phrase]:
    """Yield the phrases that one line of the file means."""
    parts = _CHOICE.split(written)
    choices = [part.split("|") if odd % 2 else [part] for odd, part in enumerate(parts)]
    for choice in dict.fromkeys("".join(some) for some in product(*choices)):
        before, opened, rest = choice.partition("[")
        inside, closed, behind = rest.partition("]")
        words = [_words(part) for part in (before, inside, behind)]
        if not any(words) or bool(opened) != bool(closed) or (opened and not words[1]):
            raise FormatError(f"“{file}”: “{written}” is not a phrase.")
        whole = (*words[0], *words[1], *words[2])
        said = (len(words[0]), len(words[0]) + len(words[1])) if opened else (0, len(whole))
        yield Phrase(
            whole, said, entry.label, entry.role, entry.direction, entry.value, entry.section, number
        )


def _words(text: str) -> tuple[str, ...]:
    small = text.lower()
    return tuple(tokenize(small).words(small))
