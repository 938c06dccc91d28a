"""Lines with span tags in them: written so that they come back, read with patience."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.formats.inline_spans import escaped, marked, nesting, parsed
from engine.text.span import Span

TEXT = st.text(
    st.sampled_from("ab <>&;#\n\r\t\u2028\ufeff😀\"'/") | st.characters(exclude_categories=("Cs",))
)


@given(TEXT)
def test_any_text_comes_back_from_one_line(text: str) -> None:
    line = escaped(text)
    assert len(line.splitlines()) <= 1
    assert parsed(line).text == text
    assert parsed(line).tags == []


def test_tags_that_nest_or_touch_come_back() -> None:
    text = "mild knee pain<now"
    tags = [(Span(0, 14), "problem"), (Span(0, 4), "severity"), (Span(5, 9), "bodyloc"), (Span(14, 18), "x")]
    line = marked(text, Span(0, len(text)), tags)
    assert line == (
        '<span class="problem"><span class="severity">mild</span> <span class="bodyloc">knee</span> pain'
        '</span><span class="x">&lt;now</span>'
    )
    assert sorted(parsed(line).tags) == sorted(tags)


def test_what_a_model_writes_is_read_with_patience() -> None:
    line = parsed("<b>BP</b> <140/90 & <SPAN class='test'>A&O x3</SPAN> <span class=drug>x</span>")
    assert line.text == "<b>BP</b> <140/90 & A&O x3 x"
    assert [(span.of(line.text), label) for span, label in line.tags] == [("A&O x3", "test"), ("x", "drug")]
    assert line.unbalanced == 0


def test_tags_that_do_not_close_or_hold_nothing_are_counted() -> None:
    line = parsed('a</span> <span class="x"></span> <span class="y">b')
    assert (line.text, line.tags, line.unbalanced, line.empty) == ("a  b", [], 2, 1)


@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(1, 8)).map(lambda at: Span(at[0], at[0] + at[1])),
        max_size=9,
    )
)
def test_what_stays_nests_and_what_falls_crosses_something_at_least_as_long(spans: list[Span]) -> None:
    def cross(one: Span, other: Span) -> bool:
        return one.overlaps(other) and not one.contains(other) and not other.contains(one)

    kept = nesting(spans)
    assert not any(cross(spans[i], spans[j]) for i in kept for j in kept)
    for i in set(range(len(spans))) - set(kept):
        assert any(cross(spans[i], spans[j]) and len(spans[j]) >= len(spans[i]) for j in kept)


def test_of_two_tags_that_cross_the_longer_stays() -> None:
    assert nesting([Span(0, 5), Span(3, 9), Span(3, 5), Span(9, 12)]) == [1, 2, 3]
