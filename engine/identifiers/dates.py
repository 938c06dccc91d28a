"""Dates: days and months that are finer than a year, and ages over 89.

A bare year is no identifier.  Fractions, scores, blood pressures and doses look like dates
(``5/5 strength``, ``2/6 murmur``, ``10/325``): a month and a day without a year counts only
after a word that a date follows, and never before a unit.
"""

from __future__ import annotations

import re
from re import Match

from engine.identifiers.classes import IdentifierClass
from engine.identifiers.finding import Rule
from engine.identifiers.spelling import (
    ANY_FIGURE,
    BLANK,
    CLOCK,
    DAY,
    EIGHT_FIGURES,
    LONG_MONTH,
    MONTH,
    NOT_A_QUANTITY,
    NOT_A_SCORE,
    SHORT_MONTH,
    YEAR,
)

_DATE = IdentifierClass.DATE
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ORDINAL = r"(?:st|nd|rd|th)"
_NUMBER_ENDS = r"(?![\d/])(?!\.\d)(?!-\d)"
_SAFE_MONTH = MONTH.replace("|May|", "|").replace("|Mar|", "|").replace("|March|", "|")
_LEADS_TO_A_DATE = (
    r"on|since|until|till|dated?|as of|dos|doa|dod|d\.o\.b\.?|dob|admitted|discharged|seen|birth|"
    r"born|service|visit|admission|discharge|surgery|expires?|expired|signed|dictated|transcribed|due"
)
_LAST_DAYS = dict(enumerate((31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), start=1))
_LONG_YEAR = len("2026")
_COMMON_FRACTIONS = {"1/2", "1/3", "2/3", "1/4", "3/4", "1/5", "1/8"}


def _is_day(day: int, month: int) -> bool:
    return month in _LAST_DAYS and 1 <= day <= _LAST_DAYS[month]


def _either_way(match: Match[str]) -> float | None:
    """Return how sure we are of a month and a day in one or the other order, then a year."""
    one, two, year = int(match["a"]), int(match["b"]), match["y"].lstrip("'’")
    if not (_is_day(two, one) or _is_day(one, two)):
        return None
    if len(year) == _LONG_YEAR:
        return 0.95
    counts_on = two - one == int(year) - two  # 1-2-3, 10-20-30: a count or a list of levels
    return None if counts_on else 0.85


def _iso(match: Match[str]) -> float | None:
    return 0.97 if _is_day(int(match["d"]), int(match["m"])) else None


def _month_and_day(match: Match[str]) -> float | None:
    month, day = int(match["m"]), int(match["d"])
    if not _is_day(day, month):
        return None
    plain = f"{month}/{day}"
    follows = match.string[match.end() : match.end() + 2]
    if plain in _COMMON_FRACTIONS and follows[:1] == " " and follows[1:].isalpha():
        return None
    return 0.6


def _compact(match: Match[str]) -> float | None:
    return 0.7 if _is_day(int(match["d"]), int(match["m"])) else None


