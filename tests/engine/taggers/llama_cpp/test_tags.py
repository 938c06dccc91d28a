"""Tags that a model can tell apart, and an instruction around the text."""

from __future__ import annotations

import pytest

from engine.errors import ModelError
from engine.taggers.llama_cpp.tags import choose_tags

NAMES = ("drug", "test")


def letters(text: str) -> tuple[int, ...]:
    return tuple(map(ord, text))


def whole(text: str) -> tuple[int, ...]:
    return (hash(text),)


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


def test_wanted_tags_may_share_their_first_tokens():
    wanted = {"drug": '<span class="drug">', "test": '<span class="test">'}
    tags, _, _ = choose_tags(NAMES, wanted, "/", letters)
    assert [stem.ids for stem in tags.stems] == [letters('<span class="')]
    assert tags.opens[1] == letters('<span class="test">')


def test_tags_that_cannot_be_told_apart_are_refused():
    with pytest.raises(ModelError, match="begin alike"):
        choose_tags(("drug", "dose"), {"drug": "<1>", "dose": "<2>"}, "</>", letters)
    with pytest.raises(ModelError, match="begin alike"):
        choose_tags(("drug", "dose"), {"drug": "<1", "dose": "<12"}, ">", letters)
    with pytest.raises(ModelError, match="begin alike"):
        choose_tags(("drug", "dose"), {}, "", lambda _: (1,))
    with pytest.raises(ModelError, match="no tag for “test”"):
        choose_tags(NAMES, {"drug": "<D>"}, "/", letters)
    with pytest.raises(ModelError, match="no tag for “the end”"):
        choose_tags(NAMES, {"drug": "D", "test": "T"}, "", letters)
