"""BIO lines as language models write them: with slips in the spacing, the labels and the order of tags."""

from __future__ import annotations

import pytest

from engine.taggers.llama_cpp.formats.answer_format import Flaw, Mark
from engine.taggers.llama_cpp.formats.bio_lines import BioLines

NAMES = {"problem": "problem", "drug": "drug"}


def said(raw: str) -> list[tuple[str, str]]:
    return [(one.label, one.surface) for one in BioLines().read(raw, NAMES).written]


def test_the_example_of_the_paper_is_written_and_read():
    raw = "Denies : O\nfever : B-problem\n, : O\nknee : B-problem\npain : I-problem\n. : O"
    assert (
        BioLines().write("Denies fever, knee pain.", [Mark(7, 12, "problem"), Mark(14, 23, "problem")]) == raw
    )
    assert said(raw) == [("problem", "fever"), ("problem", "knee pain")]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("fever : I-problem", [("problem", "fever")]),
        ("knee : B-problem\npain : I-drug", [("problem", "knee"), ("drug", "pain")]),
        ("a : B-problem\nb : B-problem", [("problem", "a"), ("problem", "b")]),
        (": : B-problem\nO : O", [("problem", ":")]),
        ("12:30 : B-problem\r\n\r\nfever\tB-PROBLEM", [("problem", "12:30"), ("problem", "fever")]),
        ("fever: b-problem", [("problem", "fever")]),
    ],
)
def test_slips_are_read_as_they_are_meant(raw: str, found: list[tuple[str, str]]):
    assert said(raw) == found
    assert not BioLines().read(raw, NAMES).flaws


def test_invented_labels_and_lines_without_a_tag_are_flagged_and_lose_nothing_else():
    read = BioLines().read("Sure, here it is\nfever : B-SIGNS\ncough : B-problem", NAMES)
    assert read.flaws == {Flaw.UNKNOWN_LABEL, Flaw.UNREADABLE}
    assert [(one.label, one.surface) for one in read.unknown] == [("SIGNS", "fever")]
    assert [one.surface for one in read.written] == ["cough"]
