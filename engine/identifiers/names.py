"""Names: after titles, before degrees, in signatures, after labels, and by known given names."""

from __future__ import annotations

import re

from engine.identifiers.classes import IdentifierClass
from engine.identifiers.finding import Check, Rule
from engine.identifiers.name_checks import (
    GivenNameRule,
    after_label,
    after_title,
    by_context,
    of_a_relative,
    of_an_age,
    said_of_oneself,
    two_words,
    without_plain_words,
)
from engine.identifiers.spelling import BLANK, FULL_NAME, INITIAL, LAST_FIRST, NAME_WORD, UPPER

_SMALL_GAP = r"(?:[ \t\u00a0]{1,3}|[ \t]?\r?\n[ \t]{0,4})"
_DEGREES = (
    r"M\.?D\.?|D\.?O\.?|Ph\.?D\.?|R\.?N\.?|N\.?P\.?|P\.?A\.?(?:-C)?|FNP(?:-BC)?|ARNP|APRN|CRNA|CNM|LPN"
    r"|LVN|D\.?D\.?S\.?|"
    r"D\.?P\.?M\.?|MBBS|MBChB|FACS|FACC|FACP|FRCP|FRCS|LCSW|LMFT|PharmD|Psy\.?D\.?|DPT|R\.?Ph\.?|MSW"
    r"|BSN|MSN|OD|RD|RRT|OTR"
)
_RELATIVES = (
    r"wife|husband|son|daughter|mother|father|mom|dad|brother|sister|partner|spouse|boyfriend"
    r"|girlfriend|fianc[ée]e?|"
    r"caregiver|friend|aunt|uncle|cousin|niece|nephew|grandson|granddaughter|grandmother|grandfather"
    r"|neighbor|guardian"
)
_SIGNED = (
    r"(?:electronically|digitally|co-?)?[ ]?signed(?:[ ]electronically)?[ ]by|dictated[ ]by|transcribed[ ]by|"
    r"authenticated[ ]by|verified[ ]by|approved[ ]by|referred[ ]by|requested[ ]by|prepared[ ]by|entered[ ]by|"
    r"written[ ]by|attested[ ]by|scribed[ ]by"
)
_DONE = (
    r"reviewed[ ]by|performed[ ]by|ordered[ ]by|interpreted[ ]by|read[ ]by|seen[ ]by|evaluated[ ]by"
    r"|collected[ ]by|"
    r"supervised[ ]by|examined[ ]by|discussed[ ]with|spoke[ ]with|d/w"
)
_LABELS = (
    r"(?:patient|pt|full|first|last|middle|maiden|sur|legal|preferred|mother['’]?s?|father['’]?s?"
    r"|guardian['’]?s?|spouse['’]?s?|"
    r"physician|provider|doctor|contact|emergency[ ]contact|caregiver|account[ ]holder|insured)[ ]name"
    r"|name|patient|pt|"
    r"attending(?:[ ](?:physician|surgeon|md))?|surgeon|assistant(?:[ ]surgeon)?|first[ ]assistant"
    r"|anesthesiologist|resident|"
    r"(?:referring|primary[ ]care|consulting|admitting|ordering|requesting)[ ](?:physician|provider"
    r"|doctor|md)|pcp|physician|"
    r"provider|consultant|dictator|author|transcriptionist|scribe|nurse|next[ ]of[ ]kin|nok"
    r"|emergency[ ]contact|guardian|"
    r"attn|attention|re|cc|bcc|from|to|therapist|counselor|social[ ]worker|case[ ]manager|technologist"
    r"|radiologist|pathologist|"
    r"interpreter|informant|proxy|poa|subscriber|insured|beneficiary|signature|signed|directed[ ]by"
)


def _name_rule(
    rule: str,
    why: str,
    confidence: float,
    pattern: re.Pattern[str],
    check: Check,
    needs: tuple[str, ...] = (),
) -> Rule:
    return Rule(rule, IdentifierClass.NAME, why, confidence, pattern, check, needs, without_plain_words)


