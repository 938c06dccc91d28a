from __future__ import annotations

import numpy as np
import pytest

from engine.taggers.onnx_bert.bio import log_softmax
from engine.taggers.onnx_bert.proposals import Head, proposals
from engine.taggers.onnx_bert.reading import WordAnswers, read
from engine.taggers.onnx_bert.subwords import SubwordSplitter

HEAD = Head("modifiers", "modifiers", ("temporal", "bodyloc"))


def said_everywhere(text: str, tag: int, splitter: SubwordSplitter) -> list[tuple[str, str]]:
    """Return what is proposed where the model is sure of `tag` at every word."""
    reading = read(text, splitter, 128)
    answers = WordAnswers(reading, [HEAD.width])
    answers.heads[0][:] = -20.0
    answers.heads[0][:, tag] = -0.01
    return [
        (item.hull and text[item.hull.start : item.hull.end], item.label)
        for item in proposals(reading, answers, [HEAD])
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("seen [**Hospital**] today", ["seen", "today"]),
        ("in ___ knee", ["in", "knee"]),
        ("on [**2151-7-16**] knee", ["on", "knee"]),
    ],
)
def test_what_deidentification_left_is_never_said(
    text: str, left: list[str], splitter: SubwordSplitter
) -> None:
    assert [surface for surface, _ in said_everywhere(text, 3, splitter)] == left


def test_a_shifted_date_may_be_a_temporal(splitter: SubwordSplitter) -> None:
    assert ("[**2151-7-16**]", "temporal") in said_everywhere("on [**2151-7-16**] knee", 1, splitter)
    assert "temporal" not in [
        label for surface, label in said_everywhere("by [**Doctor**]", 1, splitter) if surface.startswith("[")
    ]


def test_spans_go_from_the_first_character_of_a_word_to_the_last_of_another(
    splitter: SubwordSplitter,
) -> None:
    text = "ﬁbro-myalgia 81mg"
    surfaces = [surface for surface, _ in said_everywhere(text, 3, splitter)]
    assert surfaces == ["ﬁbro", "-", "myalgia", "81", "mg"]


def decoded(rows: list[list[float]], head: Head, splitter: SubwordSplitter) -> list[tuple[str, str]]:
    """Return the spans of as many words as there are rows of a foreign model's logits."""
    text = " ".join("abcdefgh"[: len(rows)])
    reading = read(text, splitter, 128)
    answers = WordAnswers(reading, [head.width])
    answers.heads[0][:] = log_softmax(head.gathered(np.asarray(rows, dtype=np.float32)))
    return [
        (text[item.hull.start : item.hull.end], item.label) for item in proposals(reading, answers, [head])
    ]


def sure(columns: str, width: int) -> list[list[float]]:
    """Return logits in which row i is sure of the column that stands at place i of `columns`."""
    return [[9.0 if column == int(one) else 0.0 for column in range(width)] for one in columns]


def test_columns_in_another_order_say_the_same(splitter: SubwordSplitter) -> None:
    # Theirs: B-drug, B-test, I-drug, I-test, O.
    head = Head("own", "logits", ("drug", "test"), columns=((4,), (0,), (2,), (1,), (3,)))
    assert decoded(sure("402134", 5), head, splitter) == [("b c", "drug"), ("d e", "test")]


def test_last_and_single_words_are_continued_and_opened_ones(splitter: SubwordSplitter) -> None:
    # Theirs: O, B, I, E, S of one label.
    head = Head("own", "logits", ("drug",), columns=((0,), (1, 4), (2, 3)))
    assert decoded(sure("01234013", 5), head, splitter) == [("b c d", "drug"), ("e", "drug"), ("g h", "drug")]


def test_two_labels_of_theirs_may_be_one_of_ours_and_the_probability_is_the_sum(
    splitter: SubwordSplitter,
) -> None:
    head = Head("own", "logits", ("problem",), columns=((0,), (1, 3), (2, 4)))
    # 0.4 and 0.3 of “begins a disease” and “begins a symptom”, 0.3 of nothing.
    rows = [[0.3, 0.4, 1e-9, 0.3, 1e-9]]
    said = log_softmax(head.gathered(np.log(np.asarray(rows, dtype=np.float32))))
    assert np.exp(said[0]) == pytest.approx([0.3, 0.7, 0.0], abs=1e-6)
    assert decoded([[0.0, 0.5, -9.0, 0.4, -9.0]], head, splitter) == [("a", "problem")]


def test_a_model_without_opening_tags_joins_what_stands_together(splitter: SubwordSplitter) -> None:
    # Theirs: O, drug, test.
    head = Head("own", "logits", ("drug", "test"), columns=((0,), (), (1,), (), (2,)), continues_open=True)
    assert decoded(sure("0112011", 3), head, splitter) == [
        ("b c", "drug"),
        ("d", "test"),
        ("f g", "drug"),
    ]


def test_the_older_iob_opens_by_continuing_and_parts_neighbours_by_opening(splitter: SubwordSplitter) -> None:
    head = Head("own", "logits", ("drug",), columns=((0,), (1,), (2,)), continues_open=True)
    assert decoded(sure("0222120", 3), head, splitter) == [("b c d", "drug"), ("e f", "drug")]


def test_of_an_empty_note_nothing_is_said(splitter: SubwordSplitter) -> None:
    head = Head("own", "logits", ("drug",), columns=((0,), (1,), (2,)), continues_open=True)
    reading = read("", splitter, 128)
    assert proposals(reading, WordAnswers(reading, [head.width]), [head]) == []


def test_without_columns_nothing_is_touched() -> None:
    logits = np.ones((2, 3, HEAD.width), dtype=np.float32)
    assert HEAD.gathered(logits) is logits