DATE_RULES: tuple[Rule, ...] = (
    Rule(
        "date.numeric",
        _DATE,
        "A day, a month and a year in figures.",
        0.95,
        re.compile(
            r"(?<![\d/.\-])(?P<id>(?P<a>\d{1,2})(?P<s>[/-])(?P<b>\d{1,2})(?P=s)(?P<y>(?:18|19|20)\d\d"
            r"|['’]?\d\d)"
            rf"{_NUMBER_ENDS}{CLOCK}){NOT_A_QUANTITY}"
        ),
        _either_way,
        shape=ANY_FIGURE,
    ),
    Rule(
        "date.dotted",
        _DATE,
        "A day, a month and a year in figures with points.",
        0.9,
        re.compile(
            r"(?<![\d.\-/])(?P<id>(?P<a>\d{1,2})\.(?P<b>\d{1,2})\.(?P<y>(?:19|20)\d\d)(?!\d)"
            rf"(?!\.\d){CLOCK})"
        ),
        _either_way,
        shape=ANY_FIGURE,
    ),
    Rule(
        "date.dotted-short",
        _DATE,
        "A day, a month and a year of two figures each, with points.",
        0.7,
        re.compile(
            rf"(?<![\d.\-/])(?P<id>(?P<a>\d\d)\.(?P<b>\d\d)\.(?P<y>\d\d)(?![\d%])(?!\.\d)){NOT_A_QUANTITY}"
        ),
        _either_way,
        shape=ANY_FIGURE,
    ),
    Rule(
        "date.year-first",
        _DATE,
        "A year, a month and a day in figures.",
        0.97,
        re.compile(
            rf"(?<![\d/.\-])(?P<id>{YEAR}(?P<s>[-/.])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})(?!\d)"
            rf"(?!-\d){CLOCK})"
        ),
        _iso,
        shape=ANY_FIGURE,
    ),
    Rule(
        "date.compact",
        _DATE,
        "Eight figures that read as year, month and day, after a word that a date follows.",
        0.7,
        re.compile(
            rf"(?i:\b(?:date|{_LEADS_TO_A_DATE})\b)[^\d\n]{{0,12}}(?P<id>{YEAR}(?P<m>0[1-9]|1[0-2])"
            r"(?P<d>\d\d))(?!\d)"
        ),
        _compact,
        shape=EIGHT_FIGURES,
    ),
    Rule(
        "date.month-and-year-in-figures",
        _DATE,
        "A month and a year in figures.",
        0.85,
        re.compile(
            rf"(?<![\d/.\-])(?P<id>(?:0?[1-9]|1[0-2])[/-]{YEAR})(?![\d/])(?!-\d)(?!\.\d){NOT_A_QUANTITY}"
        ),
        shape=ANY_FIGURE,
    ),
    Rule(
        "date.month-and-short-year",
        _DATE,
        "A month and a year of two figures each, after “in” or “since”.",
        0.6,
        re.compile(
            rf"(?i:\b(?:in|since|until|through|last)\b){BLANK}(?P<id>(?:0[1-9]/\d\d|1[0-2]/(?:0\d|1[3-9]|2\d)))"
            rf"{_NUMBER_ENDS}(?!%){NOT_A_SCORE}"
        ),
        shape=ANY_FIGURE,
    ),
    Rule(
        "date.month-and-day-in-figures",
        _DATE,
        "A month and a day in figures, after a word that a date follows.",
        0.6,
        re.compile(
            rf"(?i:\b(?:{_LEADS_TO_A_DATE})\b)[:,]?{BLANK}{{0,3}}(?:(?:of|on|was|is|date)\b:?{BLANK})?"
            rf"(?P<id>(?P<m>\d{{1,2}})/(?P<d>\d{{1,2}})){_NUMBER_ENDS}(?!%){NOT_A_SCORE}"
        ),
        _month_and_day,
        shape=ANY_FIGURE,
    ),
    Rule(
        "date.line-starts-with-day",
        _DATE,
        "A month and a day in figures at the start of a line, with a colon.",
        0.6,
        re.compile(r"(?m:^)[ \t]{0,4}(?P<id>(?P<m>\d{1,2})/(?P<d>\d{1,2})):(?=[ \t])"),
        lambda match: 0.6 if _is_day(int(match["d"]), int(match["m"])) else None,
        shape=ANY_FIGURE,
    ),
    Rule(
        "date.month-named-with-day",
        _DATE,
        "A named month and a day.",
        0.95,
        re.compile(
            rf"(?<![^\W_])(?P<id>(?:{MONTH}|(?i:{_SAFE_MONTH})){BLANK}{{1,2}}"
            rf"(?:the{BLANK})?{DAY}{_ORDINAL}?(?![\d/%])"
            rf"(?!\.\d)(?:,?{BLANK}{{1,2}}(?:of{BLANK})?{YEAR}(?!\d)|{BLANK}?,{BLANK}?{YEAR}"
            rf"(?!\d))?{CLOCK}){NOT_A_QUANTITY}"
        ),
        needs=_MONTHS,
    ),
    Rule(
        "date.day-then-month-named",
        _DATE,
        "A day and a named month.",
        0.93,
        re.compile(
            rf"(?<![\d/.\-])(?P<id>{DAY}(?:{_ORDINAL})?(?:{BLANK}{{1,2}}(?:day{BLANK})?(?:of{BLANK})?"
            r"|[-/.]|(?=[A-Z]))"
            rf"(?:{MONTH}|(?i:{_SAFE_MONTH}))(?![^\W\d_])"
            rf"(?:(?:,?{BLANK}{{0,2}}|[-/.]){YEAR}(?!\d)|[-/.]\d\d(?!\d))?{CLOCK})"
        ),
        needs=_MONTHS,
    ),
    Rule(
        "date.month-and-year",
        _DATE,
        "A named month and a year.",
        0.95,
        re.compile(
            rf"(?<![^\W_])(?P<id>(?i:{MONTH})(?:,?{BLANK}{{1,2}}(?:of{BLANK})?|-)(?:{YEAR}(?!\d)"
            r"|['’]\d\d(?!\d)))"
        ),
        needs=_MONTHS,
    ),
    Rule(
        "date.month-alone",
        _DATE,
        "A month, after a word that a date follows.",
        0.7,
        re.compile(
            rf"(?<![^\W_])(?i:in|since|until|till|by|last|this|next|early|late|mid|during|from|through|every|"
            rf"(?:week|beginning|end|month|middle|start){BLANK}of|back{BLANK}in)[ \t\-]{{1,2}}"
            rf"(?:the{BLANK})?(?:early{BLANK}|late{BLANK}|mid[ \-])?"
            rf"(?P<id>{LONG_MONTH}|(?:{SHORT_MONTH})\b\.?)(?![^\W_])(?!{BLANK}{{0,2}}\d)"
        ),
        needs=_MONTHS,
    ),
    Rule(
        "date.holiday",
        _DATE,
        "A holiday that names one day of a year.",
        0.5,
        re.compile(
            r"\b(?P<id>(?:Christmas|New Year['’]s)(?: Eve| Day)|Thanksgiving(?: Day)?|Labor Day|Memorial Day|"
            r"Veterans['’]? Day|Independence Day|Fourth of July|Halloween|Valentine['’]s Day"
            r"|St\. Patrick['’]s Day|"
            r"Easter Sunday|Good Friday|Mother['’]s Day|Father['’]s Day)\b"
        ),
    ),
)
