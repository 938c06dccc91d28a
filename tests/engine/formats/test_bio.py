"""One tag per word: what is kept of overlapping tags, and what tag sequences of any scheme mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.annotation.said import LabelledSpan
from engine.formats.bio import Run, read_tags, runs, tags
from engine.formats.loss import Losses, Lost
from engine.text.span import Span
from engine.text.token import tokenize


def item(label: str, *places: tuple[int, int]) -> LabelledSpan:
    return LabelledSpan(tuple(Span(start, end) for start, end in places), label)


def meant(sequence: str) -> list[tuple[int, int, str]]:
    return [(run.first, run.last, run.label) for run in read_tags(sequence.split())]


@pytest.mark.parametrize(
    "sequence",
    [
        "B-x I-x O B-x B-x O B-y",  # IOB2
        "I-x I-x O I-x B-x O I-y",  # IOB1: B only to part neighbours
        "B-x E-x O S-x S-x O S-y",  # IOBES
        "B-x L-x O U-x U-x O U-y",  # BILOU
    ],
)
def test_each_scheme_is_understood(sequence: str) -> None:
    assert meant(sequence) == [(0, 2, "x"), (3, 4, "x"), (4, 5, "x"), (6, 7, "y")]


def test_an_inside_tag_of_another_label_opens_a_new_run() -> None:
    assert meant("B-x I-y I-y I-x") == [(0, 1, "x"), (1, 3, "y"), (3, 4, "x")]


def test_labels_may_hold_hyphens() -> None:
    assert meant("B-a-b I-a-b") == [(0, 2, "a-b")]


def test_of_tags_that_overlap_the_longer_stays_and_the_others_are_counted() -> None:
    text = "mild left knee pain"
    losses = Losses()
    found = runs(
        [item("problem", (0, 19)), item("severity", (0, 4)), item("bodyloc", (5, 14)), item("x", (4, 5))],
        tokenize(text),
        losses,
    )
    assert [(run.first, run.last, run.label) for run in found] == [(0, 4, "problem")]
    assert losses == {Lost.OVERLAP: 2, Lost.BLANK: 1}


def test_discontinuous_tags_are_counted_and_left_out() -> None:
    losses = Losses()
    assert runs([item("x", (0, 4), (10, 14))], tokenize("left and right"), losses) == []
    assert losses == {Lost.FRAGMENTS: 1}


@given(
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["a", "b"]), st.booleans()), min_size=0, max_size=8)
)
def test_tags_written_are_the_runs_that_are_read(plan: list[tuple[int, str, bool]]) -> None:
    made, place = [], 0
    for length, label, gap in plan:
        place += gap
        made.append(Run(place, place + length, label, len(made)))
        place += length
    assert list(read_tags(tags(made, place + 1))) == made
