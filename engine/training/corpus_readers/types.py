"""Types: what a corpus calls a mark, said in our labels by the table of a recipe.

A value of the table is a label; several labels joined by ``+`` (the mark carries each of them) or by
``|`` (it carries one of them, the corpus does not say which); ``?`` where nothing is known of the
words; or ``dose``, the rule of `dose_marks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.training.corpora import CorpusNote, Mark

UNKNOWN = "?"
_DOSE = "dose"
_STRENGTH = re.compile(
    r"\d[\d.,/–-]*\s?(?:mg|milligrams?|mcg|µg|μg|g|grams?|meq|mmol|%)(?:\s?/\s?(?:kg|m2|m²|ml|l|h|day|d))*(?![a-z])",
    re.IGNORECASE,
)
_HOW_OFTEN = re.compile(
    r"(?:(?:once|twice|(?:two|three|four|\d)\s+times)[\s-]+(?:a|per|every|/)?\s?\w+|daily|weekly|monthly"
    r"|every\s+(?:\w+\s+)?(?:hours?|days?|weeks?|months?)|(?:per|a)\s+(?:day|week|month)|[bqt]\.?[id]\.?d?\.?)$",
    re.IGNORECASE,
)


def said_in_ours(note: CorpusNote, types: Mapping[str, str]) -> CorpusNote:
    """Return `note` with its marks named by `types`; marks of other types go, and relations with them."""
    marks: list[Mark] = []
    place: dict[int, int] = {}
    for number, mark in enumerate(note.marks):
        ours = list(_ours(mark, types.get(mark.label, ""), note.text))
        if ours:
            place[number] = len(marks)
            marks += ours
    joined = ((place[head], place[tail]) for head, tail in note.relations if head in place and tail in place)
    return replace(note, marks=tuple(marks), relations=tuple(joined))


def _ours(mark: Mark, said: str, text: str) -> Iterator[Mark]:
    if said == _DOSE:
        yield from dose_marks(mark, text)
    elif said:
        for label in said.split("+"):
            yield replace(mark, label=label)


def dose_marks(mark: Mark, text: str) -> Iterator[Mark]:
    """Yield what a dose says: `strength` (a number with a unit of mass), `frequency`, or else `dosage`.

    MACCROBAT and PHEE mark “60 mg daily” as one; Kiwi's guideline takes it apart.
    """
    surface = text[mark.start : mark.end]
    often = _HOW_OFTEN.search(surface)
    rest = surface[: often.start()].rstrip(" ,;") if often else surface
    strength = _STRENGTH.match(rest)
    if strength:
        yield Mark(mark.start, mark.start + strength.end(), "strength")
    elif rest:
        yield Mark(mark.start, mark.start + len(rest), "dosage")
    if often:
        yield Mark(mark.start + often.start(), mark.end, "frequency")
