"""Spelling: the pieces of patterns that several rules share."""

from __future__ import annotations

import re

ANY_FIGURE = re.compile(r"\d")
FOUR_FIGURES = re.compile(r"\d(?:[A-Za-z/.\-]{0,6}\d){3}")
FIVE_FIGURES = re.compile(r"\d{5}")
EIGHT_FIGURES = re.compile(r"\d{8}")
SEVEN_GROUPED = re.compile(r"\d(?:[ .()\-\u2010-\u2013]{0,3}\d){6}")
OVER_89 = re.compile(r"9\d|1[012]\d")
"""Shapes that must stand in a text before the rules that need them read it."""

UPPER = "A-Z" + "".join(
    chr(code) for code in (*range(0xC0, 0x250), *range(0x370, 0x530)) if chr(code).isupper()
)
"""Capital letters of the Latin, Greek and Cyrillic blocks, for use inside a character class."""

LETTER = r"[^\W\d_]"
BLANK = r"[^\S\r\n]"

NAME_WORD = rf"[{UPPER}]{LETTER}{{1,29}}(?:['’\-](?![sS]\b)[{UPPER}]?{LETTER}{{1,29}}){{0,2}}(?![^\W\d_])"
"""One capitalised word of at least two letters: Smith, O'Neil, Garcia-Lopez, MÜLLER; no ending ’s."""

INITIAL = rf"[{UPPER}](?:\.|(?=[ \t,]))"
PARTICLE = r"(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|bin|al|el|af|av|ten|ter|y|zu|St\.)"
FULL_NAME = (
    rf"(?:{INITIAL}{BLANK}?)?{NAME_WORD}(?:{BLANK}{{1,2}}(?:{PARTICLE}{BLANK}{{1,2}}){{0,2}}(?:{NAME_WORD}"
    rf"|{INITIAL})){{0,3}}"
)
"""One to four name words with initials and particles, on one line."""

LAST_FIRST = rf"{NAME_WORD},{BLANK}?{NAME_WORD}(?:{BLANK}{INITIAL})?"
"""SMITH, JOHN Q."""

LONG_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
SHORT_MONTH = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
MONTH = rf"(?:{LONG_MONTH}|(?:{SHORT_MONTH})(?![^\W\d_])\.?)"
"""A month in any spelling; wrap it in ``(?i:…)`` where case must not count."""

DAY = r"(?:3[01]|[12]\d|0?[1-9])"
YEAR = r"(?:1[89]\d\d|20\d\d)"

CLOCK = (
    rf"(?:[T,]?{BLANK}{{0,2}}(?:at{BLANK})?[0-2]?\d:[0-5]\d(?::[0-5]\d(?:\.\d{{1,6}})?)?"
    rf"(?:{BLANK}?[AaPp]\.?[Mm]\b\.?)?(?:{BLANK}?(?:Z|[+-]\d\d:?\d\d)(?!\d))?)?"
)
"""A time of day that goes on after a date, with what joins it; may be empty."""

_UNIT = (
    r"mg|mcg|µg|ug|g|gm|gms|grams?|kg|ml|mls|cc|dl|l|liters?|units?|iu|meq|mmol|mm|cm|m|inch(?:es)?"
    r"|feet|foot|ft|"
    r"lbs?|pounds?|oz|ounces?|%|percent|mmhg|bpm|degrees?|hours?|hrs?|minutes?|mins?|seconds?|days?"
    r"|weeks?|wks?|"
    r"months?|mos?|years?|yrs?|tabs?|tablets?|caps?|capsules?|puffs?|drops?|pills?|french|fr|gauge"
)
_SCORE = (
    r"strength|power|motor|pain|murmur|systolic|diastolic|reflexes|pulses|scale|intensity|quadrants?"
    r"|grade|severity|"
    r"points?|times|cups?|packs?|doses?|fingers?|toes|ribs|levels?|in|testing|muscles?|throughout|bilaterally|"
    r"(?:\w{1,20}[ ])?(?:scale|score|questionnaire|inventory)"
)
NOT_A_QUANTITY = rf"(?!{BLANK}?(?i:{_UNIT})(?![^\W\d_]))"
"""Not before a unit: what follows a dose or a length never follows a date or a telephone number."""

NOT_A_SCORE = rf"(?!{BLANK}?(?i:{_UNIT}|{_SCORE})(?![^\W\d_]))"
"""Nor before what is rated in fractions: ``5/5 strength``, ``2/6 systolic murmur``."""
