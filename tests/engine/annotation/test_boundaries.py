from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.annotation.boundaries import Edge, Unit, moved, placed
from engine.text.span import Span, Spans, as_spans
from engine.text.token import Tokens, tokenize

TEXT = "severe chest pain, no fever"
TOKENS = tokenize(TEXT)


def by_token(spans: Spans, edge: Edge, step: int) -> list[str]:
    return [span.of(TEXT) for span in moved(spans, TOKENS, len(TEXT), edge, Unit.TOKEN, step)]


def by_character(spans: Spans, edge: Edge, step: int) -> list[str]:
    return [span.of(TEXT) for span in moved(spans, TOKENS, len(TEXT), edge, Unit.CHARACTER, step)]


CHEST = (Span(7, 12),)


def test_an_end_goes_to_the_end_of_the_next_token():
    assert by_token(CHEST, Edge.END, 1) == ["chest pain"]
    assert by_token(CHEST, Edge.END, 2) == ["chest pain,"]


def test_a_start_goes_to_the_start_of_the_token_before():
    assert by_token(CHEST, Edge.START, -1) == ["severe chest"]


def test_a_span_of_one_token_does_not_shrink_by_token():
    assert by_token(CHEST, Edge.END, -1) == ["chest"]
    assert by_token(CHEST, Edge.START, 1) == ["chest"]


def test_a_border_inside_a_token_lands_on_the_tokens_border():
    assert by_token((Span(7, 10),), Edge.END, 1) == ["chest"]
    assert by_token((Span(9, 17),), Edge.START, -1) == ["chest pain"]
    assert by_token((Span(7, 15),), Edge.END, -1) == ["chest"]


def test_characters_move_one_at_a_time_and_leave_one():
    assert by_character(CHEST, Edge.END, -2) == ["che"]
    assert by_character(CHEST, Edge.END, -9) == ["c"]
    assert by_character(CHEST, Edge.START, 99) == ["t"]
    assert by_character(CHEST, Edge.START, -99) == ["severe chest"]


def test_only_the_fragment_at_the_border_changes():
    both = (Span(0, 6), Span(13, 17))
    assert by_token(both, Edge.END, 1) == ["severe", "pain,"]
    assert by_token(both, Edge.START, 1) == ["severe", "pain"]
    assert by_token(both, Edge.END, -1) == ["severe", "pain"]
    assert by_character(both, Edge.START, 2) == ["vere", "pain"]


def test_a_border_can_be_put_anywhere_but_never_empties_its_fragment():
    assert placed(CHEST, len(TEXT), Edge.END, 17) == (Span(7, 17),)
    assert placed(CHEST, len(TEXT), Edge.END, 0) == (Span(7, 8),)
    assert placed(CHEST, len(TEXT), Edge.END, 999) == (Span(7, len(TEXT)),)
    assert placed(CHEST, len(TEXT), Edge.START, 999) == (Span(11, 12),)
    assert placed(CHEST, len(TEXT), Edge.START, -5) == (Span(0, 12),)


@st.composite
def notes(draw: st.DrawFn) -> tuple[str, Tokens, Spans]:
    text = draw(st.text(alphabet="ab -.1é😀\r\n\t", min_size=1, max_size=40))
    cuts = draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6, unique=True))
    ordered = sorted(cuts)
    spans = [Span(start, end) for start, end in zip(ordered[::2], ordered[1::2], strict=False)]
    return text, tokenize(text), as_spans(spans)


@settings(max_examples=300)
@given(notes(), st.sampled_from(Edge), st.sampled_from(Unit), st.integers(-8, 8))
def test_no_move_empties_a_span_or_leaves_the_text(note, edge, unit, step):
    text, tokens, spans = note
    there = moved(spans, tokens, len(text), edge, unit, step)
    assert len(there) == len(spans)
    assert there == as_spans(there)
    assert all(0 <= span.start < span.end <= len(text) for span in there)
    if edge is Edge.START:
        assert there[1:] == spans[1:]
        assert there[0].end == spans[0].end
    else:
        assert there[:-1] == spans[:-1]
        assert there[-1].start == spans[-1].start


@settings(max_examples=300)
@given(notes(), st.sampled_from(Edge), st.integers(-8, 8))
def test_moves_by_token_land_on_token_borders(note, edge, step):
    text, tokens, spans = note
    there = moved(spans, tokens, len(text), edge, Unit.TOKEN, step)
    if there != spans:
        border = there[0].start if edge is Edge.START else there[-1].end
        assert border in (tokens.starts if edge is Edge.START else tokens.ends)


@settings(max_examples=200)
@given(notes(), st.sampled_from(Edge), st.sampled_from(Unit), st.integers(0, 6), st.sampled_from([1, -1]))
def test_many_steps_are_as_many_single_ones(note, edge, unit, count, way):
    text, tokens, spans = note
    single = spans
    for _ in range(count):
        single = moved(single, tokens, len(text), edge, unit, way)
    assert moved(spans, tokens, len(text), edge, unit, way * count) == single


@settings(max_examples=200)
@given(notes(), st.sampled_from(Edge), st.sampled_from([1, -1]))
def test_there_and_back_is_where_it_was_once_it_stands_on_tokens(note, edge, way):
    text, tokens, spans = note
    there = moved(spans, tokens, len(text), edge, Unit.TOKEN, way)
    further = moved(there, tokens, len(text), edge, Unit.TOKEN, way)
    if there not in (spans, further):
        assert moved(further, tokens, len(text), edge, Unit.TOKEN, -way) == there
