"""Wording: what the details say of a span, in short plain lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from engine.text.section import Section
from engine.text.span import Span, Spans, surface

OTHER = "other"
"""The title of a section whose heading is none of those we know."""

LONGEST_HEADING = 40
LONG = 160
"""More characters than this of one span are cut in lists."""


def one_line(text: str, spans: Spans, at_most: int = LONG) -> str:
    """Return the words of `spans` on one line, cut in the middle where they are too long."""
    words = " ".join(surface(text, spans).split())
    if len(words) <= at_most:
        return words
    half = (at_most - 3) // 2
    return f"{words[:half]} … {words[-half:]}"


def place_words(text: str, spans: Spans, sections: Sequence[Section]) -> str:
    """Say where `spans` stand: section and characters, counted from 0 as in exports."""
    start, end = spans[0].start, max(span.end for span in spans)
    section = section_at(sections, start)
    place = f"Characters {start:,} to {end:,}"
    if len(spans) > 1:
        place += f" in {len(spans)} fragments"
    return f"{section_words(section, text)} · {place}" if section is not None else place


def section_at(sections: Sequence[Section], offset: int) -> Section | None:
    """Return the section that holds `offset`; `sections` are in order and do not overlap."""
    at = bisect_right([section.span.start for section in sections], offset) - 1
    if at >= 0 and sections[at].span.start <= offset <= sections[at].span.end:
        return sections[at]
    return None


def section_words(section: Section, text: str) -> str:
    """Return what a section is called: its normalised title, or what the note itself calls it."""
    if section.title != OTHER:
        return section.title[:1].upper() + section.title[1:]
    return " ".join(section.heading.of(text).split()).rstrip(":")[:LONGEST_HEADING]


def percent(score: float) -> str:
    """Return a probability as whole percent, never rounded up to certainty."""
    return f"{min(int(score * 100), 99) if score < 1 else 100} %"


def count_words(number: int, one: str, many: str = "") -> str:
    """Return “1 note”, “2 notes”."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def context(text: str, span: Span, around: int) -> tuple[str, str, str]:
    """Return the words before, in and after `span`, as they follow each other, each on one line."""
    before = text[max(0, span.start - around) : span.start]
    after = text[span.end : span.end + around]
    return _blanks(before), _blanks(span.of(text)), _blanks(after)


def _blanks(words: str) -> str:
    return re.sub(r"\s+", " ", words)
