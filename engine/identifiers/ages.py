"""Ages: over 89 only; a younger age is no identifier."""

from __future__ import annotations

import re
from re import Match

from engine.identifiers.classes import IdentifierClass
from engine.identifiers.finding import Rule
from engine.identifiers.spelling import BLANK, OVER_89

_AGE = IdentifierClass.AGE
_OVER_89 = r"(?:9\d|1[01]\d|12[0-5])"
_TENS = (
    r"(?:ninety|one[ \-]hundred|a[ \-]hundred)(?:[ \-](?:and[ \-])?(?:one|two|three|four|five|six|seven"
    r"|eight|nine|ten))?"
)
_OLD = rf"(?:[ \-]?(?:years?|yrs?|y)[ .\-]{{0,2}}(?:old|of{BLANK}age|o\b)|[ \-]?y[./]?o\b|[ \-]?yo\b)"
_GENERATIONS = (
    r"(?:he|she|they|patient|who|mother|father|wife|husband|sister|brother|grandmother|grandfather)"
)


def _unless_measured(match: Match[str]) -> float | None:
    before = match.string[max(0, match.start() - 40) : match.start()].lower()
    measured = ("sat", "pulse", "heart rate", "temp", "o2", "spo2", "saturat", "weigh", "glucose", "rate")
    return None if any(word in before for word in measured) else 0.5


AGE_RULES: tuple[Rule, ...] = (
    Rule(
        "age.years-old",
        _AGE,
        "An age over 89.",
        0.97,
        re.compile(rf"(?<![\d.])(?P<id>{_OVER_89})(?i:{_OLD})"),
        shape=OVER_89,
    ),
    Rule(
        "age.in-words",
        _AGE,
        "An age over 89, in words.",
        0.95,
        re.compile(rf"(?i:\b(?P<id>{_TENS})[ \-](?:years?|yrs?)[ \-](?:old|of{BLANK}age)\b)"),
        needs=("ninety", "hundred"),
    ),
    Rule(
        "age.after-word",
        _AGE,
        "An age over 89, after a word for age.",
        0.9,
        re.compile(
            rf"(?i:\b(?:aged|age|at{BLANK}(?:the{BLANK})?age|age{BLANK}of|turned|turns|turning){BLANK}{{0,2}}"
            rf"[:=]?{BLANK}{{0,2}}(?:of{BLANK})?(?:is{BLANK})?)(?P<id>{_OVER_89})(?![\d%])(?!\.\d)"
            rf"(?!{BLANK}?(?:%|mg|weeks?|months?|days?))"
        ),
        shape=OVER_89,
    ),
    Rule(
        "age.died-at",
        _AGE,
        "An age over 89 at death.",
        0.8,
        re.compile(
            rf"(?i:\b(?:died|deceased|passed{BLANK}away|lived){BLANK}(?:at|to|until){BLANK})"
            rf"(?P<id>{_OVER_89})(?![\d%])(?!\.\d)"
        ),
        needs=("died", "deceased", "passed", "lived"),
        shape=OVER_89,
    ),
    Rule(
        "age.he-is",
        _AGE,
        "A number from 90 to 125 said of a person, which may be an age.",
        0.5,
        re.compile(
            rf"(?i:\b{_GENERATIONS}{BLANK}(?:is|was)(?:{BLANK}(?:now|currently))?{BLANK})"
            rf"(?P<id>{_OVER_89})(?=[.,;](?!\d)|{BLANK}and\b)"
        ),
        _unless_measured,
        shape=OVER_89,
    ),
    Rule(
        "age.nineties",
        _AGE,
        "An age in the nineties.",
        0.6,
        re.compile(
            r"(?i:\b(?:his|her|their)[ \-](?:early[ \-]|mid[ \-]?|late[ \-])?(?P<id>90['’]?s|nineties)\b)"
        ),
        needs=("90", "nineties"),
    ),
)
