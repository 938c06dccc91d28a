"""Name checks: whether words that stand where a name could stand are one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import Match

from typing_extensions import override

from engine.identifiers.classes import IdentifierClass
from engine.identifiers.finding import Check, Finding, Glance, Rule
from engine.identifiers.name_words import (
    EPONYM_NOUNS,
    GIVEN_NAMES,
    NOT_NAMES,
    PLACEHOLDER_NAMES,
    SURNAMES_TOO,
)
from engine.identifiers.place_words import COUNTRIES, PLAIN_FACILITY_WORDS, STATES
from engine.identifiers.spelling import BLANK, INITIAL, NAME_WORD
from engine.text.span import Span

_NAMES_A_THING = re.compile(
    r"(?i:sample|model|drug|test|brand|generic|trade|file|user|procedure|study|medication|product|chemical|device|"
    r"trial|company|pharmacy|facility|hospital|clinic)[ ]{1,2}$"
)
_WEAK_LABELS = frozenset(
    {"re", "from", "to", "patient", "pt", "nurse", "resident", "provider", "physician", "cc", "consultant"}
    | {"author", "signed", "assistant", "attention", "informant", "guardian", "interpreter", "signature"}
)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST_ACRONYM = 3
_SURNAME = re.compile(rf"{BLANK}(?:{INITIAL}{BLANK}?)?(?P<surname>{NAME_WORD})")
_SAINT = re.compile(r"(?:[Pp]ouch of|St\.?|Saint|San|Santa|North|South|Port|Lake|Fort|Mount)[ ]$")
_A_THING = re.compile(rf"(?i:{EPONYM_NOUNS})|.*(?i:scan|scopy|gram|itis|emia|oma)")
_OF_A_THING = re.compile(rf"(?:['’]s?)?[ \-](?i:{EPONYM_NOUNS})(?![^\W_])")


def _words(name: str) -> list[str]:
    return re.split(r"[ \t\u00a0,]+", name.strip())


def _is_placeholder(word: str) -> bool:
    plain = word.strip(".").lower()
    return len(plain) == 1 or plain in PLACEHOLDER_NAMES or (word.isupper() and word in _ALPHABET)


def _could_be_name(name: str) -> bool:
    """Whether the first real word is no plain word, and not every word is a de-identifier's mark."""
    words = [word for word in _words(name) if not re.fullmatch(INITIAL, word + " ")]
    if not words or all(_is_placeholder(word) for word in words):
        return False
    if words[0].lower() in GIVEN_NAMES:
        return True
    plain = [word.strip(".").lower() for word in words[:2]]
    return plain[0] not in NOT_NAMES and plain[-1] not in NOT_NAMES - SURNAMES_TOO


def without_plain_words(name: str) -> int:
    """Return the length of `name` without plain words at its end: JONES Date, Smith Cardiology."""
    pieces = list(re.finditer(r"[^ \t\u00a0,]+", name))
    while len(pieces) > 1 and pieces[-1].group().strip(".").lower() in NOT_NAMES - SURNAMES_TOO:
        pieces.pop()
    return pieces[-1].end()


def by_context(confidence: float) -> Check:
    """Return a check that trusts the context: the words need only not be plain ones."""
    return lambda match: confidence if _could_be_name(match["id"]) else None


def after_title(match: Match[str]) -> float | None:
    """Refuse ``MR brain`` and ``MS Contin``: an all-capital title without a point is a finding or a drug."""
    title = match["title"]
    if title in {"MR", "MS", "DR"} and not match["id"].isupper():
        return None
    words = _words(match["id"])
    if _is_placeholder(words[0]) or words[0].strip(".").lower() in NOT_NAMES - SURNAMES_TOO:
        return None
    return 0.95


def after_label(match: Match[str]) -> float | None:
    """Return how sure we are of a name after a label and a colon.

    “Sample name: …” names no person.  What stands after “Patient:” or “To:” may be any phrase, so
    one word must be a known given name; in capitals it must look like a name besides.
    """
    if _NAMES_A_THING.search(match.string, max(0, match.start() - 14), match.start()):
        return None
    if not _could_be_name(match["id"]):
        return None
    label, words = match["label"].lower(), _words(match["id"])
    known = any(word.strip(".").lower() in GIVEN_NAMES for word in words)
    if known or label.endswith("name"):
        return 0.85
    if words[0].isupper():
        return (
            0.7
            if "," in match["id"] or (label not in _WEAK_LABELS and two_words(match, capitals=True))
            else None
        )
    return None if label in _WEAK_LABELS and len(words) == 1 else 0.85


