"""Token: a word or mark of a note with its place, and splitting a text into them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import overload

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from engine.errors import OffsetError
from engine.text.placeholders import placeholders
from engine.text.span import Span

TOKENIZER_VERSION = "1"
"""Stored beside packed tokens; raised whenever `tokenize` would answer differently for any text."""

Offsets = NDArray[np.int32]

_ZERO_WIDTH_JOINER = "\u200d"
# Invisible characters that stand inside a word: soft hyphen, the two joiners, the word joiner.
_JOINERS = "\u00ad\u200c\u200d\u2060"


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark of a note, with its place."""

    text: str
    span: Span


class Tokens(Sequence[Span]):
    """The places of all tokens of one text, packed; in order, none touching another's characters.

    Immutable; safe to share between threads.  `starts` and `ends` are code points.
    """

    __slots__ = ("ends", "starts", "version")

    def __init__(self, starts: Offsets, ends: Offsets, version: str = TOKENIZER_VERSION) -> None:
        self.starts = starts
        self.ends = ends
        self.version = version
        starts.flags.writeable = False
        ends.flags.writeable = False

    @override
    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, i: int) -> Span: ...
    @overload
    def __getitem__(self, i: slice) -> list[Span]: ...
    @override
    def __getitem__(self, i: int | slice) -> Span | list[Span]:
        if isinstance(i, slice):
            return [self[one] for one in range(*i.indices(len(self)))]
        return Span(int(self.starts[i]), int(self.ends[i]))

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tokens):
            return NotImplemented
        return np.array_equal(self.starts, other.starts) and np.array_equal(self.ends, other.ends)

    __hash__ = None  # type: ignore[assignment]

    @override
    def __repr__(self) -> str:
        return f"<{len(self)} tokens, version {self.version}>"

    def each(self, text: str) -> Iterator[Token]:
        """Yield the tokens with their surface in `text`, which must be the text they were made of."""
        for start, end in zip(self.starts.tolist(), self.ends.tolist(), strict=True):
            yield Token(text[start:end], Span(start, end))

    def words(self, text: str) -> list[str]:
        """Return the surfaces in `text`, in order."""
        return [text[s:e] for s, e in zip(self.starts.tolist(), self.ends.tolist(), strict=True)]

    def at(self, offset: int) -> int | None:
        """Return the index of the token that holds the character at `offset`, or None for white space."""
        i = self.first_from(offset)
        return i if i < len(self) and self.starts[i] <= offset else None

    def first_from(self, offset: int) -> int:
        """Return the index of the first token that ends behind `offset` (`len(self)` where none does)."""
        return int(np.searchsorted(self.ends, offset, side="right"))

    def covering(self, span: Span) -> tuple[int, int] | None:
        """Return the half-open range of the tokens that share a character with `span`, or None."""
        first = self.first_from(span.start)
        last = int(np.searchsorted(self.starts, span.end, side="left"))
        return (first, last) if first < last else None

    def snapped(self, span: Span) -> Span | None:
        """Return `span` grown to token borders, freed of outer white space; None where it holds no token."""
        touched = self.covering(span)
        return None if touched is None else Span(int(self.starts[touched[0]]), int(self.ends[touched[1] - 1]))

    def to_json(self) -> str:
        """Return ``[start, end, start, end, …]`` as JSON without blanks, as it is stored."""
        return json.dumps(np.column_stack((self.starts, self.ends)).ravel().tolist(), separators=(",", ":"))

    @classmethod
    def from_json(cls, packed: str, version: str = TOKENIZER_VERSION) -> Tokens:
        """Return the tokens that `to_json` wrote.

        Raises:
            OffsetError: not a list of pairs in order.
        """
        try:
            flat = np.array(json.loads(packed), dtype=np.int32)
        except (ValueError, TypeError, OverflowError):
            raise OffsetError("The stored tokens are not a list of offsets.") from None
        if flat.ndim != 1 or len(flat) % 2:
            raise OffsetError("The stored tokens are not pairs of offsets.")
        starts, ends = flat[0::2].copy(), flat[1::2].copy()
        if len(starts) and (starts[0] < 0 or (starts >= ends).any() or (starts[1:] < ends[:-1]).any()):
            raise OffsetError("The stored tokens are not in order.")
        return cls(starts, ends, version)


