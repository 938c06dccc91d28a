from __future__ import annotations

import time

import pytest

from engine.annotation.said import LabelledSpan
from engine.assertion.linking import link
from engine.labels.label_set import LabelSet
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


def test_each_negation_of_a_row_serves_what_comes_before_the_next_one(kiwi: LabelSet) -> None:
    text = "There is no fever or chills, without cough, rash."
    marks = dict.fromkeys(["fever", "chills", "cough", "rash"], "problem")
    marks |= {"no": "negation", "without": "negation"}
    assert joined(text, marks, kiwi) == {
        ("fever", "no"),
        ("chills", "no"),
        ("cough", "without"),
        ("rash", "without"),
    }


def test_a_worded_value_is_shared_by_the_tests_of_an_enumeration_but_a_number_is_not(kiwi: LabelSet) -> None:
    text = "T3, T4 and TSH are normal. Sodium and potassium 4.1."
    marks = dict.fromkeys(["T3", "T4", "TSH", "Sodium", "potassium"], "test")
    marks |= {"normal": "labvalue", "4.1": "labvalue"}
    assert joined(text, marks, kiwi) == {
        ("T3", "normal"),
        ("T4", "normal"),
        ("TSH", "normal"),
        ("potassium", "4.1"),
    }


def test_a_value_that_stands_before_its_test_is_joined_to_it(kiwi: LabelSet) -> None:
    text = "Differential with 51% neutrophils, 37% lymphocytes and 9% monocytes."
    marks = dict.fromkeys(["neutrophils", "lymphocytes", "monocytes"], "test")
    marks |= dict.fromkeys(["51%", "37%", "9%"], "labvalue")
    assert joined(text, marks, kiwi) == {
        ("neutrophils", "51%"),
        ("lymphocytes", "37%"),
        ("monocytes", "9%"),
    }


def test_a_date_on_which_something_was_done_belongs_to_what_was_done(kiwi: LabelSet) -> None:
    text = "Chest x-ray done on 01/28/09 showed atelectasis."
    marks = {"Chest x-ray": "test", "atelectasis": "problem", "01/28/09": "temporal"}
    assert joined(text, marks, kiwi) == {("Chest x-ray", "01/28/09")}
