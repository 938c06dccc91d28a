from __future__ import annotations

import time
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.review.chunks import LIMIT, body_end, cut, line_breaks
from desktop.review.offsets import BREAKS

pieces = st.sampled_from(
    [
        "word ",
        "a" * 700,
        " ",
        "\n",
        "\r\n",
        "\n\n",
        "x" * 2500,
        "é",
        "e\u0301",
        "short line.\n",
        "\r",
        "👩🏽‍⚕️",
    ]
)
texts = st.lists(pieces, max_size=30).map("".join)


@settings(max_examples=200, deadline=None)
@given(texts)
def test_chunks_are_the_whole_text_and_none_is_too_long(text):
    borders = cut(text)
    assert borders[0] == 0
    assert borders[-1] == len(text)
    assert all(start <= end <= start + LIMIT for start, end in pairwise(borders))
    assert "".join(text[start:end] for start, end in pairwise(borders)) == text


@settings(max_examples=200, deadline=None)
@given(texts)
def test_only_the_last_chunk_may_be_empty_and_only_behind_a_break(text):
    borders = cut(text)
    sizes = [end - start for start, end in pairwise(borders)]
    assert all(sizes[:-1])
    if text:
        assert (sizes[-1] == 0) == (text[-1] in BREAKS)


@settings(max_examples=200, deadline=None)
@given(texts)
def test_no_cut_parts_cr_from_lf_or_a_mark_from_its_letter(text):
    for border in cut(text)[1:-1]:
        assert text[border - 1 : border + 1] != "\r\n"
        assert text[border : border + 1] not in {"\u0301", "\u200d", "\ufe0f"}


@settings(max_examples=200, deadline=None)
@given(texts)
def test_a_line_that_fits_is_never_cut(text):
    borders = set(cut(text))
    at = 0
    for line in text.splitlines(keepends=True):
        if len(line) <= 800:
            assert borders.isdisjoint(range(at + 1, at + len(line))), "cut inside a line"
        at += len(line)


def test_a_cut_in_a_long_line_stands_behind_a_blank():
    text = "word " * 1000
    assert all(text[border - 1] == " " for border in cut(text)[1:-1])


def test_the_break_at_the_end_is_not_part_of_the_body():
    assert body_end("ab\r\n", 0, 4) == 2
    assert body_end("ab\n", 0, 3) == 2
    assert body_end("ab", 0, 2) == 2
    assert body_end("\n", 0, 1) == 0
    assert body_end("", 0, 0) == 0


def test_line_breaks_are_counted_inside_the_chunks():
    text = "one\ntwo\nthree\n"
    borders = cut(text)
    assert borders == [0, 14, 14]
    assert line_breaks(text, borders) == [2, 0]


def test_a_million_characters_without_a_blank_are_cut_quickly():
    start = time.perf_counter()
    borders = cut("x" * 1_000_000)
    assert time.perf_counter() - start < 2
    assert len(borders) == 501
