"""Values: what the words of a modifier mean, in the few terms of the Kiwi guideline."""

from __future__ import annotations

from engine.assertion.lexicon import shipped_lexicon
from engine.text.token import tokenize

COURSE = ("unmarked", "changed", "increased", "decreased", "improved", "worsened", "resolved")
SEVERITY = ("unmarked", "slight", "moderate", "severe")
SUBJECT = ("Family_Member", "Donor_Family_Member", "Donor_Other", "Other")
VALUES = {"course": COURSE, "severity": SEVERITY, "subject": SUBJECT}
"""The values that modifiers of a label may have; modifiers of other labels have none."""

_OTHERWISE = {"course": "unmarked", "severity": "unmarked", "subject": "Other"}


def value_of(label: str, surface: str) -> str:
    """Return the value of a modifier by its words, or nothing where its label has no values.

    Words that we do not know leave course and severity unmarked, and the subject another person.
    """
    if label not in VALUES:
        return ""
    small = surface.lower()
    found = shipped_lexicon("values").matches(tokenize(small).words(small))
    known = [match.phrase for match in found if match.phrase.label == label]
    return min(known, key=lambda one: one.number).value if known else _OTHERWISE[label]
