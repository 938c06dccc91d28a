from __future__ import annotations

import time

import pytest

from engine.annotation.said import LabelledSpan
from engine.labels.label_set import LabelSet
from engine.taggers.onnx_bert.linking import link
from engine.text.sentence import sentences
from engine.text.span import Span


def joined(text: str, marks: dict[str, str], labels: LabelSet) -> set[tuple[str, str]]:
    """Return the surfaces of (entity, modifier) that linking joins; `marks` says label by surface."""
    items = [
        LabelledSpan((Span(text.index(word), text.index(word) + len(word)),), label)
        for word, label in marks.items()
    ]
    found = link(items, text, sentences(text), labels)
    words = list(marks)
    return {(words[one.head], words[one.tail]) for one in found}


def test_a_modifier_inside_an_entity_belongs_to_it(kiwi: LabelSet) -> None:
    text = "Fever and severe left knee pain today."
    marks = {
        "Fever": "problem",
        "severe left knee pain": "problem",
        "severe": "severity",
        "left knee": "bodyloc",
    }
    assert joined(text, marks, kiwi) == {
        ("severe left knee pain", "severe"),
        ("severe left knee pain", "left knee"),
    }


def test_one_negation_serves_the_whole_enumeration(kiwi: LabelSet) -> None:
    text = "She denies fever, chills or cough, but has nausea."
    marks = dict.fromkeys(["fever", "chills", "cough", "nausea"], "problem") | {"denies": "negation"}
    assert joined(text, marks, kiwi) == {("fever", "denies"), ("chills", "denies"), ("cough", "denies")}


def test_values_belong_to_the_test_before_them(kiwi: LabelSet) -> None:
    text = "Sodium 138, potassium 4.1, glucose 96."
    marks = {
        "Sodium": "test",
        "138": "labvalue",
        "potassium": "test",
        "4.1": "labvalue",
        "glucose": "test",
        "96": "labvalue",
    }
    assert joined(text, marks, kiwi) == {("Sodium", "138"), ("potassium", "4.1"), ("glucose", "96")}


def test_only_legal_pairs_are_joined(kiwi: LabelSet) -> None:
    text = "Aspirin 81 mg for chest pain."
    marks = {"Aspirin": "drug", "81 mg": "strength", "chest pain": "problem"}
    assert joined(text, marks, kiwi) == {("Aspirin", "81 mg")}
    assert joined("Pain 81 mg.", {"Pain": "problem", "81 mg": "strength"}, kiwi) == set()


def test_nothing_is_joined_over_the_end_of_a_sentence(kiwi: LabelSet) -> None:
    text = "He has pain. No treatment was given."
    assert joined(text, {"pain": "problem", "No": "negation"}, kiwi) == set()


@pytest.mark.parametrize("count", [0, 1])
def test_without_entities_there_is_nothing_to_join(count: int, kiwi: LabelSet) -> None:
    assert joined("No news.", dict.fromkeys(["No"][:count], "negation"), kiwi) == set()


def test_a_relation_is_as_sure_as_the_less_sure_of_its_ends(kiwi: LabelSet) -> None:
    items = [
        LabelledSpan((Span(0, 2),), "negation", 0.6),
        LabelledSpan((Span(3, 8),), "problem", 0.9),
    ]
    (relation,) = link(items, "no fever", [Span(0, 8)], kiwi)
    assert (relation.head, relation.tail, relation.label, relation.score) == (1, 0, "hasAttr", 0.6)


def test_a_line_of_a_million_characters_is_linked_in_seconds(kiwi: LabelSet) -> None:
    part = "no chest pain "
    text = part * 20_000  # one sentence
    items = []
    for at in range(0, len(text), len(part)):
        items.append(LabelledSpan((Span(at, at + 2),), "negation"))
        items.append(LabelledSpan((Span(at + 3, at + 13),), "problem"))
    began = time.process_time()
    found = link(items, text, sentences(text), kiwi)
    assert time.process_time() - began < 30
    joined_to_next = {(2 * number + 1, 2 * number) for number in range(20_000)}
    assert joined_to_next <= {(one.head, one.tail) for one in found}
