"""Modifiers: numbered tags in, modifiers with the numbers they belong to out."""

from __future__ import annotations

import pytest

from engine.errors import ModelError
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder
from engine.taggers.llama_cpp.automaton import Source
from engine.taggers.llama_cpp.collected import Collected
from engine.taggers.llama_cpp.modifiers import (
    Foreseen,
    ModifierTags,
    modifier_tags,
    modifier_tasks,
    most_ids,
)
from engine.taggers.llama_cpp.rule import Decision
from engine.taggers.llama_cpp.strand import Drafted, Found, Tagged
from engine.taggers.llama_cpp.tokens import Reading
from engine.text.span import Span

NAMES = ("problem", "treatment", "drug", "test")
SURE = Decision(0, 5.0, 3.0, -0.1)
AFTER = (10,)


@pytest.fixture(scope="module")
def kiwi() -> LabelSet:
    return find_label_set("kiwi", models_folder())


def letters(text: str) -> tuple[int, ...]:
    return tuple(map(ord, text))


@pytest.fixture(scope="module")
def how(kiwi: LabelSet) -> ModifierTags:
    return modifier_tags(kiwi, letters)


def found(label: int, start: int, end: int, *heads: int) -> Found:
    return Found(label, start, end, SURE, SURE, -0.2, heads)


def words(text: str) -> Reading:
    """Read `text` letter by letter, a word with the blank before it as a unit."""
    starts = [0, *(at for at, one in enumerate(text) if one == " ")]
    ends = [*starts[1:], len(text)]
    spans = tuple(Span(a + (text[a] == " "), b) for a, b in zip(starts, ends, strict=True))
    return Reading(Source(letters(text), tuple(starts)), spans, 0, exact=True)


def test_modifiers_are_written_so_that_each_begins_differently(how: ModifierTags, kiwi: LabelSet):
    assert how.said == tuple("ABCDEFGHIJKLMNOP"), "names that begin alike are written as letters"
    assert modifier_tags(kiwi, lambda text: (hash(text),)).said == how.names
    assert how.legal[how.names.index("dosage")] == {one for one in NAMES if kiwi.relation(one, "dosage")}
    with pytest.raises(ModelError, match="begin alike"):
        modifier_tags(kiwi, lambda _: (1,))


def test_the_tags_are_shown_with_numbers_and_equal_mentions_stay_apart(how: ModifierTags):
    reading = words("no pain and pain")
    (one,) = modifier_tasks(reading, [found(0, 1, 2), found(0, 3, 4)], NAMES, how, AFTER)
    assert "".join(map(chr, one.task.lead)) == "no1( pain) and2( pain)\n"
    assert one.heads == (0, 1)
    assert one.task.most_ids <= most_ids(reading, how, AFTER)


def test_tags_within_tags_are_closed_in_their_order(how: ModifierTags):
    (one,) = modifier_tasks(words("acute chest pain"), [found(3, 1, 2), found(0, 0, 3)], NAMES, how, AFTER)
    assert "".join(map(chr, one.task.lead)) == "2(acute1( chest) pain)\n"


def test_only_legal_pairs_can_be_said(how: ModifierTags, kiwi: LabelSet):
    (one,) = modifier_tasks(words("aspirin for pain"), [found(2, 0, 1), found(0, 2, 3)], NAMES, how, AFTER)
    links = one.task.automaton._links
    assert links
    for name, heads in zip(how.names, links.legal, strict=True):
        assert list(heads) == [n for n, head in enumerate(("drug", "problem")) if kiwi.relation(head, name)]


def test_a_sentence_without_tags_is_not_read_again(how: ModifierTags):
    assert list(modifier_tasks(words("no pain"), [], NAMES, how, AFTER)) == []


def test_more_than_nine_tags_take_a_pass_for_each_nine(how: ModifierTags):
    text = " ".join(["pain"] * 12)
    tags = [found(0, n, n + 1) for n in range(12)]
    one, two = modifier_tasks(words(text), tags, NAMES, how, AFTER)
    assert (one.heads, two.heads) == (tuple(range(9)), (9, 10, 11))
    assert "".join(map(chr, two.task.lead)) == "pain" + " pain" * 8 + "1( pain)2( pain)3( pain)\n"


def test_a_draft_is_guessed_to_belong_to_the_tags_that_were_found_there(how: ModifierTags):
    reading, negation = words("no chest pain or fever"), how.names.index("negation")
    tags = [found(0, 1, 3), found(0, 4, 5)]
    draft = [Foreseen(negation, 0, 1, ((2, 3), (4, 5))), Foreseen(2, 3, 4), Foreseen(1, 3, 4, ((3, 4),))]
    (one,) = modifier_tasks(reading, tags, NAMES, how, AFTER, draft)
    assert one.task.draft == (Drafted(negation, 0, 1, (0, 1)), Drafted(2, 3, 4))


def test_one_negation_serves_many_tags_and_is_one_item_in_all_passes(how: ModifierTags, kiwi: LabelSet):
    reading, negation = words("no pain or fever or chills"), how.names.index("negation")
    collected = Collected(kiwi)
    first = collected.add_tags(reading, Tagged((found(0, 1, 2), found(0, 3, 4), found(0, 5, 6)), ()), NAMES)
    assert first == 0
    collected.add_modifiers(reading, Tagged((found(negation, 0, 1, 0, 1),), ()), [0, 1], how.names)
    collected.add_modifiers(reading, Tagged((found(negation, 0, 1, 0),), ()), [2], how.names)
    said = collected.answer()
    assert [(one.hull, one.label) for one in said.items] == [
        (Span(0, 2), "negation"),
        (Span(3, 7), "problem"),
        (Span(11, 16), "problem"),
        (Span(20, 26), "problem"),
    ]
    assert [(one.head, one.tail, one.label) for one in said.relations] == [
        (1, 0, "hasAttr"),
        (2, 0, "hasAttr"),
        (3, 0, "hasAttr"),
    ]
    assert said.items[0].label_margin == 3.0
