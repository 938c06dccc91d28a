"""Numbers: record, plan, account, licence, vehicle, device and other numbers that belong to one person.

Some carry check digits and are known by them; the rest are known by the word before them.
"""

from __future__ import annotations

import re
from re import Match

from engine.identifiers.checksums import (
    dea_holds,
    iban_holds,
    luhn_holds,
    npi_holds,
    routing_holds,
    vin_holds,
)
from engine.identifiers.classes import IdentifierClass
from engine.identifiers.finding import Check, Rule
from engine.identifiers.spelling import ANY_FIGURE, FOUR_FIGURES, NOT_A_QUANTITY

_LINK = (
    r"(?:['’]s)?(?:[ \t]?(?:numbers?|num\.?|nos?\.|no(?=[ \t:.]\W{0,2}[A-Z]{0,3}\d)|nbr\.?|\#|id|code))?"
    r"(?:[ \t]?(?:is|was|ending(?:[ \t]in)?|of))?[ \t]?[:=#\-]{0,2}\s{0,3}(?:\#[ \t]?)?"
)
"""What may stand between the word and its number: ``number is``, ``#:``, ``no.``"""

_VALUE = r"(?P<id>(?=[A-Za-z\-]{0,6}\d)[A-Za-z0-9](?:[A-Za-z0-9]|[\-/.](?=[A-Za-z0-9])){3,30})(?![\w@])"
"""Letters and figures that begin with at most a few letters; the check asks for enough figures."""

_FEW_FIGURES = 4
_CARD_FIGURES = range(13, 20)
_CALLED_CARD_FIGURES = range(12, 20)


def _figures(number: str) -> int:
    return sum(mark.isdigit() for mark in number)


def _at_least(figures: int, confidence: float) -> Check:
    def check(match: Match[str]) -> float | None:
        value = match["id"]
        if set(re.sub(r"\D", "", value)) <= {"0"}:
            return None  # MR# 0000000: a blank form
        if _figures(value) < figures or re.fullmatch(r"\d{1,2}/\d{1,2}/\d{2,4}|\d+\.\d+", value):
            return None
        return confidence

    return check


def _by_word(word: str, figures: int, confidence: float) -> tuple[re.Pattern[str], Check]:
    pattern = re.compile(rf"(?i:(?<![^\W_])(?:{word}){_LINK}){_VALUE}{NOT_A_QUANTITY}")
    return pattern, _at_least(figures, confidence)


def _named(rule: str, kind: IdentifierClass, word: str, figures: int, confidence: float) -> Rule:
    pattern, check = _by_word(word, figures, confidence)
    why = f"A number after a word for a {kind.singular}."
    shape = FOUR_FIGURES if figures >= _FEW_FIGURES else ANY_FIGURE
    return Rule(rule, kind, why, confidence, pattern, check, shape=shape)


def _card(match: Match[str]) -> float | None:
    number = "".join(mark for mark in match["id"] if mark.isdigit())
    known = re.match(r"3[0-9]|4|5[0-9]|6[0-9]|2[1-7]|1800", number)
    return 0.95 if len(number) in _CARD_FIGURES and known and luhn_holds(number) else None


def _card_by_word(match: Match[str]) -> float | None:
    return 0.9 if _figures(match["id"]) in _CALLED_CARD_FIGURES else None


def _vin(match: Match[str]) -> float | None:
    value = match["id"]
    mixed = re.search("[A-Za-z]", value) and re.search(r"\d", value)
    return 0.9 if mixed and vin_holds(value) else None


def _long_number(match: Match[str]) -> float | None:
    before = match.string[max(0, match.start() - 12) : match.start()]
    return None if before.rstrip().endswith(("$", "€", "£")) else 0.5


