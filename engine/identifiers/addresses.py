"""Addresses: street lines, boxes, postal codes, towns and named institutions.

A state or a country is no identifier; whatever is smaller is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from re import Match

from engine.identifiers.classes import IdentifierClass
from engine.identifiers.finding import Rule
from engine.identifiers.name_words import NOT_NAMES, SURNAMES_TOO
from engine.identifiers.place_words import (
    COUNTRIES,
    FACILITY_ENDS,
    PLAIN_FACILITY_WORDS,
    STATE_CODES,
    STATES,
    STREET_ENDS,
    STREET_STARTS,
    STREET_TAIL_WORDS,
    STREET_TAILS,
)
from engine.identifiers.spelling import ANY_FIGURE, BLANK, FIVE_FIGURES, LETTER, NOT_A_QUANTITY, UPPER

_PLACE = IdentifierClass.PLACE
_WORD = rf"[{UPPER}0-9](?:{LETTER}|[\d'’./\-]){{0,29}}"
_WORDS = (
    rf"{_WORD}(?:[ \t]{{1,2}}(?:(?:de|del|della|delle|di|da|do|dos|las|los|la|le|les|of|the|van|der|den|von"
    rf"|am|zur|y|e|ul\.)[ \t])?{_WORD}){{0,4}}"
)
_HOUSE = r"(?:\d{1,6}[A-Za-z]?(?:[\-/]\d{1,4})?)"
_CAPITALISED = rf"[{UPPER}](?:{LETTER}|['’.\-]){{1,29}}"
_INNER = r"[\w'’./\-]{1,30}"


def _any_of(names: Iterable[str]) -> str:
    """Return a pattern of the names, longest first, so that “West Virginia” is not read as “Virginia”."""
    return "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))


_STATE_NAMES = _any_of(STATES)
_COUNTRY_NAMES = _any_of(COUNTRIES)
_ZIP = r"\d{5}(?:-\d{4})?(?![\d\w])"
_TOWN = (
    rf"(?<![^\W_])[{UPPER}]{LETTER}{{1,29}}(?:[ \-](?:[{UPPER}]{LETTER}{{1,29}}|of|de|la|del|St\.)){{0,3}}"
)
_LIVES = (
    r"lives?|living|lived|resid(?:es?|ed|ing)|residents?|moved|relocated|travell?ed|flew|drove|trips?"
    r"|born|raised|grew[ ]up|"
    r"originally|visit(?:ed|ing)|native|works?|working|worked|vacation(?:ed|ing)?|located|based|stationed|"
    r"returned|transferred|home|hometown"
)
_TITLES = frozenset({"Dr", "Mr", "Mrs", "Ms", "Miss", "Prof", "St"})
_NO_TOWN = (NOT_NAMES - SURNAMES_TOO - {"city"}) | {
    "recovery",
    "postanesthesia",
    "icu",
    "pacu",
    "micu",
    "sicu",
    "nicu",
    "ccu",
    "stepdown",
    "telemetry",
}
_MARKED = re.compile(r"(?i:abcd?|xyz|[x]+|[a-z]|blank|sample)")


def _no_state_or_country(match: Match[str]) -> float | None:
    place = match["id"].rstrip(".")
    first = place.split()[0]
    if first in _TITLES or any(word.lower() in _NO_TOWN for word in place.split()):
        return None
    if place in STATES or place in COUNTRIES or first in COUNTRIES or first.lower() in PLAIN_FACILITY_WORDS:
        return None
    return None if place.isupper() else 0.6


def _without_a_stop(place: str) -> int:
    return len(place.rstrip(" \t.,;:"))


def _a_country(match: Match[str]) -> float | None:
    words = match["country"].split()
    return 0.8 if any(" ".join(words[first:]) in COUNTRIES for first in range(len(words))) else None


def _facility(match: Match[str]) -> float | None:
    names = [word.lower() for word in re.split(r"[ \t]+", match["own"].strip())]
    own = [word for word in names if word not in PLAIN_FACILITY_WORDS and not _MARKED.fullmatch(word)]
    return 0.55 if own else None


def _zip_by_word(match: Match[str]) -> float | None:
    return 0.9 if any(mark.isdigit() for mark in match["id"]) else None


ADDRESS_RULES: tuple[Rule, ...] = (
    Rule(
        "place.street",
        _PLACE,
        "A house number and a street.",
        0.9,
        re.compile(
            rf"(?<![\w./\-])(?!(?:19|20)\d\d[ \t]+Address)(?P<id>{_HOUSE},?[ \t]{{1,2}}"
            rf"(?:{_WORD}[ \t]{{1,2}}){{1,4}}(?:{STREET_ENDS}|{STREET_ENDS.upper()})\b(?:\.(?=[ \t,]))?"
            rf"(?:,?[ \t](?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\b\.?)?)"
        ),
        shape=ANY_FIGURE,
    ),
    Rule(
        "place.street-abroad",
        _PLACE,
        "A street as it is spelt in another language, with a number.",
        0.8,
        re.compile(
            rf"(?<![\w./\-])(?P<id>(?:{_HOUSE},?[ \t]{{1,2}})?(?:\d{{1,4}}[ \t])?"
            rf"(?:(?:{STREET_STARTS})[ \t]{{1,2}}{_WORDS}|"
            rf"(?:{_CAPITALISED}[ \t]{{1,2}}){{0,2}}[{UPPER}]{LETTER}{{2,29}}(?:{STREET_TAILS})\b|"
            rf"(?:{_CAPITALISED}[ \t]{{1,2}}){{1,3}}(?:{STREET_TAIL_WORDS})(?![^\W_]))"
            r"(?:[ \t]{1,2}\d{1,4}[A-Za-z]?\b\.?)?)"
        ),
        lambda match: 0.8 if re.match(r"\d", match["id"]) or re.search(r"\d\.?$", match["id"]) else None,
        shape=ANY_FIGURE,
    ),
    Rule(
        "place.secondary",
        _PLACE,
        "An apartment, suite or unit, with the line before it.",
        0.85,
        re.compile(
            rf"(?<![\w./\-])(?P<id>(?:{_HOUSE},?[ \t]{{1,2}}"
            rf"(?:{_INNER}[ \t]{{1,2}}){{0,5}}{_INNER},?[ \t]{{0,2}}(?:\r?\n[>?\t ]{{0,6}})?)?"
            r"(?:Apt|APT|apt|Apartment|Suite|SUITE|suite|Ste|STE)\.?[ \t]{1,2}\#?[ \t]?"
            r"(?:\d{1,5}[A-Za-z]?|[A-Z]\d{0,4})\b)"
        ),
        shape=ANY_FIGURE,
    ),
    Rule(
        "place.box",
        _PLACE,
        "A post box.",
        0.93,
        re.compile(
            r"(?P<id>(?i:\b(?:p\.?[ ]?o\.?|post(?:al)?(?:[ ]office)?|pmb)[ ]?box[ ]?(?:no\.?"
            r"|\#)?[ ]?)\d{1,7})"
        ),
        needs=("box",),
    ),
    Rule(
        "place.military",
        _PLACE,
        "A military post address.",
        0.95,
        re.compile(
            r"(?P<id>(?i:\b(?:(?:psc|unit|cmr)[ ]\d{1,5},?[ ](?:box[ ])\d{1,5}"
            rf"|us[a-z]{{1,4}}[ ]{_INNER}(?:[ ]{_INNER}){{0,2}}),?\s{{1,3}}"
            r"(?:apo|fpo|dpo),?[ ]a[aep][ ]\d{5}(?:-\d{4})?)|\b(?:APO|FPO|DPO),?[ ]A[AEP][ ]\d{5}(?:-\d{4})?)"
        ),
        needs=("apo ", "fpo ", "dpo ", "apo,", "fpo,", "dpo,"),
    ),
    Rule(
        "place.town-state-zip",
        _PLACE,
        "A town, a state and a postal code.",
        0.95,
        re.compile(
            rf"(?P<id>(?:{_TOWN},?[ \t]{{1,2}}|(?<=,[ ])|(?<![^\W_])(?=(?:{_STATE_NAMES})\b))"
            rf"(?:{_STATE_NAMES}|\b(?:{STATE_CODES}))\.?,?[ \t]{{1,2}}{_ZIP})"
        ),
        shape=FIVE_FIGURES,
    ),
    Rule(
        "place.town-state",
        _PLACE,
        "A town and its state.",
        0.75,
        re.compile(rf"(?P<id>{_TOWN}),[ \t]{{1,2}}(?:{_STATE_NAMES})\b"),
    ),
    Rule(
        "place.town-state-code",
        _PLACE,
        "A town and the code of its state.",
        0.7,
        re.compile(rf"\b(?:in|from|of|near|to|at)[ \t](?P<id>{_TOWN},[ \t](?:{STATE_CODES}))\b(?!\.?[DA])"),
    ),
    Rule(
        "place.town-code-zip",
        _PLACE,
        "A town, two capitals and five figures, as towns abroad are coded.",
        0.7,
        re.compile(rf"(?P<id>{_TOWN},[ \t][A-Z]{{2}}[ \t]\d{{5}})(?![\w%])"),
        shape=FIVE_FIGURES,
    ),
    Rule(
        "place.country-and-code",
        _PLACE,
        "A country and a postal code.",
        0.8,
        re.compile(
            rf"(?<![^\W_])(?P<id>(?P<country>[{UPPER}]{LETTER}{{2,20}}(?:[ ]"
            rf"(?:of[ ])?[{UPPER}]{LETTER}{{2,20}}){{0,3}})"
            r"(?:[ ]\([A-Z][a-z]{2,20}\))?,?[ \t](?!(?:18|19|20)\d\d\b)\d{4,6})(?![\w%])"
        ),
        _a_country,
        shape=ANY_FIGURE,
    ),
    Rule(
        "place.corner",
        _PLACE,
        "A corner of two streets.",
        0.75,
        re.compile(
            rf"\bcorner{BLANK}of{BLANK}(?P<id>(?:\d{{1,5}}[ ])?{_WORDS}{BLANK}and{BLANK}"
            rf"(?:\d{{1,5}}[ ])?{_WORDS})"
        ),
        needs=("corner",),
        keep=_without_a_stop,
    ),
    Rule(
        "place.street-unnumbered",
        _PLACE,
        "A street without a number.",
        0.7,
        re.compile(
            rf"\b(?:on|at|to|off|near|from|of|along|down){BLANK}(?P<id>(?:[{UPPER}](?:{LETTER}"
            r"|['’\-]){1,29}[ \t]){1,3}"
            r"(?:Street|Avenue|Road|Boulevard|Lane|Highway|Drive|Parkway|(?:St|Ave|Rd|Blvd|Hwy"
            r"|Pkwy)\b\.?)(?:[ \t]\d{1,4}\b)?)(?![^\W_])"
        ),
    ),
    Rule(
        "place.number-street-number",
        _PLACE,
        "A line of a number, a name and a house number, as addresses abroad are written.",
        0.5,
        re.compile(
            rf"(?<![\w./\-])(?P<id>\d{{3,6}}[ \t](?:\d{{1,4}}[ \t])?(?:[{UPPER}](?:{LETTER}"
            rf"|['’.\-]){{1,29}}[ \t]){{1,4}}\d{{1,4}}[A-Za-z]?)(?=[ \t]{{0,3}}(?:\r?\n|,[ \t][{UPPER}]"
            r"|$))"
        ),
        shape=ANY_FIGURE,
    ),
    Rule(
        "place.town-country",
        _PLACE,
        "A town and its country.",
        0.75,
        re.compile(
            rf"(?<![^\W_])(?P<id>{_TOWN})(?:,[ \t]{{1,2}}|,?[ \t]{{0,3}}\r?\n"
            r"(?:[ \t>?]{0,6}\r?\n)?[ \t>?]{0,6})"
            rf"(?:{_COUNTRY_NAMES})(?![^\W_])"
        ),
        _no_state_or_country,
    ),
    Rule(
        "place.town-zip",
        _PLACE,
        "A town and five figures.",
        0.6,
        re.compile(
            rf"\b(?:in|to|from|of|near|at)[ \t](?P<id>{_TOWN}[ \t]\d{{5}}(?:-\d{{4}})?)(?![\w%])"
            rf"(?!\.\d){NOT_A_QUANTITY}"
        ),
        _no_state_or_country,
        shape=FIVE_FIGURES,
    ),
    Rule(
        "place.zip-after-word",
        _PLACE,
        "A postal code after its word.",
        0.9,
        re.compile(
            r"(?i:\b(?:zip|postal|post)(?:[ ]?code)?\b(?:[ ]is)?[ ]?[:=]?\s{0,2})"
            r"(?P<id>[A-Za-z]{0,3}\d[\dA-Za-z]{1,6}(?:[ \-][\dA-Za-z]{2,4}\b)?)(?!\w)"
        ),
        _zip_by_word,
        needs=("zip", "postal", "post code", "postcode"),
    ),
    Rule(
        "place.after-lives-in",
        _PLACE,
        "A capitalised place after words such as “lives in”.",
        0.6,
        re.compile(
            rf"(?i:\b(?:{_LIVES}){BLANK}(?:(?:back|here|there|down|over|out|up){BLANK})?(?:in|to|from"
            rf"|of|near|at){BLANK}(?:downtown{BLANK}|the{BLANK}(?:city|town|village"
            rf"|county){BLANK}of{BLANK})?)"
            rf"(?P<id>{_TOWN})"
        ),
        _no_state_or_country,
    ),
    Rule(
        "place.address-line",
        _PLACE,
        "A line that begins with “Address”.",
        0.85,
        re.compile(
            r"(?i:\b(?:home[ ]|street[ ]|mailing[ ]|billing[ ]|current[ ]|new[ ])?address(?:es)?"
            r"(?:[ ]is|[ ]to)?[ \t]?:\s{0,10})(?P<id>(?=[^\n]{0,60}\d)[\w\#][^\n]{3,120})"
        ),
        needs=("address",),
        keep=_without_a_stop,
        shape=ANY_FIGURE,
    ),
    Rule(
        "place.lives-at",
        _PLACE,
        "A house number and a street after words such as “lives at”.",
        0.85,
        re.compile(
            r"(?i:\b(?:lives?|living|lived|resid(?:es|ed|ing)|located|address(?:es)?|offices?|sent"
            rf"|return|delivered|ship(?:ped)?|meet|restaurant|house|home|stays?|staying){BLANK}"
            rf"(?:(?:is|are|it|me|you){BLANK}){{0,2}}(?:at|to|is|on|in)?:?{BLANK}{{0,2}})"
            rf"(?P<id>{_HOUSE}[ \t]{{1,2}}(?:\d{{1,4}}[ \t])?{_CAPITALISED}(?:[ \t]{{1,2}}{_WORD}){{0,4}}|"
            rf"(?<=on[ ])[{UPPER}]{LETTER}{{2,29}}[ ]\d{{1,4}}){NOT_A_QUANTITY}"
        ),
        keep=_without_a_stop,
        shape=ANY_FIGURE,
    ),
    Rule(
        "place.facility",
        _PLACE,
        "A named institution, which narrows the place.",
        0.55,
        re.compile(
            rf"(?<![^\W_])(?P<id>(?P<own>(?:(?:St\.|[{UPPER}](?:{LETTER}|['’\-]){{1,29}})[ \t](?:(?:of"
            rf"|and|&)[ \t])?){{1,4}})(?:{FACILITY_ENDS}))\b"
        ),
        _facility,
        needs=(
            "hospital",
            "medical",
            "clinic",
            "health",
            "nursing",
            "rehab",
            "hospice",
            "center",
            "university",
            "college",
            "school",
        ),
    ),
)
