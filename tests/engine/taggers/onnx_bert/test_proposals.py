from __future__ import annotations

import pytest

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
