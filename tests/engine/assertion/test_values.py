from __future__ import annotations

import pytest

from engine.assertion.lexicon import shipped_lexicon
from engine.assertion.values import VALUES, value_of


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("acute", "unmarked"),
        ("chronic", "unmarked"),
        ("new onset", "unmarked"),
        ("stable", "unmarked"),
        ("not improving", "unmarked"),
        ("has not significantly changed", "unmarked"),
        ("changing", "changed"),
        ("waxing and waning", "changed"),
        ("increased", "increased"),
        ("elevated", "increased"),
        ("Elevated", "increased"),
        ("rising", "increased"),
        ("decreased markedly", "decreased"),
        ("less", "decreased"),
        ("diminished", "decreased"),
        ("improved", "improved"),
        ("markedly improved", "improved"),
        ("resolving", "improved"),
        ("appears to be healing", "improved"),
        ("well controlled", "improved"),
        ("worse", "worsened"),
        ("progressively worsened", "worsened"),
        ("exacerbated", "worsened"),
        ("progressive", "worsened"),
        ("resolved", "resolved"),
        ("completely resolved", "resolved"),
        ("in remission", "resolved"),
    ],
)
def test_words_of_course_have_one_of_seven_values(words: str, value: str) -> None:
    assert value_of("course", words) == value


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("mild", "slight"),
        ("very mild", "slight"),
        ("a little", "slight"),
        ("low-grade", "slight"),
        ("trivial", "slight"),
        ("1+", "slight"),
        ("2/10", "slight"),
        ("moderate", "moderate"),
        ("mild-to-moderate", "moderate"),
        ("NYHA Class III", "moderate"),
        ("5/10", "moderate"),
        ("severe", "severe"),
        ("moderate-to-severe", "severe"),
        ("fairly severe", "severe"),
        ("Significant", "severe"),
        ("8/10", "severe"),
        ("stage IV", "severe"),
        ("bearable", "unmarked"),
    ],
)
def test_words_of_severity_have_one_of_four_values(words: str, value: str) -> None:
    assert value_of("severity", words) == value


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("mother", "Family_Member"),
        ("The patient's sister", "Family_Member"),
        ("maternal grandfather", "Family_Member"),
        ("donor", "Donor_Other"),
        ("donor's mother", "Donor_Family_Member"),
        ("roommate", "Other"),
    ],
)
def test_words_for_a_person_have_one_of_four_values(words: str, value: str) -> None:
    assert value_of("subject", words) == value


def test_other_modifiers_have_no_value() -> None:
    assert value_of("negation", "no") == ""


def test_every_value_of_the_lexicon_is_one_of_the_guideline() -> None:
    lexicon = shipped_lexicon("values")
    for label in VALUES:
        said = {one.value for some in lexicon._by_first.values() for one in some if one.label == label}
        assert said <= set(VALUES[label])
        assert set(VALUES[label]) - said <= {"unmarked", "Other"}