NUMBER_RULES: tuple[Rule, ...] = (
    Rule(
        "ssn.grouped",
        IdentifierClass.SSN,
        "Nine figures grouped and ranged as a social security number.",
        0.93,
        re.compile(
            r"(?<![\w\-])(?P<id>(?!000|666|9)\d{3}(?P<s>[\- ])(?!00)\d\d(?P=s)(?!0000)\d{4})(?![\w]|-\d)"
        ),
        lambda match: 0.93 if match["s"] == "-" else 0.6,
    ),
    Rule(
        "ssn.taxpayer",
        IdentifierClass.SSN,
        "Nine figures grouped and ranged as a taxpayer number.",
        0.85,
        re.compile(r"(?<![\w\-])(?P<id>9\d\d-(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])-\d{4})(?![\w]|-\d)"),
    ),
    Rule(
        "ssn.after-word",
        IdentifierClass.SSN,
        "Figures after the words social security.",
        0.95,
        re.compile(
            r"(?i:\b(?:ssn|ss\#|ss[ ]no\.?|social[ ]security|soc\.?[ ]sec\.?)"
            rf"{_LINK})(?P<id>(?:\d{{3}}[\- ]?\d\d[\- ]?)?\d{{4}}|[xX*]{{3}}-[xX*]{{2}}-\d{{4}})(?![\w]|-\d)"
        ),
        needs=("ssn", "ss#", "ss no", "social", "soc"),
    ),
    _named(
        "mrn.after-word",
        IdentifierClass.MRN,
        r"mrn|m\.r\.n\.|mr[ ]?\#|medical[ ]rec(?:ord)?s?|med[ .]{0,2}rec|record[ ](?=num|no|\#)"
        r"|chart[ ](?=num|no|\#|id)|"
        r"hospital[ ](?=num|no\.|\#|id)|patient[ ](?=num|no\.|\#|id)|unit[ ](?=num|no\.|\#)|pt[ ](?=id|\#)",
        4,
        0.93,
    ),
    _named(
        "health-plan.after-word",
        IdentifierClass.HEALTH_PLAN,
        r"policy|subscriber|member(?:ship)?[ ]?(?=num|no\.|\#|id)|beneficiary|group[ ](?=num|no\.|\#"
        r"|id)|medicaid|medicare|"
        r"insurance[ ](?=num|no\.|\#|id)|health[ ]plan|plan[ ](?=num|no\.|\#|id)|claim[ ]?(?=num|no\."
        r"|\#)|hicn|mbi|nhs[ ](?=num|no)",
        5,
        0.88,
    ),
    Rule(
        "health-plan.medicare",
        IdentifierClass.HEALTH_PLAN,
        "Eleven marks built as a Medicare number.",
        0.9,
        re.compile(
            r"(?<![\w\-])"
            r"(?P<id>[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?"
            r"[AC-HJKMNP-RT-Y]{2}\d\d)(?![\w\-])"
        ),
    ),
    Rule(
        "account.card",
        IdentifierClass.ACCOUNT,
        "A payment card number; its check digit holds.",
        0.95,
        re.compile(r"(?<![\w.\-])(?P<id>\d(?:[ \-]?\d){12,18})(?![\w])(?!\.\d)"),
        _card,
    ),
    Rule(
        "account.card-after-word",
        IdentifierClass.ACCOUNT,
        "A long number after a word for a payment card.",
        0.9,
        re.compile(
            r"(?i:\b(?:credit|debit|card|cc|visa|mastercard|amex)\b)[^\d\n]{0,25}(?P<id>\d"
            r"(?:[ \-]?\d){11,18})(?!\w)"
        ),
        _card_by_word,
        needs=("card", "credit", "debit", "cc", "visa", "amex"),
    ),
    Rule(
        "account.iban",
        IdentifierClass.ACCOUNT,
        "A bank account number (IBAN); its check digits hold.",
        0.99,
        re.compile(
            r"(?<!\w)(?P<id>[A-Za-z]{2}\d\d(?:[ ]?[A-Za-z0-9]{4}){2,7}(?:[ ]?[A-Za-z0-9]{1,3})?)(?!\w)"
        ),
        lambda match: 0.99 if iban_holds(match["id"]) else None,
    ),
    Rule(
        "account.iban-after-word",
        IdentifierClass.ACCOUNT,
        "Letters and figures after the word IBAN.",
        0.85,
        re.compile(
            rf"(?i:\biban{_LINK})(?P<id>[A-Za-z]{{2}}\d\d(?:[ ]?[A-Za-z0-9]{{4}}){{2,7}}"
            r"(?:[ ]?[A-Za-z0-9]{1,3})?)(?!\w)"
        ),
        needs=("iban",),
    ),
    Rule(
        "account.routing",
        IdentifierClass.ACCOUNT,
        "A bank routing number; its check digit holds.",
        0.9,
        re.compile(rf"(?i:\b(?:routing|aba){_LINK})(?P<id>\d{{9}})(?!\d)"),
        lambda match: 0.9 if routing_holds(match["id"]) else 0.6,
        needs=("routing", "aba"),
    ),
    _named(
        "account.after-word",
        IdentifierClass.ACCOUNT,
        r"account|acct\.?|guarantor|invoice|bank[ ]account|billing[ ](?=num|no\.|\#|id)|bill[ ](?=num"
        r"|no\.|\#)|"
        r"financial[ ](?=num|no\.|\#|id)|fin(?=[ ]?[\#:])",
        5,
        0.9,
    ),
    _named(
        "licence.after-word",
        IdentifierClass.LICENCE,
        r"licen[cs]e|lic\.?|certificates?|certification|passport|permit|visa[ ](?=num|no\.|\#)|badge"
        r"|dl(?=[ ]?\#)|registration|"
        r"driver['’]?s?[ ](?:id|licen[cs]e)",
        4,
        0.9,
    ),
    Rule(
        "licence.npi",
        IdentifierClass.LICENCE,
        "A ten-figure provider number.",
        0.95,
        re.compile(rf"(?i:\bnpi{_LINK})(?P<id>\d{{10}})(?!\d)"),
        lambda match: 0.95 if npi_holds(match["id"]) else 0.85,
        needs=("npi",),
    ),
    Rule(
        "licence.dea",
        IdentifierClass.LICENCE,
        "A prescriber's DEA number; its check digit holds.",
        0.9,
        re.compile(r"(?<!\w)(?P<id>[A-HJ-MPR-UX][A-Z9]\d{7})(?!\w)"),
        lambda match: 0.9 if dea_holds(match["id"]) else None,
    ),
    Rule(
        "vehicle.vin",
        IdentifierClass.VEHICLE,
        "A vehicle identification number; its check digit holds.",
        0.9,
        re.compile(r"(?<!\w)(?P<id>[A-HJ-NPR-Za-hj-npr-z0-9]{17})(?!\w)"),
        _vin,
    ),
    _named(
        "vehicle.after-word",
        IdentifierClass.VEHICLE,
        r"vin|vehicle[ ](?:id|identification|serial)|licen[cs]e[ ]plate|(?:number"
        r"|registration)[ ]plate|plate[ ](?=num|no\.|\#)|"
        r"plates?(?=[ ]?[:#])",
        2,
        0.85,
    ),
    _named(
        "device.after-word",
        IdentifierClass.DEVICE,
        r"serial|s/n|sn(?=[ ]?[:#])|lot(?=[ ]?(?:num|no\.|\#|:))|udi|imei|(?:device|implant|pacemaker"
        r"|generator|lead|prosthesis|"
        r"catheter|pump)[ ](?=num|no\.|\#|id|serial)|model[ ](?=num|no\.|\#)|catalog(?:ue)?[ ](?=num"
        r"|no\.|\#)",
        3,
        0.85,
    ),
    Rule(
        "device.udi",
        IdentifierClass.DEVICE,
        "A unique device identifier.",
        0.95,
        re.compile(r"(?P<id>\(01\)\d{14}(?:\(\d\d\)[A-Za-z0-9\-]{1,20}){0,4})"),
        needs=("(01)",),
    ),
    _named(
        "other.after-word",
        IdentifierClass.OTHER,
        r"(?:accession|encounter|visit|case|order|specimen|sample|study|subject|participant|job"
        r"|document|doc|confirmation|"
        r"reference|referral|authori[sz]ation|requisition|prescription|rx|barcode|employee|student"
        r"|veteran|inmate|booking|file|"
        r"ticket|user|customer|client|dictation|report|transcription)[ ]?(?=num|nos?\.|\#|id\b|code)"
        r"|employee[ ]id|accession",
        4,
        0.8,
    ),
    Rule(
        "other.id",
        IdentifierClass.OTHER,
        "A number after “ID”.",
        0.75,
        re.compile(
            r"(?<![^\W_])(?:ID|I\.D\.|Id|identifier)(?:[ ](?:number|no\.|num|code))?"
            rf"(?:[ ]is)?[ ]?[:#=]{{0,2}}[ ]{{0,2}}{_VALUE}"
        ),
        _at_least(4, 0.75),
    ),
    Rule(
        "other.guid",
        IdentifierClass.OTHER,
        "A globally unique identifier.",
        0.95,
        re.compile(r"(?<![\w\-])(?P<id>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?![\w\-])"),
        needs=("-",),
    ),
    Rule(
        "other.long-number",
        IdentifierClass.OTHER,
        "Nine or more figures in a row, which no measurement has.",
        0.5,
        re.compile(rf"(?<![\w.,\-/])(?P<id>\d{{9,40}})(?![\w])(?![.,]\d){NOT_A_QUANTITY}"),
        _long_number,
    ),
)
