from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.appearance.palette import contrast, luminance, mixed, readable, text_on

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_black_on_white_is_the_greatest_contrast():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)
    assert luminance("#ffffff") == pytest.approx(1)


def test_what_is_no_colour_is_refused():
    with pytest.raises(ValueError, match="not a colour"):
        contrast("red", "#ffffff")


@given(colours, st.sampled_from(["#ffffff", "#1e1e1e", "#000000"]), st.sampled_from([3.0, 4.5, 7.0]))
def test_a_label_colour_is_made_readable_on_every_page(colour, page, ratio):
    assert contrast(readable(colour, page, ratio), page) >= ratio


@given(colours, st.sampled_from(["#ffffff", "#1e1e1e"]))
def test_a_colour_that_is_readable_stays_as_it_is(colour, page):
    if contrast(colour, page) >= 4.5:
        assert readable(colour, page, 4.5) == colour


@given(colours)
def test_words_on_a_colour_can_be_read(colour):
    assert contrast(text_on(colour), colour) >= 4.5


@given(colours, colours)
def test_a_mixture_begins_and_ends_with_its_parts(one, other):
    assert mixed(one, other, 0) == one
    assert mixed(one, other, 1) == other
