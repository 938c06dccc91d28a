"""Span tags: what Kiwi writes, and what a model makes of it that loses its way."""

from __future__ import annotations

import pytest

from engine.taggers.llama_cpp.formats.answer_format import Flaw, Mark
from engine.taggers.llama_cpp.formats.span_tags import SpanTags

NAMES = {name: name for name in ("problem", "drug", "severity", "bodyloc")}


def test_the_example_of_the_paper_is_written_and_read():
    text = "Denies fever but has mild knee pain since May ; ibuprofen 400 mg PO daily started ."
    raw = (
        'Denies <span class="problem">fever</span> but has <span class="problem">mild knee pain</span> '
        'since May ; <span class="drug">ibuprofen</span> 400 mg PO daily started .'
    )
    marks = [Mark(7, 12, "problem"), Mark(21, 35, "problem"), Mark(48, 57, "drug")]
    assert SpanTags().write(text, marks) == raw
    assert [(one.label, one.surface) for one in SpanTags().read(raw, NAMES).written] == [
        ("problem", "fever"),
        ("problem", "mild knee pain"),
        ("drug", "ibuprofen"),
    ]


def test_angle_brackets_and_ampersands_of_a_note_are_not_markup():
    text = 'BP <140/90, A&O x3, "</span>" &lt;span class='
    raw = SpanTags().write(text, [])
    assert raw.startswith("BP <140/90, A&O x3")
    assert SpanTags().read(raw, NAMES).copied == text


@pytest.mark.parametrize(
    ("raw", "found", "flaws"),
    [
        ("<span class='problem'>fever</span>", [("problem", "fever")], set()),
        ("<span class=problem>fever</span>", [("problem", "fever")], set()),
        ('<span class="PROBLEM"> fever </span>', [("problem", "fever")], set()),
        (
            '<span class="problem"><span class="severity">mild</span> pain</span>',
            [("problem", "mild pain"), ("severity", "mild")],
            set(),
        ),
        (
            '<span class="problem">fever and <span class="drug">asa</span> daily',
            [("problem", "fever and"), ("drug", "asa")],
            {Flaw.UNBALANCED},
        ),
        ('fever</span> and <span class="drug">asa</span>', [("drug", "asa")], {Flaw.UNBALANCED}),
        ('<span class="problem"></span>', [], set()),
        ('<span class="illness">fever</span>', [], {Flaw.UNKNOWN_LABEL}),
        ('<span class="drug">asa</span> <span class="pro', [("drug", "asa")], {Flaw.UNBALANCED}),
    ],
)
def test_malformed_nested_and_unclosed_tags_are_recovered(
    raw: str, found: list[tuple[str, str]], flaws: set[Flaw]
):
    read = SpanTags().read(raw, NAMES)
    assert [(one.label, one.surface) for one in read.written] == found
    assert read.flaws == flaws
