"""Answers: what a tagger says of one note."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.annotation.said import Answer, LabelledSpan, RawAnswer, SaidRelation, Unplaced, answer
from engine.errors import OffsetError
from engine.text.span import Span

items = st.builds(
    lambda start, length, label: LabelledSpan((Span(start, start + length),), label),
    st.integers(0, 40),
    st.integers(1, 9),
    st.sampled_from(["problem", "severity"]),
)


@given(st.lists(items, min_size=1, max_size=8), st.randoms())
def test_sorting_the_items_leaves_each_relation_between_the_same_two(said, random):
    relations = [
        SaidRelation(random.randrange(len(said)), random.randrange(len(said)), "hasAttr") for _ in range(4)
    ]
    sorted_answer = answer(list(said), relations)
    before = sorted(
        (said[r.head].spans, said[r.head].label, said[r.tail].spans, said[r.tail].label) for r in relations
    )
    after = sorted(
        (
            sorted_answer.items[r.head].spans,
            sorted_answer.items[r.head].label,
            sorted_answer.items[r.tail].spans,
            sorted_answer.items[r.tail].label,
        )
        for r in sorted_answer.relations
    )
    assert before == after
    starts = [(one.spans[0].start, -one.hull.end, one.label) for one in sorted_answer.items]
    assert starts == sorted(starts)


def test_an_answer_reaching_beyond_its_note_is_refused_without_showing_the_note():
    said = Answer((LabelledSpan((Span(3, 12),), "problem"),))
    with pytest.raises(OffsetError) as refused:
        said.checked("canary")
    assert "canary" not in str(refused.value)


def test_a_relation_to_nothing_is_refused():
    said = Answer((LabelledSpan((Span(0, 3),), "problem"),), (SaidRelation(0, 1, "hasAttr"),))
    with pytest.raises(OffsetError):
        said.checked("pain")


def test_an_answer_for_a_file_is_the_same_without_what_a_model_wrote():
    said = answer(
        [LabelledSpan((Span(0, 4),), "problem", 0.5, raw=0)],
        [],
        [Unplaced("drug", "x", raw=0)],
        [RawAnswer(Span(0, 4), "tanl: problem", "[ pain | problem ]", ("cut",))],
    ).checked("pain")
    bare = said.without_raw().checked("pain")
    assert bare == answer([LabelledSpan((Span(0, 4),), "problem", 0.5)], [], [Unplaced("drug", "x")])
    with pytest.raises(OffsetError, match="not there"):
        answer(list(said.items), []).checked("pain")
    with pytest.raises(OffsetError, match="more than there is"):
        answer([], [], [], said.raw).checked("p")
