"""A prompt is put together from parts that can each be switched, and from nothing else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ModelError
from engine.labels.label_set import Kind, LabelType
from engine.taggers.llama_cpp.formats.answer_format import AnswerFormat
from engine.taggers.llama_cpp.formats.bio_lines import BioLines
from engine.taggers.llama_cpp.formats.json_answers import JsonDict, JsonList
from engine.taggers.llama_cpp.formats.span_tags import SpanTags
from engine.taggers.llama_cpp.formats.tanl import Tanl
from engine.taggers.llama_cpp.prompts.example import Example
from engine.taggers.llama_cpp.prompts.rendering import PLAIN, Parts, one_line, prompt

TYPES = (
    LabelType("drug", Kind.ENTITY, "Drug", "One medication.", "Brand names\n  count.", (), "#000000"),
    LabelType("test", Kind.ENTITY, "Test", "A measurement.", "", (), "#000000"),
)
SHOT = Example("took\taspirin", ((5, 12, "drug"),))
SHORT = "{format}\n{examples}{text}\n=\n"
EVERY = [SpanTags(), Tanl(), BioLines(), JsonList(), JsonDict()]


def test_the_whole_prompt_of_tanl_with_every_part():
    parts = Parts(definitions=True, guideline=True, rules=("Vital signs are tests.",))
    assert prompt(PLAIN, TYPES, Tanl(), parts).whole("no\r\npain", [SHOT], Tanl()) == (
        "Repeat the text with nothing changed, and put what it says in brackets with its kind, "
        "as in [ words | kind ].\n"
        "The kinds are: drug, test\n"
        "What they mean:\n"
        "drug: One medication.\n"
        "test: A measurement.\n"
        "How to mark them:\n"
        "drug: Brand names count.\n"
        "Mistakes to avoid:\n"
        "- Vital signs are tests.\n"
        "\n"
        "Text:\n"
        "took aspirin\n"
        "Answer:\n"
        "took [ aspirin | drug ]\n"
        "\n"
        "Text:\n"
        "no  pain\n"
        "Answer:\n"
    )


@pytest.mark.parametrize("how", EVERY, ids=lambda one: one.name)
def test_a_part_that_is_switched_off_takes_away_its_own_lines_and_no_others(how: AnswerFormat):
    every = Parts(definitions=True, guideline=True, rules=("Vital signs are tests.",))
    whole = prompt(PLAIN, TYPES, how, every).before
    without = {
        "What they mean:": replace(every, definitions=False),
        "How to mark them:": replace(every, guideline=False),
        "Mistakes to avoid:": replace(every, rules=()),
    }
    for heading, parts in without.items():
        block = re.search(rf"{heading}\n(?:(?!What they|How to|Mistakes to).+\n)+", whole)
        assert block
        assert prompt(PLAIN, TYPES, how, parts).before == whole.replace(block[0], "")


@pytest.mark.parametrize("how", EVERY, ids=lambda one: one.name)
def test_another_definition_changes_the_prompt_of_every_format(how: AnswerFormat):
    other = (replace(TYPES[0], definition="Whatever is swallowed."), TYPES[1])
    before, after = (prompt(PLAIN, types, how, Parts()).before for types in (TYPES, other))
    assert "One medication." in before
    assert after == before.replace("One medication.", "Whatever is swallowed.")


def test_a_model_that_knows_its_task_is_told_only_what_is_asked_for():
    bare = prompt(SHORT, TYPES, Tanl(), Parts(definitions=False))
    assert bare.whole("no pain", [SHOT], Tanl()) == (
        "tanl\ntook aspirin\n=\ntook [ aspirin | drug ]\n\nno pain\n=\n"
    )
    told = prompt(SHORT, TYPES, Tanl(), Parts(definitions=True))
    assert told.before == "What they mean:\ndrug: One medication.\ntest: A measurement.\ntanl\n"


def test_a_template_without_a_place_for_examples_takes_them_before_the_paragraph_of_the_text():
    said = prompt("Tag this.\n\nText: {text}\nTags:", TYPES, Tanl(), Parts(definitions=False))
    assert (said.before, said.begin, said.after) == ("Tag this.\n\n", "Text: ", "\nTags:")


@pytest.mark.parametrize("template", ["no place", "{text}{text}", "{text}{examples}"])
def test_a_template_that_has_no_single_place_for_the_text_is_refused(template: str):
    with pytest.raises(ModelError, match=r"\{text\}"):
        prompt(template, TYPES, Tanl(), Parts())


@given(st.text())
def test_a_text_on_one_line_keeps_its_offsets(text: str):
    folded = one_line(text)
    assert len(folded) == len(text)
    assert len(folded.splitlines()) <= 1
    assert all(a == b or (b == " " and a.isspace()) for a, b in zip(text, folded, strict=True))
