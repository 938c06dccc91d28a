"""What is sent is what is understood, and one message is one line."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.annotation.said import Alignment, Answer, LabelledSpan, SaidRelation, Unplaced
from engine.labels.label_set import Kind, LabelSet, LabelType, Pair
from engine.text.span import Span
from engine.workers.messages import (
    Cancel,
    Done,
    Examine,
    Examined,
    Failed,
    Load,
    Ready,
    Said,
    Tag,
    from_worker,
    line,
    to_worker,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT, max_size=3), TEXT)
def test_texts_of_any_characters_arrive_as_they_were(texts: list[str], sentence: str) -> None:
    for message in (Tag(1, tuple(texts)), Load(1, "a", "b.v1", "c", {"x": [1, True, None]}, "t"), Cancel(3)):
        sent = line(message)
        assert sent.count(b"\n") == 1
        assert to_worker(sent) == message
    for answer in (Failed(2, sentence), Done(1), Ready(1, "a", "CPU", (sentence,))):
        assert from_worker(line(answer)) == answer


def test_an_answer_arrives_with_all_it_says() -> None:
    items = (
        LabelledSpan((Span(0, 2), Span(4, 6)), "problem", 0.25, Alignment.FUZZY, 1.5, None, 0.0),
        LabelledSpan((Span(1, 2),), "negation"),
    )
    answer = Answer(items, (SaidRelation(0, 1, "hasAttr", 0.5),), (Unplaced("drug", "x\ny"),))
    assert from_worker(line(Said(4, answer))) == Said(4, answer)


def test_a_label_set_arrives_whole_even_after_it_was_used() -> None:
    kind = LabelType("problem", Kind.ENTITY, "Problem", "d", "g", ("e",), "#000000", "1")
    labels = LabelSet(
        "s", "1", "S", "", (kind,), (Pair("problem", "negation", "hasAttr"),), "", (("dx", "problem"),)
    )
    _ = labels.fingerprint, labels.resolve("DX")
    for message in (Tag(1, (), labels), Examine(1, labels)):
        arrived = to_worker(line(message)).labels
        assert arrived == labels
        assert arrived.fingerprint == labels.fingerprint


def test_what_a_tagger_counts_and_finds_out_arrives_as_it_was() -> None:
    for message in (
        Done(3, {"tokens": 12.0, "memory": 5e8}),
        Examined(4, {"exact": 20, "tags": {"a": "<a>"}}),
    ):
        assert from_worker(line(message)) == message


@pytest.mark.parametrize(
    "said", [b"", b"{}", b'{"is":"done"}', b'{"is":"dance","request":1}', b"\xff\n", b"[1]\n"]
)
def test_what_is_not_a_message_is_refused(said: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        from_worker(said)


def test_a_span_that_is_none_is_refused() -> None:
    sent = line(Said(1, Answer((LabelledSpan((Span(3, 4),), "x"),))))
    with pytest.raises(msgspec.DecodeError):
        from_worker(sent.replace(b'"end":4', b'"end":3'))
