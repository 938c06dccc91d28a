"""TANL: nesting, relations, and the four things that can be wrong with an answer."""

from __future__ import annotations

import pytest

from engine.taggers.llama_cpp.formats.answer_format import Flaw, Mark, Written
from engine.taggers.llama_cpp.formats.tanl import Tanl
from engine.text.span import Span

NAMES = {name: name for name in ("problem", "drug", "severity", "negation")}
TEXT = "no mild pain [sic], aspirin|ASA"


def said(raw: str) -> list[tuple[str, str]]:
    return [(one.label, one.surface) for one in Tanl().read(raw, NAMES).written]


def test_the_example_of_the_papers_is_written_and_read():
    raw = "[ no | negation ] [ [ mild | severity ] pain | problem ] \\[sic\\], [ aspirin | drug ]\\|ASA"
    marks = [Mark(0, 2, "negation"), Mark(3, 12, "problem"), Mark(3, 7, "severity"), Mark(20, 27, "drug")]
    assert Tanl().write(TEXT, marks) == raw
    read = Tanl().read(raw, NAMES)
    assert (read.copied, read.flaws) == (TEXT, frozenset())
    assert sorted((one.place, one.label) for one in read.written if one.place) == sorted(
        (Span(one.start, one.end), one.label) for one in marks
    )


def test_what_is_said_of_a_thing_is_the_nearest_mark_with_these_words():
    text = "no pain , no fever"
    marks = [Mark(0, 2, "negation"), Mark(3, 7, "problem"), Mark(10, 12, "negation"), Mark(13, 18, "problem")]
    raw = Tanl().write(text, marks, [(1, 0), (3, 2)])
    assert raw == (
        "[ no | negation ] [ pain | problem | negation = no ] , "
        "[ no | negation ] [ fever | problem | negation = no ]"
    )
    read = Tanl().read(raw, NAMES)
    assert [(one.surface, one.about) for one in read.written] == [
        ("no", (1,)),
        ("pain", ()),
        ("no", (3,)),
        ("fever", ()),
    ]


def test_one_negation_may_serve_two_problems():
    read = Tanl().read(
        "[ no | negation ] [ pain | problem | negation = no ] or [ fever | problem | negation = no ]", NAMES
    )
    assert read.written[0] == Written("negation", "no", Span(0, 2), (1, 2))


@pytest.mark.parametrize(
    ("raw", "flaw", "found"),
    [
        ("[ pain | illness ] and [ asa | drug ]", Flaw.UNKNOWN_LABEL, [("drug", "asa")]),
        ("[ pain | problem | negation = no ]", Flaw.MISSING, [("problem", "pain")]),
        ("[ pain | problem and [ asa | drug ]", Flaw.UNBALANCED, [("drug", "asa")]),
        ("pain | problem ] and [ asa | drug ]", Flaw.UNBALANCED, [("drug", "asa")]),
        ("[ pain | problem", Flaw.UNBALANCED, [("problem", "pain")]),
    ],
)
def test_an_answer_that_is_wrong_says_how_and_keeps_the_rest(
    raw: str, flaw: Flaw, found: list[tuple[str, str]]
):
    assert flaw in Tanl().read(raw, NAMES).flaws
    assert [one for one in said(raw) if one in found] == found


def test_brackets_that_a_model_forgot_to_mark_as_the_notes_own_are_the_notes_own():
    read = Tanl().read("seen [**2020**] and [ pain | problem ]", NAMES)
    assert (read.copied, read.flaws) == ("seen [**2020**] and pain", frozenset())


def test_an_answer_of_brackets_alone_is_read_too():
    assert Tanl().read("[" * 5000, NAMES).copied == "[" * 5000
    assert Tanl().read("[ x |" * 2000, NAMES).copied is not None
