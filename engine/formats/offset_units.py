"""Offset units: finding out what a file's offsets count, by comparing its surfaces with the text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate

from engine.formats.characters import LINE_BREAKS
from engine.text.span import Span, Spans, as_spans

_BLANKS = str.maketrans(dict.fromkeys(LINE_BREAKS + "\t\xa0", " "))


class Unit(Enum):
    """What an offset counts; tried in this order."""

    CODE_POINTS = "characters"
    UTF16 = "UTF-16 units"
    UTF8 = "UTF-8 bytes"
    CRLF_AS_ONE = "characters, with each line end (CR LF) as one"
    CRLF_AS_ONE_UTF16 = "UTF-16 units, with each line end (CR LF) as one"
    AFTER_BOM = "characters, with the byte order mark as the first"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file says of one tag: these offsets, in whatever unit, cover these words.

    `surface` is None where the file does not repeat the words.
    """

    places: tuple[tuple[int, int], ...]
    surface: str | None = None


def spans_in(text: str, claim: Claim, at: Callable[[int], int | None]) -> Spans | None:
    """Return the claim's spans in code points if its words stand there, else None.

    `at` turns an offset of the file into one of `text`.
    """
    spans = []
    for start, end in claim.places:
        first, last = at(start), at(end)
        if first is None or last is None or not 0 <= first < last <= len(text):
            return None
        spans.append(Span(first, last))
    try:
        ordered = as_spans(spans)
    except ValueError:
        return None  # fragments that overlap, or none
    if claim.surface is not None and not same_words([span.of(text) for span in spans], claim.surface):
        return None
    return ordered


def same_words(fragments: Sequence[str], surface: str) -> bool:
    """Whether `surface` is what the fragments cover, but for the kind and number of blanks.

    Tools write a line break inside a tag as itself, as a blank or not at all differently;
    where a tag stands is not in doubt by that.
    """
    found = " ".join(fragments)
    return (
        found == surface
        or found.translate(_BLANKS) == surface.translate(_BLANKS)
        or found.split() == surface.split()
    )


def units_for(text: str) -> Iterator[tuple[Unit, Callable[[int], int | None]]]:
    """Yield each unit that could be meant in `text`, with its conversion to code points."""
    yield Unit.CODE_POINTS, lambda offset: offset
    wide = any(_utf16(character) > 1 for character in text)
    pairs = "\r\n" in text
    if wide:
        yield Unit.UTF16, _converter(map(_utf16, text))
    if not text.isascii():
        yield Unit.UTF8, _converter(map(_utf8, text))
    if pairs:
        yield Unit.CRLF_AS_ONE, _converter(_shrunk(text, lambda _: 1))
    if pairs and wide:
        yield Unit.CRLF_AS_ONE_UTF16, _converter(_shrunk(text, _utf16))
    yield Unit.AFTER_BOM, lambda offset: offset - 1


def settle(text: str, claims: Sequence[Claim]) -> tuple[Unit, list[Spans | None]]:
    """Return the unit in which *all* claims hold, and their spans in code points.

    Where no unit makes all of them hold, characters are taken and the spans of the claims
    that do not hold are None: nothing is guessed for a part of a note.
    """
    plain: list[Spans | None] = []
    for unit, at in units_for(text):
        spans = [spans_in(text, claim, at) for claim in claims]
        if unit is Unit.CODE_POINTS:
            plain = spans
        if all(spans) and (unit is Unit.CODE_POINTS or any(claim.surface for claim in claims)):
            return unit, spans
    return Unit.CODE_POINTS, plain


def _utf16(character: str) -> int:
    return 2 if character > "\uffff" else 1


def _utf8(character: str) -> int:
    return len(character.encode("utf-8", "surrogatepass"))


def _shrunk(text: str, width: Callable[[str], int]) -> Iterator[int]:
    following = iter(text[1:] + " ")
    for character, after in zip(text, following, strict=True):
        yield 0 if character == "\r" and after == "\n" else width(character)


def _converter(widths: Iterable[int]) -> Callable[[int], int | None]:
    starts = [0, *accumulate(widths)]

    def at(offset: int) -> int | None:
        place = bisect_left(starts, offset)
        return place if place < len(starts) and starts[place] == offset else None

    return at
