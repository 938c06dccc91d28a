from __future__ import annotations

import pytest

from engine.assertion.status import past_words, statements
from engine.text.span import Span


def titles(*modifiers: tuple[str, str], section: str = "", past: str = "") -> list[str]:
    return [one.title for one in statements(modifiers, section, past)]


def test_each_modifier_of_status_is_said_once_and_in_one_order() -> None:
    assert titles(
        ("course", "worsening"), ("negation", "no"), ("bodyloc", "left"), ("negation", "denies")
    ) == [
        "Negated",
        "Worsened",
    ]


def test_a_course_or_severity_without_a_value_is_said_in_its_own_words() -> None:
    assert titles(("course", "Acute"), ("severity", "8/10")) == ["Severe", "Acute"]


def test_a_problem_of_the_family_history_is_a_relatives_even_where_no_word_says_so() -> None:
    assert titles(section="family history") == ["Family member"]
    assert titles(("subject", "donor"), section="family history") == ["Donor other"]


def test_a_problem_of_the_past_history_is_past() -> None:
    assert titles(section="past medical history") == ["Past"]
    assert titles(section="assessment") == []
    assert titles(past="status post") == ["Past"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("She has a history of stroke.", "history of"),
        ("Status post stroke.", "Status post"),
        ("He had a stroke years ago.", "years ago"),
        ("Three day history of stroke.", ""),
        ("History of asthma. Now a stroke.", ""),
        ("History of asthma who presents with a stroke.", ""),
        ("Family history of stroke.", ""),
        ("A stroke.", ""),
    ],
)
def test_words_of_the_past_reach_the_problems_of_their_scope(text: str, words: str) -> None:
    at = text.index("stroke")
    assert past_words(text, Span(at, at + len("stroke"))) == words


def test_the_past_is_read_near_the_problem_alone() -> None:
    text = "x. " * 300_000 + "History of stroke." + " y." * 300_000
    at = text.index("stroke")
    assert past_words(text, Span(at, at + 6)) == "History of"
