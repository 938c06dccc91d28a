"""Masking: same length, line breaks kept, nothing found afterwards."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.identifiers.classes import IdentifierClass
from engine.identifiers.finding import Finding
from engine.identifiers.masking import mask
from engine.identifiers.screen import screen
from engine.text.span import Span


def finding(start: int, end: int, kind: IdentifierClass = IdentifierClass.NAME) -> Finding:
    return Finding(Span(start, end), kind, "test", "A test.", 1.0)


def test_a_mask_says_what_it_hides_where_it_fits() -> None:
    text = "Dr. Okonkwo saw Bo on 03/14/2020."
    assert mask(text, [*screen(text), finding(16, 18)]) == "Dr. [NAME*] saw ** on [DATE****]."


def test_line_breaks_of_every_kind_are_kept() -> None:
    text = "1203 Elm Street\r\nLas Cruces\n\nX"
    assert mask(text, [finding(0, 28, IdentifierClass.PLACE)]) == "[PLACE********]\r\n[PLACE***]\n\nX"


def test_findings_that_overlap_are_covered_once() -> None:
    assert mask("abcdefghij", [finding(0, 6), finding(3, 10)]) == "[NAME]****"


def test_a_finding_beyond_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond"):
        mask("short", [finding(0, 9)])


def test_a_masked_note_is_clean_when_it_is_screened_again() -> None:
    text = "Mr. Ward, MRN: 2141761, (713) 555-0142, lives at 1203 Elm Street,\nHouston, TX 77031."
    findings = screen(text)
    assert {one.kind.value for one in findings} == {"name", "mrn", "phone", "place"}
    assert screen(mask(text, findings)) == ()


PIECES = st.sampled_from(
    [
        "Dr. Okonkwo",
        "on 03/14/2020",
        "(713) 555-0142",
        "MRN: 2141761",
        "Houston, TX 77031",
        "Anna",
        "\r\n",
        "\n",
        "é😀",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=20).map(" ".join))
def test_any_text_keeps_its_length_its_lines_and_all_that_was_not_found(text: str) -> None:
    findings = screen(text)
    covered = mask(text, findings)
    assert len(covered) == len(text)
    assert covered == mask(covered, findings)
    inside = {at for one in findings for at in range(one.span.start, one.span.end)}
    for at, mark in enumerate(text):
        if at not in inside or mark in "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029":
            assert covered[at] == mark
        else:
            assert covered[at] in "[]*ABCDEFGHIJKLMNOPQRSTUVWXYZ"
