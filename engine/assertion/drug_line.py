"""Drug line: what stands beside the name of a drug: strength, dosage, form, route, frequency, duration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.assertion.found import Found
from engine.text.span import Span

_FURTHEST = 28
"""So many characters at most stand between two parts (“… 10 mg tablets, take one tablet by mouth”)."""

_LONGEST = 400
"""Characters of a line that are looked at: a sentence may be endless."""

_NUMBER = r"\d+(?:[.,]\d+)*"
_WORD_NUMBER = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|several)"
_COUNT = rf"(?:{_NUMBER}|{_WORD_NUMBER})"
_COUNTS = rf"{_COUNT}(?:\s*(?:-|–|/|to|or)\s*{_COUNT})?(?:\s+and\s+(?:a|one)[\s-]half)?"
_MASS = (
    r"(?:mg|mcg|µg|μg|ug|g|gm|gms|grams?|milligrams?|micrograms?|kg|meq|mmol|%|percent)"
    r"(?:\s*/\s*(?:kg|ml|dl|l|m2|hr|hour|day|dose))?"
)
_PART = (
    r"(?:tablets?|tabs?|capsules?|caps?|caplets?|pills?|puffs?|sprays?|drops?|gtts?|patch(?:es)?|lozenges?|suppositor(?:y|ies)"
    r"|ampoules?|amps?|vials?|sachets?|packets?|inhalations?)"
)
_SHAPE = (
    r"(?:creams?|ointment|lotion|gel|solution|suspension|syrup|elixir"
    r"|powder|inhaler|nebulizers?|foam|drip|paste|shampoo|enema)"
)
_PERIOD = r"(?:minutes?|hours?|hrs?|days?|nights?|weeks?|wks?|months?|years?)"
_TIMES_OF_DAY = r"(?:morning|evening|night|afternoon|day|week|month|other\s+day|bedtime|meals?|noon|hour)"
_LATIN = (
    r"b\.?i\.?d\b\.?|t\.?i\.?d\b\.?|q\.?i\.?d\b\.?|q\.?\s?d\b\.?|q\.?\s?o\.?d\b\.?|q\.?\s?h\.?s\b\.?|q\.?\s?[ap]\.?m\b\.?"
    r"|q\.?\s?day|q\.?\s?week(?:ly)?|q\.?\s?\d+(?:\s*(?:-|to)\s*\d+)?\.?\s*(?:h(?:ours?|rs?)?|d(?:ays?)?|w(?:eeks?)?)?\b\.?"
    r"|p\.?r\.?n\b\.?|(?:at\s+)?h\.s\b\.?|a\.c\b\.?"
)
_FREQUENCY = (
    rf"(?:{_LATIN}|(?:once|twice|thrice|{_COUNT}\s+times)(?:\s+(?:a|per|each|every)\s+{_TIMES_OF_DAY}|\s+daily|\s+weekly|\s+nightly)?"
    rf"|every\s+(?:{_COUNT}(?:\s*(?:-|to)\s*{_COUNT})?\s+{_PERIOD}|{_TIMES_OF_DAY})|(?:daily|nightly|weekly|monthly|hourly)\b"
    rf"|at\s+(?:bedtime|night)|(?:a|per)\s+day\b|as\s+(?:needed|required)|before\s+meals|with\s+meals)"
)
_ROUTE = (
    r"(?:p\.?o\b\.?|i\.?v\b\.?|i\.?m\b\.?|s\.?q\b\.?|s\.?c\b\.?|s\.?l\b\.?|p\.?r\b\.?|by\s+mouth|per\s+os|orally|oral|intravenous(?:ly)?"
    r"|intramuscular(?:ly)?|sub\s?-?cut(?:aneous(?:ly)?)?|subcu|subq|sublingual(?:ly)?|rectal(?:ly)?|per\s+rectum|to\s+rectum|topical(?:ly)?"
    r"|nasal|intranasal(?:ly)?|inhaled|transdermal(?:ly)?|vaginal(?:ly)?|per\s+vagina|by\s+injection"
    r"|(?:to|in|into)\s+(?:both|each|the\s+(?:left|right))\s+(?:eyes?|ears?|nostrils?|nares))"
)
_DURATION = (
    r"(?:(?:for\s+(?:another\s+|the\s+next\s+|a\s+total\s+of\s+)?|[x×]\s*)"
    rf"{_COUNTS}\s*(?:more\s+)?-?{_PERIOD})"
)

_LINE = re.compile(
    rf"(?<![\w.#])(?:(?P<duration>{_DURATION}\b)"
    rf"|(?P<strength>{_COUNTS}(?:\s*(?:-|/)\s*{_NUMBER})?\s*{_MASS}(?![\w]))"
    rf"|(?P<units>{_COUNTS}\s*(?:units?|iu|ml|cc|mls|teaspoons?|tsp|tablespoons?|tbsp)\b)"
    rf"|(?P<dosage>{_COUNTS})(?=\s+(?:{_PART}\b|{_FREQUENCY}|{_ROUTE}))"
    rf"|(?P<frequency>{_FREQUENCY})"
    rf"|(?P<route>{_ROUTE})(?!\w)"
    rf"|(?P<form>{_PART}|{_SHAPE})\b"
    r"|(?P<scale>low[\s-]dose|(?:a\s+)?sliding\s+scale))",
    re.IGNORECASE,
)
_LABEL_OF = {"units": "dosage", "scale": "dosage"}

_BEFORE = re.compile(
    rf"(?<![\w.])(?:(?P<route>{_ROUTE})|(?P<dosage>low[\s-]dose)"
    rf"|(?P<strength>{_COUNTS}\s*{_MASS}(?!\w)(?=\s+of\b|\s+{_ROUTE}|\s*\Z)))\s+(?:of\s+)?\Z",
    re.IGNORECASE,
)
_LOOK_BEFORE = 40
_BREAK = re.compile(r"[.;]\s+(?=\d+\s?[.)]|[A-Z])|\n\s*\n")


def drug_parts(text: str, drugs: Sequence[tuple[int, Span]], parts: Sequence[Span]) -> Iterator[Found]:
    """Yield what is said of each of `drugs` (number and place, in order) in its sentence of `parts`.

    A line goes from a name to the next name, and ends where too many other words stand.
    """
    ends = iter(parts)
    part = next(ends, None)
    for number, (index, place) in enumerate(drugs):
        while part is not None and part.end < place.end:
            part = next(ends, None)
        if part is None:
            return
        behind = drugs[number + 1][1].start if number + 1 < len(drugs) else part.end
        end = min(part.end, max(behind, place.end), place.end + _LONGEST)
        yield from _after(text, index, place.end, end)
        before = drugs[number - 1][1].end if number else 0
        yield from _just_before(text, index, max(part.start, before, place.start - _LOOK_BEFORE), place.start)


def _after(text: str, drug: int, start: int, end: int) -> Iterator[Found]:
    done = start
    for match in _LINE.finditer(text, start, end):
        if match.start() - done > _FURTHEST or _BREAK.search(text, done, match.start()):
            return
        kind = match.lastgroup or ""
        yield Found(Span(*match.span(kind)), _LABEL_OF.get(kind, kind), (drug,))
        done = match.end()


def _just_before(text: str, drug: int, start: int, end: int) -> Iterator[Found]:
    match = _BEFORE.search(text, start, end)
    if match is not None:
        kind = match.lastgroup or ""
        yield Found(Span(*match.span(kind)), kind, (drug,))
