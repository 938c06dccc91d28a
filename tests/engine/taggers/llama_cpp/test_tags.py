"""Tags that a model can tell apart, and an instruction around the text."""

from __future__ import annotations

import pytest

from engine.errors import ModelError
from engine.labels.label_set import Kind, LabelType
from engine.taggers.llama_cpp.prompt import PLAIN, prompt
from engine.taggers.llama_cpp.tags import choose_tags

NAMES = ("drug", "test")


def letters(text: str) -> tuple[int, ...]:
    return tuple(map(ord, text))


def whole(text: str) -> tuple[int, ...]:
    return (hash(text),)


def kind(name: str) -> LabelType:
    return LabelType(name, Kind.ENTITY, name.title(), f"What {name} is.", "", (), "#000000")


def test_the_first_way_in_which_all_tags_begin_differently_is_taken():
    assert choose_tags(NAMES, {}, "", whole)[1:] == (("<drug>", "<test>"), "</>")
    tags, opens, close = choose_tags(NAMES, {}, "", letters)
    assert (opens, close) == (("drug(", "test("), ")")
    assert tags.opens == (letters("drug("), letters("test("))
    assert tags.close == letters(")")

    assert choose_tags(("drug", "dose"), {}, "", letters)[1] == ("A(", "B("), "where names begin alike"


def test_tags_that_the_model_was_made_for_are_taken_as_they_are():
    wanted = {"drug": "D:", "test": "T:", "other": "O:"}
    tags, opens, close = choose_tags(NAMES, wanted, ";", letters)
    assert (opens, close) == (("D:", "T:"), ";")
    assert tags.opens[0] == letters("D:")


def test_tags_that_cannot_be_told_apart_are_refused():
    with pytest.raises(ModelError, match="begin alike"):
        choose_tags(("drug", "dose"), {"drug": "<1>", "dose": "<2>"}, "</>", letters)
    with pytest.raises(ModelError, match="begin alike"):
        choose_tags(("drug", "dose"), {}, "", lambda _: (1,))
    with pytest.raises(ModelError, match="no tag for “test”"):
        choose_tags(NAMES, {"drug": "<D>"}, "/", letters)
    with pytest.raises(ModelError, match="no tag for “the end”"):
        choose_tags(NAMES, {"drug": "D", "test": "T"}, "", letters)


def test_the_instruction_names_each_tag_and_leaves_the_place_of_the_text():
    said = prompt(PLAIN, [("<drug>", kind("drug")), ("<test>", kind("test"))], "</>")
    assert "<drug> Drug: What drug is.\n<test> Test: What test is.\n" in said.before
    assert "ends with </>." in said.before
    assert said.before.endswith("Text:\n")
    assert said.after == "\nTagged:\n"
    assert "Modifiers" not in said.before
    assert "\ndose Dose: What dose is.\n" in prompt(PLAIN, [], "", [("dose", kind("dose"))]).before


@pytest.mark.parametrize("template", ["{labels}", "{text} {text}"])
def test_an_instruction_without_a_place_for_the_text_is_refused(template: str):
    with pytest.raises(ModelError, match="exactly once"):
        prompt(template, [], "")
