"""Section: the parts of a clinical note that its headings open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from engine.text.heading_words import FIRST_WORDS, LAST_WORDS, PARTS_OF_EXAMINATIONS, SOAP, TITLE_OF
from engine.text.span import Span

OTHER = "other"
"""The title of a section whose heading is none of those we know."""

TITLES = (*dict.fromkeys(TITLE_OF.values()), OTHER)
"""Every title that a section may have."""

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_OPENING = re.compile(r"[ \t]*(?:(?:\d{1,2}|[A-Z])[.)][ \t]+|[#*=•■-]+[ \t]*)?(?=[^\W\d_])")
_SAID = re.compile(r"[^\W_](?:[^\n\r:]{0,78}?[^\s:])??(?=[ \t]*[:=*#]|[ \t]*\Z)")
_LETTER = re.compile(r"^[ \t]*(?P<letter>[SOAP])[ \t]?:(?=\s)", re.MULTILINE)
_INLINE = re.compile(r"(?<=[.,;])[ \t,]{0,3}(?P<said>[A-Z][A-Z/&' -]{2,58}[A-Z])[ \t]?:")
_ASIDE = re.compile(r"\s*\([^()]*\)\s*\Z")
_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_LONGEST_BARE_HEADING = 60
_MOST_WORDS = 8
_LONG_WORD = 7


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a note: `heading` (with its colon) and `span`, from the heading to the next one.

    `title` is one of `TITLES`, however the note spells it.
    """

    title: str
    heading: Span
    span: Span


def sections(text: str) -> list[Section]:
    """Return the sections of `text`, in order; what stands before the first heading is in none."""
    found = list(headings(text))
    borders = [span.start for _, span in found] + [len(text)]
    made = []
    for (title, heading), (start, end) in zip(found, pairwise(borders), strict=True):
        last = start + len(text[start:end].rstrip())
        made.append(Section(title, heading, Span(start, max(last, heading.end))))
    return made


def headings(text: str) -> Iterator[tuple[str, Span]]:
    """Yield (title, place with its colon) of each heading in `text`, in order."""
    letters = {match["letter"] for match in _LETTER.finditer(text)} == set(SOAP)
    for line in _LINE.finditer(text):
        at_start = _letter(text, *line.span()) if letters else None
        at_start = at_start or _at_line_start(text, *line.span())
        if at_start is not None:
            yield at_start
        yield from _within(text, line.start() if at_start is None else at_start[1].end, line.end())


def _letter(text: str, start: int, end: int) -> tuple[str, Span] | None:
    match = _LETTER.match(text, start, end)
    return match and (SOAP[match["letter"]], Span(match.start("letter"), match.end()))


def normalised(heading: str) -> str | None:
    """Return our title for a heading as a note spells it (without its colon), or None where we know none."""
    words = " ".join(
        _WORDS.findall(_ASIDE.sub("", heading).replace("&", " and ").replace("+", " and ").lower())
    )
    while words:
        if words in TITLE_OF:
            return TITLE_OF[words]
        words = _shortened(words)
    return None


def _shortened(words: str) -> str:
    """Return `words` without one phrase of time or number at an end, or nothing where there is none."""
    for last in LAST_WORDS:
        if words.endswith(" " + last):
            return words[: -len(last) - 1]
    first, _, rest = words.partition(" ")
    return rest if first in FIRST_WORDS else ""


def _at_line_start(text: str, start: int, end: int) -> tuple[str, Span] | None:
    opening = _OPENING.match(text, start, end)
    said = _SAID.match(text, opening.end(), min(end, opening.end() + 82)) if opening else None
    if said is None or (said.end() == opening.end() + 82 if opening else True):
        return None
    rest = text[said.end() : min(end, said.end() + 200)].lstrip(" \t")
    colon = rest.startswith(":")
    if not colon and (text[said.end() : end].strip(" \t*#=")):
        return None
    title = _title(said[0], colon, alone=not text[said.end() : end].strip(" \t:*#="))
    if title is None:
        return None
    stop = text.index(":", said.end()) + 1 if colon else said.end()
    return title, Span(said.start(), stop)


def _title(said: str, colon: bool, alone: bool) -> str | None:
    """Return the title of a heading that a line begins with, None where it is no heading."""
    if not said[0].isupper() and not (colon and alone):
        return None
    if not colon and len(said) > _LONGEST_BARE_HEADING:
        return None
    title = normalised(said)
    if title is not None:
        shouted = said.isupper() or said.istitle()
        return title if colon or shouted or " " in said else None
    return OTHER if _looks_like_one(said, colon, alone) else None


def _looks_like_one(said: str, colon: bool, alone: bool) -> bool:
    """Whether an unknown phrase looks like a heading: capitals of some length, or a label on its own line."""
    words = _WORDS.findall(said)
    if not words or len(words) > _MOST_WORDS or words[0].lower() in PARTS_OF_EXAMINATIONS:
        return False
    if any(one.isdigit() for one in words):
        return False
    if said.isupper():
        if not (colon or said[-1].isalnum() or said[-1] == ")"):
            return False  # "MULTIPLE DENTAL CARIES."
        return len(words) > 1 or (len(said) >= _LONG_WORD and (colon or alone))
    return colon and alone and said[0].isupper()


def _within(text: str, start: int, end: int) -> Iterator[tuple[str, Span]]:
    """Yield the headings in capitals that a transcriber ran together in one line."""
    for match in _INLINE.finditer(text, start, end):
        title = normalised(match["said"])
        if title is not None:
            yield title, Span(match.start("said"), match.end())
