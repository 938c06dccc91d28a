"""Contact: telephone and fax numbers, e-mail, web and network addresses."""

from __future__ import annotations

import ipaddress
import re
from re import Match

from engine.identifiers.classes import IdentifierClass
from engine.identifiers.finding import Rule
from engine.identifiers.spelling import BLANK, NOT_A_QUANTITY, SEVEN_GROUPED

_PHONE, _FAX = IdentifierClass.PHONE, IdentifierClass.FAX

_EXTENSION = r"(?:[ ,;]{0,2}(?:x|X|ext\.?|Ext\.?|EXT\.?|extension|Extension)[ .:]?\d{1,6})?"
_GROUPS = rf"\+?\(?\d{{1,15}}\)?(?:[ .\-\u2010-\u2013]{{1,2}}\(?\d{{1,7}}\)?){{0,6}}(?!\d){_EXTENSION}"
"""Groups of figures as people anywhere write them; only believed beside a word for a telephone."""

_PHONE_WORD = (
    r"(?:tele)?phones?|tel|ph|mobile|cell(?:ular)?|cellphone|desk|office|home|work|pager|beeper|call"
    r"(?:ing|ed|back)?|"
    r"contact|dial|reach(?:ed)?|hotline|text(?:ing)?|voicemail|whatsapp|answering|messages?"
)
_PHONE_FIGURES = range(7, 16)
_NATIONAL_FIGURES = range(9, 13)
_INTERNATIONAL_FIGURES = range(8, 18)
_HIGHEST_OCTET = 255
_HIGHEST_SECTION = 19  # 2.1.3.4 numbers a section, unless a word says otherwise
_SHORTEST_IP6 = 6
_WEAK_WORDS = frozenset({"home", "work", "office"})
_JOIN = (
    rf"(?:{BLANK}?(?:number|no\.?|nos?\.?|\#|line|me|us|him|her|them|back|someone))?"
    rf"(?:{BLANK}?(?:is|was|at|on|to|:|=|-|\()){{0,2}}\s{{0,3}}"
)


def _digits(text: str) -> int:
    return sum(mark.isdigit() for mark in text)


