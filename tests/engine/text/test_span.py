"""Spans: half-open intervals of code points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.span import Span, as_spans, hull, surface

spans = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 3), (-1, 2)])
def test_an_empty_or_backward_interval_is_not_a_span(start, end):
    with pytest.raises(ValueError, match="not a span"):
        Span(start, end)


def test_the_surface_counts_code_points_not_bytes_or_utf16_units():
    text = "🩺 İ chest pain"
    assert Span(4, 14).of(text) == "chest pain"


def test_a_span_beyond_the_text_is_refused_rather_than_cut():
    with pytest.raises(ValueError, match="reaches beyond"):
        Span(2, 9).of("short")


@given(spans, spans)
def test_overlap_means_a_shared_character(one, other):
    shared = set(range(one.start, one.end)) & set(range(other.start, other.end))
    assert one.overlaps(other) == other.overlaps(one) == bool(shared)


@given(spans, spans)
def test_containing_means_every_character(one, other):
    assert one.contains(other) == (set(range(other.start, other.end)) <= set(range(one.start, one.end)))


@given(spans, st.integers(0, 50))
def test_shifting_there_and_back_changes_nothing(span, by):
    assert span.shifted(by).shifted(-by) == span
    assert len(span.shifted(by)) == len(span)


def test_fragments_are_put_in_order_and_may_touch():
    assert as_spans([Span(5, 8), Span(0, 5)]) == (Span(0, 5), Span(5, 8))


def test_fragments_may_not_overlap_and_one_is_needed():
    with pytest.raises(ValueError, match="fragments overlap"):
        as_spans([Span(0, 3), Span(2, 4)])
    with pytest.raises(ValueError, match="at least one"):
        as_spans([])


@given(st.lists(spans, min_size=1, max_size=4))
def test_the_hull_holds_every_fragment(fragments):
    fragments = sorted(fragments)
    assert all(hull(fragments).contains(one) for one in fragments)


def test_a_discontinuous_surface_is_joined_by_one_blank():
    assert surface("left and right arm", [Span(0, 4), Span(15, 18)]) == "left arm"
