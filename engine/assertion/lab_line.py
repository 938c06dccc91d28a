"""Lab line: the value that stands behind the name of a test, and the range that is normal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.assertion.found import Found
from engine.text.span import Span

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_UNIT = (
    r"(?:%|percent|mg\s?/\s?d[lL]|g\s?/\s?d[lL]|m?mol\s?/\s?[lL]|m?[Ee][qQ]\s?/\s?[lL]|ng\s?/\s?m[lL]|pg\s?/\s?m[lL]|mcg\s?/\s?d[lL]"
    r"|IU\s?/\s?[lL]|U\s?/\s?[lL]|mm\s?Hg|bpm|beats\s+per\s+minute|(?:breaths\s+)?per\s+minute|degrees(?:\s+(?:Fahrenheit|Celsius|[FC]\b))?"
    r"|°\s?[FC]?|pounds|lbs?|kg|kilograms|inches|cm|fL|k/u[lL]|[KkMm]/[uµ][lL]|x\s?10\S{1,3})"
)
_SAID = rf"(?:[<>≤≥]\s?)?{_NUMBER}\+?(?:(?:\s?[/-]\s?|\s+to\s+){_NUMBER})*(?:\s?{_UNIT}(?!\w))?"
_WORDED = (
    r"within\s+normal\s+limits|(?:grossly\s+|completely\s+)?(?:normal|negative|positive|unremarkable"
    r"|nonreactive|non-reactive|reactive|stable|pending)"
)
_LINKS = (
    r"(?:\s*(?::|=|,|\(|-)|\s+(?:is|was|are|were|of|at|level|levels|count|came\s+back|remains|remained|showed|shows|revealed|reveals"
    r"|about|approximately|currently|today|has\s+been)\b)*\s*"
)
_LONGEST = 200
"""Characters of a line that are looked at: a sentence may be endless."""
_VALUE = re.compile(rf"{_LINKS}(?P<value>{_SAID}|\b(?:{_WORDED})\b)(?![\w/])", re.IGNORECASE)
_RANGE = re.compile(
    rf"\s*[(\[]\s*(?:(?:normal(?:\s+range)?|ref(?:erence)?\.?(?:\s+range)?|range|nl)\s*:?\s*)?"
    rf"(?P<range>(?:[<>≤≥]\s?{_NUMBER}|{_NUMBER}\s?(?:-|–|to)\s?{_NUMBER})(?:\s?{_UNIT}(?!\w))?)\s*[)\]]"
    rf"|\s*,?\s*(?:\(?\s*)(?:normal(?:\s+range)?|ref(?:erence)?\.?(?:\s+range)?)(?:\s+is|\s+being)?\s*:?\s*"
    rf"(?P<named>(?:[<>≤≥]\s?{_NUMBER}|{_NUMBER}\s?(?:-|–|to)\s?{_NUMBER})(?:\s?{_UNIT}(?!\w))?)",
    re.IGNORECASE,
)


def lab_values(text: str, tests: Sequence[tuple[int, Span]], parts: Sequence[Span]) -> Iterator[Found]:
    """Yield value and range behind each of `tests` (number, place; in order), in its sentence of `parts`."""
    ends = iter(parts)
    part = next(ends, None)
    for number, (index, place) in enumerate(tests):
        while part is not None and part.end < place.end:
            part = next(ends, None)
        if part is None:
            return
        behind = tests[number + 1][1].start if number + 1 < len(tests) else part.end
        end = min(part.end, max(behind, place.end), place.end + _LONGEST)
        value = _VALUE.match(text, place.end, end)
        if value is None or _of_the_next(text, place.end, value, behind):
            continue
        yield Found(Span(*value.span("value")), "labvalue", (index,))
        normal = _RANGE.match(text, value.end(), end)
        if normal is not None:
            yield Found(Span(*normal.span(normal.lastgroup or 0)), "reference_range", (index,))


def _of_the_next(text: str, start: int, value: re.Match[str], behind: int) -> bool:
    """Whether a value is set off from the name before it and stands at the next one: “…, 8 lymphocytes”."""
    return "," in text[start : value.start("value")] and not text[value.end() : behind].strip(" ")