def of_a_relative(match: Match[str]) -> float | None:
    """Return how sure we are of a name after “wife”: only known given names, as illnesses follow too."""
    words = _words(match["id"])
    return 0.7 if words[0].lower() in GIVEN_NAMES and _could_be_name(match["id"]) else None


def two_words(match: Match[str], *, capitals: bool = False) -> float | None:
    """Return how sure we are of two words or more, none of them plain; not if all are in capitals."""
    words = [word for word in _words(match["id"]) if not re.fullmatch(INITIAL, word + " ")]
    if len(words) <= 1 or not _could_be_name(match["id"]) or match["id"] in COUNTRIES | STATES:
        return None
    if _A_THING.fullmatch(words[-1]):
        return None  # Ewing Sarcoma
    if words[0].lower() in GIVEN_NAMES:
        return 0.8
    plain = any(word.strip(".").lower() in NOT_NAMES | PLAIN_FACILITY_WORDS for word in words)
    return None if plain or (match["id"].isupper() and not capitals) else 0.6


def said_of_oneself(match: Match[str]) -> float | None:
    """Return how sure we are: “this is …” and “I am …” say much besides names, “my name is …” does not."""
    if not _could_be_name(match["id"]):
        return None
    words = _words(match["id"])
    sure = re.match(r"(?i)name|goes|by|call|was|is c|i spoke", match.group())
    ends = re.match(r"[,.;!?]|[ ](?:and|from)\b|$", match.string[match.end("id") : match.end("id") + 6])
    whole = len(words) > 1 and ends is not None and not match["id"].isupper()
    return 0.85 if sure or whole or words[0].lower() in GIVEN_NAMES else None


def of_an_age(match: Match[str]) -> float | None:
    """Return how sure we are of a name before an age: two words, or one known given name."""
    words = _words(match["id"])
    return (
        0.9 if _could_be_name(match["id"]) and (len(words) > 1 or words[0].lower() in GIVEN_NAMES) else None
    )


class GivenNameRule(Rule):
    """Finds known given names, alone or with a surname; not a saint's, not those of places and things.

    A class of its own, because a pattern that takes two words at a time would step over the given
    name in “Contact MARIA LOPEZ”.
    """

    def __init__(self) -> None:
        super().__init__(
            "name.given",
            IdentifierClass.NAME,
            "A known given name.",
            0.8,
            re.compile(rf"(?<![^\W_])(?<![-/'’])(?P<id>{NAME_WORD})(?![\-/][^\W\d_])"),
        )

    @override
    def findings(self, glance: Glance) -> Iterator[Finding]:
        text = glance.text
        for match in self.pattern.finditer(text):
            word = match.group()
            if word.lower() not in GIVEN_NAMES or _SAINT.search(
                text, max(0, match.start() - 9), match.start()
            ):
                continue
            end, confidence = self._surname(text, match)
            if confidence and not _OF_A_THING.match(text, end):
                yield Finding(Span(match.start(), end), self.kind, self.id, self.why, confidence)

    @staticmethod
    def _surname(text: str, given: Match[str]) -> tuple[int, float]:
        """Return where the name ends and how sure it is; 0 where it is none."""
        follows = _SURNAME.match(text, given.end())
        word = given.group()
        if word.isupper() and len(word) <= _LONGEST_ACRONYM:
            return given.end(), 0.0  # ED COURSE
        if follows and word.isupper() == follows["surname"].isupper():
            whole = text[given.start() : follows.end()]
            plain = follows["surname"].lower() in NOT_NAMES - SURNAMES_TOO
            if whole in STATES or whole in COUNTRIES:
                return follows.end(), 0.0
            if not plain:
                return follows.end(), 0.8
        return given.end(), 0.0 if word.isupper() else 0.5  # RITA is an artery