def _beside_word(match: Match[str]) -> float | None:
    """Return how sure we are of figures beside a word: 7 to 15 of them, no date, no range of years."""
    number = re.split(r"[xXeE]", match["id"], maxsplit=1)[0]
    count = _digits(number)
    if count not in _PHONE_FIGURES:
        return None
    if re.fullmatch(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d", number.strip()):
        return None
    told = match.groupdict().get("w")
    if told and told.lower() in _WEAK_WORDS and not re.search(r"[.\-(+]|\d{4}", number):
        return None  # sugars at home 120 130 140
    return 0.9


def _not_round(match: Match[str]) -> float | None:
    """Refuse a row of round figures, such as three platelet counts."""
    return 0.6 if any(int(group) % 10 for group in re.findall(r"\d+", match["id"])) else None


def _international(match: Match[str]) -> float | None:
    return 0.9 if _digits(match["id"]) in _INTERNATIONAL_FIGURES else None


def _ip4(match: Match[str]) -> float | None:
    octets = [int(part) for part in match["id"].split("/")[0].split(".")]
    if any(octet > _HIGHEST_OCTET for octet in octets):
        return None
    if max(octets) > _HIGHEST_SECTION:
        return 0.9
    before = match.string[max(0, match.start() - 30) : match.start()].lower()
    return 0.8 if re.search(r"\bip\b|address|host|server", before) else None


def _ip6(match: Match[str]) -> float | None:
    try:
        ipaddress.IPv6Address(match["id"])
    except ValueError:
        return None
    return 0.95 if _digits(match["id"]) and len(match["id"]) >= _SHORTEST_IP6 else None


CONTACT_RULES: tuple[Rule, ...] = (
    Rule(
        "phone.north-american",
        _PHONE,
        "Ten figures grouped as a North American telephone number.",
        0.92,
        re.compile(
            r"(?<![\d\w.\-/+(])(?P<id>(?:\+?1[ .\-]?)?(?:\([2-9]\d\d\)[ \-.]{0,2}"
            r"|[2-9]\d\d[.\-\u2010-\u2013/]{1,2})"
            rf"[2-9]\d\d[ .\-\u2010-\u2013]{{1,2}}\d{{4}}(?![\d]){_EXTENSION})(?!-\d)"
        ),
        shape=SEVEN_GROUPED,
    ),
    Rule(
        "phone.north-american-blanks",
        _PHONE,
        "Ten figures grouped three, three and four.",
        0.6,
        re.compile(
            r"(?<![\d.\-/+(])(?<!\d )(?P<id>(?:1 )?[2-9]\d\d [2-9]\d\d[ \-]\d{4})(?!\d)(?! \d)(?!\.\d)"
            rf"{NOT_A_QUANTITY}"
        ),
        _not_round,
        shape=SEVEN_GROUPED,
    ),
    Rule(
        "phone.international",
        _PHONE,
        "A telephone number with a country's prefix.",
        0.9,
        re.compile(
            r"(?<![\w+])(?P<id>\+\d{1,3}[ \-.]?(?:\(0?\d{0,4}\)[ \-.]?)?\d{1,12}"
            rf"(?:[ \-.]\d{{1,6}}){{0,5}}(?!\d){_EXTENSION})"
        ),
        _international,
        needs=("+",),
        shape=SEVEN_GROUPED,
    ),
    Rule(
        "phone.seven-figures",
        _PHONE,
        "Seven figures grouped as a local telephone number.",
        0.6,
        re.compile(
            rf"(?<![\w.\-/+(#])(?<!\d )(?P<id>[2-9]\d\d-\d{{4}}(?!\d){_EXTENSION})(?!-\d)(?!\.\d)(?!/)"
            rf"(?!%){NOT_A_QUANTITY}"
        ),
        shape=SEVEN_GROUPED,
    ),
    Rule(
        "phone.leading-zero",
        _PHONE,
        "Figures grouped as a telephone number abroad, with a leading zero.",
        0.5,
        re.compile(
            r"(?<![\w.\-/+(:])(?<!\d )"
            r"(?P<id>\(?0[1-9]\d{1,3}\)?[ \-](?:\d{6,8}|\d{2,4}(?:[ \-]\d{2,4}){1,3}))"
            r"(?!\w)(?!-\d)(?! \d)(?!\.\d)"
        ),
        lambda match: 0.5 if _digits(match["id"]) in _NATIONAL_FIGURES else None,
        shape=SEVEN_GROUPED,
    ),
    Rule(
        "phone.after-word",
        _PHONE,
        "Figures after a word for a telephone.",
        0.9,
        re.compile(rf"(?i:\b(?P<w>{_PHONE_WORD})\b\.?{_JOIN})(?P<id>{_GROUPS})"),
        _beside_word,
        shape=SEVEN_GROUPED,
    ),
    Rule(
        "phone.before-word",
        _PHONE,
        "Figures before a word for a telephone.",
        0.85,
        re.compile(
            rf"(?<![\w.+(/\-])(?P<id>{_GROUPS})(?=[ ,]{{0,2}}[\-(]?(?i:office|mobile|cell|home|work"
            r"|phone|desk|pager|direct)\b)"
        ),
        _beside_word,
        needs=("office", "mobile", "cell", "home", "work", "phone", "desk", "pager", "direct"),
        shape=SEVEN_GROUPED,
    ),
    Rule(
        "fax.after-word",
        _FAX,
        "Figures after the word fax.",
        0.95,
        re.compile(rf"(?i:\b(?:tele)?fax\b\.?{_JOIN})(?P<id>{_GROUPS})"),
        lambda match: 0.95 if _beside_word(match) else None,
        needs=("fax",),
        shape=SEVEN_GROUPED,
    ),
    Rule(
        "fax.before-word",
        _FAX,
        "Figures before the word fax.",
        0.93,
        re.compile(rf"(?<![\w.+(/\-])(?P<id>{_GROUPS})(?=[ ,]{{0,2}}[\-(]?(?i:fax)\b)"),
        lambda match: 0.93 if _beside_word(match) else None,
        needs=("fax",),
        shape=SEVEN_GROUPED,
    ),
    Rule(
        "email",
        IdentifierClass.EMAIL,
        "An e-mail address.",
        0.98,
        re.compile(
            r"(?<![\w.+%'\-])[\w.+%'\-]{1,64}@[^\W_](?:[\w\-]{0,62}[^\W_])?(?:\.[^\W_]"
            r"(?:[\w\-]{0,62}[^\W_])?){1,6}"
        ),
        needs=("@",),
    ),
    Rule(
        "url",
        IdentifierClass.URL,
        "A web address.",
        0.97,
        re.compile(r"(?i:\b(?:https?|ftps?|sftp)://|\bwww\d?\.)[^\s<>\"“”]{1,2000}(?<![.,;:!?)\]}'’])"),
        needs=("://", "www"),
    ),
    Rule(
        "url.bare-domain",
        IdentifierClass.URL,
        "A name of a web site.",
        0.8,
        re.compile(
            r"(?<![\w.@\-/])(?P<id>[A-Za-z0-9](?:[A-Za-z0-9\-]{0,62})(?:\.[A-Za-z0-9\-]{1,63}){0,3}"
            r"\.(?:com|org|net|edu|gov|mil|info|biz|co\.uk)(?:/[^\s<>\"“”]{0,500}"
            r"(?<![.,;:!?)\]}'’]))?)(?![\w@])"
        ),
        needs=(".com", ".org", ".net", ".edu", ".gov", ".mil", ".info", ".biz", ".co.uk"),
    ),
    Rule(
        "ip.v4",
        IdentifierClass.IP,
        "A network address of four numbers.",
        0.9,
        re.compile(r"(?<![\w.])(?P<id>\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?)(?![\w])(?!\.\d)"),
        _ip4,
    ),
    Rule(
        "ip.v6",
        IdentifierClass.IP,
        "A network address of the newer kind.",
        0.95,
        re.compile(r"(?<![\w:.])(?P<id>(?=[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:]{4,39})(?![\w:])"),
        _ip6,
        needs=(":",),
    ),
    Rule(
        "ip.mac",
        IdentifierClass.IP,
        "The hardware address of a network card.",
        0.9,
        re.compile(
            r"(?<![\w:\-])(?P<id>[0-9A-Fa-f]{2}(?P<s>[:\-])(?:[0-9A-Fa-f]{2}(?P=s)){4}[0-9A-Fa-f]{2})"
            r"(?![\w:\-])"
        ),
        lambda match: 0.9 if match["s"] == ":" or re.search("[A-Fa-f]", match["id"]) else None,
    ),
)