def tokenize(text: str) -> Tokens:
    """Return the words and marks of `text`.

    Every character that is not white space lies in exactly one token.  A word is letters and the
    digits after them (``HbA1c``, ``q6h``); a number keeps its decimals, thousands, slashes and
    colons (``1,200.5``, ``120/80``, ``07/22/2008``, ``10:20``) and stands apart from its unit
    (``81mg`` is two); ``b.i.d.`` is one; possessive ``'s``, hyphens and all other marks stand by
    themselves.  A mark of de-identification is one token, the only kind that may hold white space.
    Combining marks and joined emoji stay with the character they belong to.
    """
    pattern = _pattern("".join(sorted(filter(_attached, set(text)))))
    found: list[int] = []
    done = 0
    for one in placeholders(text):
        found += _offsets(pattern, text, done, one.span.start)
        found += (one.span.start, one.span.end)
        done = one.span.end
    found += _offsets(pattern, text, done, len(text))
    flat = np.array(found, dtype=np.int32)
    return Tokens(flat[0::2].copy(), flat[1::2].copy())


def _offsets(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[int]:
    return chain.from_iterable(match.span() for match in pattern.finditer(text, start, end))


def _attached(character: str) -> bool:
    """Whether `character` belongs to the one before it: a combining mark, a joiner, a skin tone."""
    if character < "\u0300":
        return character == "\u00ad"
    return (
        unicodedata.category(character).startswith("M")
        or character in _JOINERS
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


@lru_cache(maxsize=64)
def _pattern(attached: str) -> re.Pattern[str]:
    """Return the pattern of one token, for a text where `attached` are the characters that never stand alone.

    Most texts have none of these, and classes of single characters are several times faster than
    alternatives, hence a pattern made to measure.  Repetitions of one character are possessive
    (``++``) and those of groups begin with a mark of their own: nothing is read twice, so one
    endless line costs no more than many short ones.  (Possessive groups would say so more plainly,
    but Python 3.11.2, as Debian 12 has it, matches them wrongly: gh-106052.)
    """
    tail = f"[{re.escape(attached)}]*+" if attached else ""
    word = rf"(?:[^\W_]|[{re.escape(attached)}])" if attached else r"[^\W_]"
    letter = r"[^\W\d_]"
    number = r"(?:\d{1,3}(?:,\d{3})+(?!\d|,\d{3})|\d++)(?:\.\d++)*"
    mark = r"[^\w\s]|_"
    if _ZERO_WIDTH_JOINER in attached:
        mark = rf"[^\w\s]{tail}(?:(?<={_ZERO_WIDTH_JOINER})[^\w\s]{tail})*|_"
    return re.compile(
        "(?:"
        + "|".join(
            (
                rf"{letter}(?:\.{letter})+(?!{word}|\.{letter})\.?",  # b.i.d.  p.o.  U.S.
                rf"{letter}{word}*(?:['’](?![sS](?!{word})){letter}{word}*)*",  # fever  HbA1c  doesn't
                rf"['’][sS](?!{word})",  # patient's
                r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}-\d{1,2}-(?:\d{4}|\d{2}))(?![\d-])",  # 2008-07-22
                rf"\d++(?:st|nd|rd|th)(?!{word})",  # 2nd
                rf"{number}(?:[/:]{number})*",  # 1,200.5  120/80  10:20
                r"(?<![\w.])\.\d++",  # .5 mg
                rf"{word}",  # ½ and the like
                "[\U0001f1e6-\U0001f1ff]{2}",  # flags
                mark,
            )
        )
        + ")"
        + tail
    )
