"""JSON answers: strict to write, tolerant to read, and held to a grammar where the model is ours to hold."""

from __future__ import annotations

import pytest

from engine.taggers.llama_cpp.formats.answer_format import Flaw, Mark
from engine.taggers.llama_cpp.formats.json_answers import JsonDict, JsonList
from engine.taggers.llama_cpp.formats.json_grammar import grammar_of
from engine.taggers.llama_cpp.formats.tanl import Tanl

NAMES = {"problem": "problem", "drug": "drug", "illness": "problem"}
BOTH = [("problem", "fever"), ("drug", "asa")]


def test_a_list_keeps_repeats_and_a_dictionary_does_not():
    text = "pain , pain"
    marks = [Mark(7, 11, "problem"), Mark(0, 4, "problem")]
    assert JsonList().write(text, marks) == (
        '[{"entity": "problem", "text": "pain"}, {"entity": "problem", "text": "pain"}]'
    )
    assert JsonDict().write(text, marks) == '{"problem": ["pain"]}'


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (
            'Yes:\n```json\n[{"entity": "problem", "text": "fever"}, {"entity": "drug", "text": "asa"}]\n```',
            BOTH,
        ),
        ("[{'entity': 'problem', 'text': 'fever'}, {'type': 'drug', 'text': 'asa'},]", BOTH),
        ('[{"label": "Illness", "mention": "fever"}, {"class": "drug", "span": "asa"}]', BOTH),
        ("{'fever': 'problem', 'asa': 'drug'}", BOTH),
        ('{"problem": "fever", "drug": ["asa"]}', BOTH),
        ('{"problem": ["fever"], "drug": ["asa",]}', BOTH),
        ("[]", []),
        ("{}", []),
    ],
)
def test_whatever_shape_other_prompts_ask_for_is_read(raw: str, found: list[tuple[str, str]]):
    for how in (JsonList(), JsonDict()):
        read = how.read(raw, NAMES)
        assert [(one.label, one.surface) for one in read.written] == found
        assert not read.flaws


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ('[{"entity": "problem", "text": "fever"}, {"entity": "dr', [("problem", "fever")]),
        ('{"problem": ["fever", "chills"], "drug": ["as', [("problem", "fever"), ("problem", "chills")]),
        ("I found nothing.", []),
        ("", []),
    ],
)
def test_what_breaks_off_gives_what_is_whole(raw: str, found: list[tuple[str, str]]):
    read = JsonList().read(raw, NAMES)
    assert [(one.label, one.surface) for one in read.written] == found
    assert Flaw.UNREADABLE in read.flaws


def test_words_without_a_kind_have_the_only_kind_that_was_asked_for():
    read = JsonList().read('["fever", "chills"]', {"problem": "problem", "illness": "problem"})
    assert [(one.label, one.surface) for one in read.written] == [("problem", "fever"), ("problem", "chills")]
    assert Flaw.UNKNOWN_LABEL in JsonList().read('["fever"]', NAMES).flaws


def test_a_grammar_names_our_labels_and_other_formats_need_none():
    grammar = grammar_of(JsonList(), ["problem", "drug"])
    assert grammar is not None
    assert r'kind ::= "\"problem\"" | "\"drug\""' in grammar
    assert grammar_of(Tanl(), ["problem"]) is None
