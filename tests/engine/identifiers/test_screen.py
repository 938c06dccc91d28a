"""The screen as a whole: overlaps, marks of de-identification, time, and what it never says."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.identifiers.classes import IdentifierClass
from engine.identifiers.screen import all_rules, screen
from engine.text.span import Span

LETTER = (
    "Dr. Kwame Okonkwo\n1203 Elm Street, Apt. 4\nLas Cruces, NM 88001\nPhone: (713) 555-0142\n\n"
    "RE: OKONKWO, ANNA  MRN: 2141761  DOB: 03/14/1928\nThis 92-year-old lives in Las Cruces.\n"
)


def test_a_letter_is_found_out_line_by_line_and_in_order() -> None:
    findings = screen(LETTER)
    said = [(finding.kind.value, finding.span.of(LETTER)) for finding in findings]
    assert said == [
        ("name", "Kwame Okonkwo"),
        ("place", "1203 Elm Street, Apt. 4\nLas Cruces, NM 88001"),
        ("phone", "(713) 555-0142"),
        ("name", "OKONKWO, ANNA"),
        ("mrn", "2141761"),
        ("date", "03/14/1928"),
        ("age", "92"),
        ("place", "Las Cruces"),
    ]
    assert list(findings) == sorted(findings)


@pytest.mark.parametrize(
    "text",
    [
        "Dr. [**Last Name**] saw him on [**2151-7-16**] at [**Hospital1**].",
        "Name: [NAME] DOB: [DATE] Phone: XXX-XXX-XXXX MRN: XXXXXXX",
        "Mr. ___ was seen on ___ by Dr. ___.",
        "Seen by <NAME> at <PHI>. {{PERSON}} lives at {{ADDRESS}}.",
        "Dr. [NAME*****] on [DATE****], call [PHONE*****] or *******",
        "",
        "   \n\n\t",
    ],
)
def test_marks_of_deidentification_are_left_in_peace(text: str) -> None:
    assert screen(text) == ()


def test_what_stands_beside_a_mark_is_still_found() -> None:
    text = "Dr. [**Name**] and Dr. Okonkwo on 03/14/2020"
    assert [finding.span.of(text) for finding in screen(text)] == ["Okonkwo", "03/14/2020"]


def test_the_surer_class_keeps_its_place_and_the_other_keeps_the_rest() -> None:
    text = "born December 28, 1964 Main Street"
    said = [(finding.kind.value, finding.span.of(text)) for finding in screen(text)]
    assert said[0] == ("date", "December 28, 1964")
    assert all("1964" not in surface for kind, surface in said if kind != "date")


def test_every_rule_has_an_id_of_its_own_a_reason_and_a_confidence() -> None:
    rules = all_rules()
    assert len({rule.id for rule in rules}) == len(rules)
    assert all(rule.why.endswith(".") and 0 < rule.confidence <= 1 for rule in rules)
    assert {rule.kind for rule in rules} == set(IdentifierClass)


def test_a_finding_says_why_without_a_word_of_the_text() -> None:
    for finding in screen(LETTER):
        told = repr(finding)
        assert "Okonkwo" not in told
        assert "Elm" not in told
        assert "555-0142" not in told


WORDS = st.sampled_from(
    [
        *(
            "Dr.",
            "Mr.",
            "Okonkwo",
            "Anna",
            "03/14/2020",
            "713-555-0142",
            "12 Elm Street",
            "[**x**]",
            "___",
            "March",
        ),
        *(
            "2020",
            "MRN:",
            "12345",
            "a@b.org",
            "Houston, TX",
            "77031",
            "92-year-old",
            "1203",
            "lives in",
            "Las Cruces",
        ),
        *("\r\n", "\n", "é", "İ", "😀", "Apt. 4", ",", ".", ":", "[NAME***]"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(WORDS, st.text(max_size=6)), max_size=25).map(" ".join))
def test_findings_lie_in_the_text_in_order_and_apart(text: str) -> None:
    end = 0
    for finding in screen(text):
        assert end <= finding.span.start < finding.span.end <= len(text)
        assert any(mark.isalnum() for mark in finding.span.of(text))
        assert finding.span == Span(finding.span.start, finding.span.end)
        end = finding.span.end


ONE_LINE = 1_000_000


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "1",
        "Ab ",
        "1 ",
        "12/",
        "a@",
        " ",
        "\n",
        "Mr. Ab ",
        "12 Ab ",
        "É",
        "a.",
        "555-1234 ",
        "March ",
        "(1",
    ],
)
def test_time_grows_no_faster_than_the_text(unit: str) -> None:
    """A pattern that tries everything against everything would take an hour here, not a second."""
    text = (unit * ONE_LINE)[: ONE_LINE // 8]
    started = time.process_time()
    screen(text[: len(text) // 4])
    quarter = time.process_time() - started
    started = time.process_time()
    screen(text)
    assert time.process_time() - started < max(2.0, 12 * quarter)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_one_line_of_a_million_characters_is_screened_in_seconds() -> None:
    line = (
        LETTER.replace("\n", " ") + "denies pain 5/5 strength, BP 120/80, metoprolol 25 mg b.i.d. "
    ) * 4000
    started = time.process_time()
    findings = screen(line[:ONE_LINE])
    assert time.process_time() - started < 60
    assert len(findings) > 20_000
