"""Placeholders: the marks that de-identification left in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.text.span import Span

PlaceholderKind = Literal["name", "date", "number", "place", "other"]

_NAME = """name names first firstname last lastname initial initials patient pt person doctor dr md physician
    provider clinician nurse surgeon attending resident dictator signature author relative username"""
_DATE = "date dates datetime time day month year dob birthdate birthday holiday"
_NUMBER = """number num id ids identifier mrn ssn phone telephone tel fax pager email mail url ip account
    record medical license licence serial vehicle contact accession age
    plan biometric photo"""
_PLACE = """place location loc hospital clinic facility ward unit room address street city town county
    state country zip zipcode postcode organization organisation org institution company school university
    employer"""
_OTHER = """phi pii redacted removed deleted deidentified anonymized anonymised masked hidden confidential
    occupation profession ethnicity"""

_KIND_OF_WORD: dict[str, PlaceholderKind] = {
    **dict.fromkeys(_OTHER.split(), "other"),
    **dict.fromkeys(_PLACE.split(), "place"),
    **dict.fromkeys(_NUMBER.split(), "number"),
    **dict.fromkeys(_DATE.split(), "date"),
    **dict.fromkeys(_NAME.split(), "name"),
}

# Longest first, so that an alternative never shadows a longer one.
_WORD = "(?:" + "|".join(sorted(_KIND_OF_WORD, key=len, reverse=True)) + ")"
# Words that stand for something in small letters too; "[patient]" there is an editor's insertion.
_SMALL = "(?:name|date|redacted|removed|hospital|location|address|phone|phi|deidentified)"
_TAG = rf"(?:{_WORD}(?:[ _/-]{{1,2}}(?:{_WORD}|of|and|or))*(?:[ _:-]?\d{{1,6}})?)"
_LETTERS = r"(?:(?=[A-Z])(?i:" + _TAG + ")|" + _SMALL + r"(?:[ _-]?\d{1,6})?)"

# No alternative may run on without a bound, or a text full of openings would be read again and again.
_PATTERN = re.compile(
    r"\[\*\*(?P<mimic>[^\[\]]{0,120}?)\*\*\]"
    r"|\{\{(?P<braces>[^{}]{1,80}?)\}\}"
    rf"|\[(?P<square>{_LETTERS})\*{{0,200}}\]"
    rf"|<(?P<angle>{_LETTERS})>"
    rf"|(?<!\*)\*\*(?P<stars>{_WORD.upper()}(?:-{_WORD.upper()})?)(?:\[[^\[\]\n]{{0,60}}\]|(?![\w*]))"
    r"|(?<![^\W_])(?<!\*)(?P<blank>\*{2,}+)(?![^\W_])"
    r"|(?<![\w/#-])(?P<date>[Xx]{2}(?P<slash>[/-])[Xx]{2}(?P=slash)[Xx]{2,4}|\#{1,2}/\#{1,2}/\#{2,4})(?![\w/#-])"
    r"|(?<![\w-])(?P<number>[Xx]{3}-[Xx]{2,3}-[Xx]{4})(?![\w-])"
    r"|(?<![^\W_])(?P<crosses>X{4,}+|x{4,}+)(?![^\W_])"
    r"|(?P<line>_{3,}+)"
)

_SHIFTED_DATE = re.compile(r"\s*(?:\d{4}|\d{1,4}[-/]\d{1,2}(?:[-/]\d{1,4})?)\s*")
_MONTH = re.compile(
    r"(?i:\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|tember|ober|ember)?\b)"
)
_PARTS = re.compile(r"[^\W\d_]+")
_NAMED: tuple[tuple[str, PlaceholderKind], ...] = (
    ("name", "name"),
    ("hospital", "place"),
    ("telephone", "number"),
    ("number", "number"),
    ("date", "date"),
)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One mark of de-identification; `kind` is what it says of itself."""

    span: Span
    kind: PlaceholderKind


def placeholders(text: str) -> list[Placeholder]:
    """Return the marks of de-identification in `text`, in order; no two overlap.

    Known are ``[**Name**]``, ``[**2151-7-16**]``, ``___``, ``[DATE]``, ``<NAME>``, ``{{…}}``,
    ``**NAME[AAA]``, ``XXXX``, ``XX/XX/XXXX`` and our own masks ``[NAME***]`` and ``***``.  One to three
    crosses are none: cranial nerve X, 47,XXX.
    """
    return list(_each(text))


def _each(text: str) -> Iterator[Placeholder]:
    for match in _PATTERN.finditer(text):
        form = match.lastgroup or "line"
        yield Placeholder(Span(*match.span()), _kind(form, match.group(form)))


def _kind(form: str, said: str) -> PlaceholderKind:
    if form == "date":
        return "date"
    if form == "number":
        return "number"
    if form in {"crosses", "line", "blank"}:
        return "other"
    if _SHIFTED_DATE.fullmatch(said):
        return "date"
    return _kind_of_words(said)


def _kind_of_words(said: str) -> PlaceholderKind:
    """Return the kind that the words in a mark tell; the last one decides: a "hospital name" is a name."""
    kinds = [_KIND_OF_WORD[word] for word in map(str.lower, _PARTS.findall(said)) if word in _KIND_OF_WORD]
    telling = [kind for kind in kinds if kind != "other"]
    if telling:
        return telling[-1]
    small = said.lower()
    for part, kind in _NAMED:  # "Lastname", "Hospital1", "NamePattern2"
        if part in small:
            return kind
    return "date" if _MONTH.search(said) else "other"
