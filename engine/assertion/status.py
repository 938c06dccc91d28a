"""Status: what is said of a problem in sum: negated, possible, conditional, someone else's, past."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.annotation.said import LabelledSpan
from engine.assertion.context import HISTORICAL, cues, reached, small_words
from engine.assertion.lexicon import shipped_lexicon
from engine.assertion.values import value_of
from engine.text.sentence import sentences
from engine.text.span import Span
from engine.text.token import tokenize

_TITLES = {"negation": "Negated", "uncertain": "Possible", "condition": "Conditional"}
_PAST = frozenset({"past medical history", "past surgical history"})
_FAMILY = "family history"
_ORDER = ("negation", "uncertain", "condition", "subject", HISTORICAL, "severity", "course")
_LOOK_AROUND = 160
BY_SECTION = "the section"
"""Why something is said where no words say it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that is said of a problem: `title` as a person reads it, by the words or the place `why`.

    `label` is the modifier's, or ``historical``; `value` one of `engine.assertion.values.VALUES`, or empty.
    """

    label: str
    title: str
    why: str
    value: str = ""


def statements(modifiers: Iterable[tuple[str, str]], section: str = "", past: str = "") -> list[Statement]:
    """Return what is said of a problem by its `modifiers` (label and words), its section's title, and `past`.

    `past` are the words that put it into the past (see `past_words`).  A problem of the family's
    history is a relative's even where no word says whose.
    """
    found: dict[tuple[str, str], Statement] = {}
    for label, words in modifiers:
        if label in _ORDER:
            one = _statement(label, " ".join(words.split()))
            found.setdefault((one.label, one.title), one)
    if section == _FAMILY and not any(label == "subject" for label, _ in found):
        found["subject", ""] = Statement("subject", "Family member", BY_SECTION, "Family_Member")
    if past or section in _PAST:
        found[HISTORICAL, ""] = Statement(HISTORICAL, "Past", past or BY_SECTION)
    return sorted(found.values(), key=lambda one: _ORDER.index(one.label))


def _statement(label: str, words: str) -> Statement:
    value = value_of(label, words)
    if label in _TITLES:
        return Statement(label, _TITLES[label], words)
    title = words if value == "unmarked" else value.replace("_", " ")
    return Statement(label, title[:1].upper() + title[1:].lower(), words, value)


def past_words(text: str, problem: Span) -> str:
    """Return the words of its sentence that put `problem` into the past, or nothing.

    Only the text near the problem is read, so it costs the same in a note of any length.
    """
    start = max(0, problem.start - _LOOK_AROUND)
    near = text[start : problem.end + _LOOK_AROUND]
    place = problem.shifted(-start)
    tokens = tokenize(near)
    parts = [part for part in sentences(near, tokens) if part.overlaps(place)]
    here = LabelledSpan((place,), "problem")
    for cue in cues(small_words(near, tokens), tokens, parts, shipped_lexicon("context")):
        if cue.label == HISTORICAL and reached(cue, [here], tokens):
            return cue.span.of(near)
    return ""