NAME_RULES: tuple[Rule, ...] = (
    _name_rule(
        "name.after-title",
        "A name after a title.",
        0.95,
        re.compile(
            r"(?<![^\W_])(?P<title>Dr|DR|Drs|Mr|MR|Mrs|MRS|Ms|MS|Miss|MISS|Mx|Prof|Professor|Doctor"
            r"|Rev|Reverend|Father|Sister|Rabbi|Pastor|"
            rf"Sgt|Sergeant|Officer|Detective|Judge|Sra|Sr|Señora?)(?:\.{_SMALL_GAP}?|{_SMALL_GAP})"
            rf"(?P<id>{FULL_NAME})(?:(?<=[^\W\d_])|(?<=\.))"
        ),
        after_title,
    ),
    _name_rule(
        "name.before-degree",
        "A name before a degree or a professional licence.",
        0.92,
        re.compile(
            rf"(?<![^\W_])(?P<id>(?:{NAME_WORD}|{INITIAL})(?:{BLANK}{{1,2}}(?:{NAME_WORD}"
            rf"|{INITIAL})){{1,3}}),?{BLANK}{{1,2}}(?:{_DEGREES})(?![^\W_])"
        ),
        by_context(0.92),
    ),
    _name_rule(
        "name.surname-before-degree",
        "A surname before a degree.",
        0.7,
        re.compile(
            rf"(?<![^\W_])(?P<id>{NAME_WORD}),{BLANK}{{1,2}}(?:M\.?D\.?|Ph\.?D\.?|D\.O\.|R\.?N\.|NP"
            r"|PA-C|FNP|APRN|CRNA|PharmD)(?![^\W_])"
        ),
        by_context(0.7),
    ),
    _name_rule(
        "name.in-signature",
        "A name in a signature.",
        0.93,
        re.compile(
            rf"(?i:\b(?:{_SIGNED}))[ \t]?:?{_SMALL_GAP}(?:(?:Dr|Mr|Mrs|Ms)\.?[ ])?(?P<id>{LAST_FIRST}"
            rf"|{FULL_NAME})"
        ),
        by_context(0.9),
        needs=("ed by", "ten by"),
    ),
    _name_rule(
        "name.who-did",
        "A name after words such as “performed by”.",
        0.8,
        re.compile(
            rf"(?i:\b(?:{_DONE}))[ \t]?:?{_SMALL_GAP}(?:(?:Dr|Mr|Mrs|Ms)\.?[ ])?(?P<id>{LAST_FIRST}"
            rf"|{FULL_NAME})"
        ),
        two_words,
        needs=(" by", " with", "d/w"),
    ),
    _name_rule(
        "name.after-closing",
        "A name under the end of a letter.",
        0.85,
        re.compile(
            r"\b(?i:(?:sincerely|regards|yours[ ]truly|respectfully|best[ ]wishes|cordially"
            rf"|thank[ ]you)(?:[ ]yours)?),?[ \t]{{0,3}}(?:\r?\n[ \t]{{0,8}}){{1,5}}(?P<id>{FULL_NAME})"
            r"(?=[ \t]{0,3}(?:,|\r?\n|$))"
        ),
        by_context(0.85),
        needs=("sincerely", "regards", "truly", "respectfully", "wishes", "cordially", "thank you"),
    ),
    _name_rule(
        "name.after-greeting",
        "A name in the greeting of a letter.",
        0.85,
        re.compile(rf"\bDear[ ](?:(?:Dr|Mr|Mrs|Ms|Miss)\.?[ ])?(?P<id>{FULL_NAME})(?=[ ]?[,:;\n])"),
        by_context(0.85),
        needs=("dear",),
    ),
    _name_rule(
        "name.after-label",
        "A name after a label such as “Patient:” or “cc:”.",
        0.85,
        re.compile(
            rf"(?<![^\W_])(?P<label>(?i:{_LABELS})){BLANK}?:[ \t\u00a0]{{0,20}}(?P<id>{LAST_FIRST}"
            rf"|{FULL_NAME})"
        ),
        after_label,
        needs=(":",),
    ),
    _name_rule(
        "name.is",
        "A name after words such as “my name is”.",
        0.9,
        re.compile(
            rf"(?i:\b(?:name{BLANK}(?:is|was)|named|by{BLANK}the{BLANK}name{BLANK}of|goes{BLANK}by"
            rf"|calls?{BLANK}(?:me|him|her|them)|(?:was|is){BLANK}called|"
            rf"name\?|named{BLANK}(?:him|her)|this{BLANK}is|i{BLANK}am|i['’]m|i{BLANK}spoke{BLANK}(?:to"
            rf"|with)){BLANK}{{1,2}})(?:(?:Dr|Mr|Mrs|Ms|Miss)\.?[ ])?(?P<id>{FULL_NAME})"
        ),
        said_of_oneself,
        needs=("name", "goes by", "call", "this is", "i am", "i'm", "i’m", "spoke"),
    ),
    _name_rule(
        "name.of-an-age",
        "A name before an age.",
        0.9,
        re.compile(
            rf"(?<![^\W_])(?P<id>{NAME_WORD}(?:{BLANK}(?:{NAME_WORD}|{INITIAL})){{0,3}}),?{BLANK}"
            rf"(?:is{BLANK}|was{BLANK})?(?:(?:a|an|our|this){BLANK})?"
            rf"(?:(?:very|pleasant|delightful|lovely){BLANK}){{0,2}}\d{{1,3}}[ \-](?i:(?:years?|yrs?"
            r"|months?|weeks?|days?)[ \-]old|y\.?o\b|y/o)"
        ),
        of_an_age,
        needs=("old", "y.o", "yo", "y/o"),
    ),
    _name_rule(
        "name.over-address",
        "A name on a line over a street.",
        0.75,
        re.compile(
            rf"(?m:^)[> \t]{{0,4}}(?P<id>{FULL_NAME})[ \t]{{0,3}}\r?\n"
            r"(?:[> \t]{0,4}\r?\n)?[> \t]{0,4}(?=(?:\d{1,6}[ \t]+[^\W\d_a-z]|P\.?O\.? Box))"
        ),
        two_words,
    ),
    _name_rule(
        "name.does",
        "Two capitalised words before what only a person does.",
        0.7,
        re.compile(
            rf"(?<![^\W_])(?P<id>{NAME_WORD}(?:{BLANK}{INITIAL})?{BLANK}{NAME_WORD}){BLANK}"
            rf"(?:also{BLANK}|further{BLANK})?"
            r"(?:reports?|states?|denies|denied|complains?|endorses|lives|resides|recalls|describes"
            r"|tells|told|says|said|works|worked|"
            r"called|returns|returned|presents|presented|underwent|agrees|agreed|understands"
            r"|understood|prefers|wishes|wants|asked)\b"
        ),
        two_words,
    ),
    _name_rule(
        "name.met-with",
        "Two capitalised words after words such as “follow up with”.",
        0.6,
        re.compile(
            r"(?i:\b(?:follow(?:s|ed|ing)?[ \-]?up|f/u|appointment|visit|met|meet|meeting|spoke|speak"
            rf"|talked|discussed|consulted|seen|session){BLANK}(?:with|by)){BLANK}"
            rf"(?P<id>{NAME_WORD}(?:{BLANK}{INITIAL})?{BLANK}{NAME_WORD})(?![ \-][{UPPER}])(?![^\W\d_])"
        ),
        two_words,
    ),
    _name_rule(
        "name.of-a-relative",
        "A given name after a word for a relative.",
        0.7,
        re.compile(rf"(?i:\b(?:{_RELATIVES}),?{BLANK}(?:is{BLANK}|named{BLANK})?)(?P<id>{FULL_NAME})"),
        of_a_relative,
    ),
    GivenNameRule(),
)
