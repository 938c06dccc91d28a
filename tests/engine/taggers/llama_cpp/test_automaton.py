"""Whatever is written, the text is the note's own and every tag has an exact place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.taggers.llama_cpp.automaton import (
    CLOSE,
    COPY,
    HEAD,
    LINKED,
    STEM,
    Automaton,
    Links,
    Opened,
    Source,
    State,
    TagIds,
)

TAGS = TagIds(((100, 7), (101,), (102, 8, 9)), (103, 7))
LINKS = Links(((110,), (111, 112)), (113,), ((0, 1), (1,), ()))


@st.composite
def sources(draw: st.DrawFn) -> Source:
    lengths = draw(st.lists(st.integers(1, 3), min_size=1, max_size=8))
    ids = draw(st.lists(st.integers(0, 9), min_size=sum(lengths), max_size=sum(lengths)))
    return Source(tuple(ids), tuple(sum(lengths[:at]) for at in range(len(lengths))))


@given(sources(), st.integers(0, 3), st.none() | st.just(LINKS), st.data())
def test_every_path_ends_copies_the_text_and_gives_exact_spans(
    source: Source, depth: int, links: Links | None, data: st.DataObject
):
    automaton, state = Automaton(source, TAGS, depth, links), State()
    written: list[int] = []
    copied: list[int] = []
    spans: list[tuple[int, int, int]] = []
    while actions := automaton.legal(state):
        action = data.draw(st.sampled_from(actions))
        ids = automaton.ids(state, action)
        assert ids[0] == automaton.first_id(state, action)
        written += ids
        if action == COPY:
            copied += ids
        if action == CLOSE:
            label, start, heads = state.opened[-1]
            assert set(heads) <= set(links.legal[label] if links else ())
            assert list(heads) == sorted(set(heads)), "none twice"
            spans.append((label, start, state.unit))
        state = automaton.after(state, action)
        assert len(state.opened) <= depth
    assert tuple(copied) == source.ids
    assert state == State(len(source), ())
    assert len(written) <= automaton.most_ids
    assert all(0 <= start < end <= len(source) for _, start, end in spans)
    assert len(set(spans)) == len(spans)
    for _, a, b in spans:
        assert not any(a < c < b < d for _, c, d in spans), "tags nest or stand apart, and never cross"
    if depth < 2:
        assert all(b <= c or d <= a for n, (_, a, b) in enumerate(spans) for _, c, d in spans[:n])


def test_the_longest_answer_is_as_long_as_foreseen():
    automaton, state, written = Automaton(Source((1, 2), (0, 1)), TAGS), State(), 0
    while actions := automaton.legal(state):
        action = next((one for one in (CLOSE, 2) if one in actions), actions[0])
        written += len(automaton.ids(state, action))
        state = automaton.after(state, action)
    assert written == automaton.most_ids == 2 + 2 * (3 + 2)


def test_outside_a_tag_one_may_copy_or_open():
    automaton = Automaton(Source((1, 2, 3), (0, 2)), TAGS)
    assert automaton.legal(State()) == (COPY, 0, 1, 2)
    assert automaton.ids(State(), COPY) == (1, 2), "a word is never broken"


def test_a_tag_holds_at_least_one_word_and_is_closed_at_the_end():
    automaton = Automaton(Source((1, 2, 3), (0, 2)), TAGS)
    just_opened = automaton.after(State(), 1)
    assert automaton.legal(just_opened) == (COPY,)
    within = automaton.after(just_opened, COPY)
    assert automaton.legal(within) == (COPY, CLOSE)
    at_the_end = automaton.after(within, COPY)
    assert automaton.legal(at_the_end) == (CLOSE,)
    assert automaton.legal(automaton.after(at_the_end, CLOSE)) == ()


def test_a_tag_may_follow_another_at_once():
    automaton = Automaton(Source((1, 2), (0, 1)), TAGS)
    closed = automaton.after(State(1, (Opened(1, 0),)), CLOSE)
    assert automaton.legal(closed) == (COPY, 0, 1, 2)


def test_nested_tags_of_one_place_differ():
    automaton = Automaton(Source((1, 2), (0, 1)), TAGS, depth=2)
    assert automaton.legal(State(0, (Opened(1, 0),))) == (COPY, 0, 2)
    assert automaton.legal(State(1, (Opened(1, 0),))) == (COPY, CLOSE, 0, 1, 2)


def test_a_tag_that_begins_like_the_next_word_is_not_legal_there():
    automaton = Automaton(Source((1, 101, 103), (0, 1, 2)), TAGS)
    assert automaton.legal(State(1)) == (COPY, 0, 2)
    assert automaton.legal(State(2, (Opened(0, 0),))) == (COPY,)


def test_a_linked_tag_says_first_what_it_belongs_to():
    automaton = Automaton(Source((1, 2), (0, 1)), TAGS, links=LINKS)
    opened = automaton.after(State(), 0)
    assert automaton.legal(opened) == (LINKED, HEAD, HEAD + 1)
    second = automaton.after(opened, HEAD + 1)
    assert automaton.legal(second) == (LINKED,), "heads rise, so that each list is written in one way"
    assert automaton.legal(automaton.after(opened, HEAD)) == (LINKED, HEAD + 1)
    done = automaton.after(second, LINKED)
    assert done == State(0, (Opened(0, 0, (1,)),))
    assert automaton.legal(done) == (COPY,)
    assert automaton.legal(automaton.after(State(), 2)) == (LINKED,), "this label belongs to neither"
    assert automaton.ids(opened, HEAD + 1) == (111, 112)


def test_tags_that_begin_alike_are_opened_by_their_stem_and_then_by_their_label():
    tags = TagIds(((5, 6, 7), (9,), (5, 6, 8, 1), (5, 6, 8, 2)), (10,))
    automaton = Automaton(Source((20, 21), (0, 1)), tags, depth=2)
    outer, inner = STEM - 1, STEM
    assert automaton.legal(State()) == (COPY, outer, 1)
    stem = automaton.after(State(), outer)
    assert automaton.ids(State(), outer) == (5, 6)
    assert automaton.legal(stem) == (0, inner)
    assert automaton.ids(stem, 0) == (7,)
    deeper = automaton.after(stem, inner)
    assert (automaton.ids(stem, inner), automaton.legal(deeper), automaton.ids(deeper, 3)) == (
        (8,),
        (2, 3),
        (2,),
    )
    opened = automaton.after(deeper, 3)
    assert opened == State(0, (Opened(3, 0),))
    again = automaton.after(automaton.after(opened, outer), inner)
    assert automaton.legal(again) == (2,), "the same label does not begin twice at one place"
    assert [automaton.toward(label, (COPY, outer, 1)) for label in range(4)] == [outer, 1, outer, outer]
    assert automaton.toward(0, (COPY, 1)) is None
    assert Automaton(Source((5, 21), (0, 1)), tags).legal(State()) == (COPY, 1), "the note goes on with 5"


def test_units_and_tags_that_cannot_work_are_refused():
    with pytest.raises(ValueError, match="units"):
        Source((1, 2), (1,))
    with pytest.raises(ValueError, match="units"):
        Source((1, 2), (0, 2))
    with pytest.raises(ValueError, match="units"):
        Source((), ())
    with pytest.raises(ValueError, match="beginning of another"):
        TagIds(((5, 6), (5, 6, 7)), (8,))
    with pytest.raises(ValueError, match="beginning of another"):
        TagIds(((5, 6), (5, 6)), (8,))
    for opens, close in ((((5,), ()), (8,)), (((5,), (6,)), ()), (((5,), (6,)), (6, 7))):
        with pytest.raises(ValueError, match="first one of its own"):
            TagIds(opens, close)
    with pytest.raises(ValueError, match="first token"):
        Links(((5,),), (5,), ())
