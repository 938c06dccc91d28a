"""A label set changed step by step."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.labels.checks import faults
from engine.labels.editing import (
    added_type,
    changed_type,
    empty_label_set,
    free_key,
    free_name,
    joined_to,
    moved_type,
    without_type,
)
from engine.labels.files import find_label_set
from engine.labels.label_set import Kind, LabelSet
from engine.model_files.places import models_folder


@pytest.fixture(scope="module")
def kiwi() -> LabelSet:
    return find_label_set("kiwi", models_folder())


def test_a_new_set_has_no_faults_and_neither_has_one_with_many_types() -> None:
    labels = empty_label_set("Wounds", "wounds")
    for number in range(40):
        labels = added_type(labels, Kind.MODIFIER if number % 3 else Kind.ENTITY)
        assert faults(labels) == []
    assert len({one.name for one in labels}) == 41


def test_a_new_name_is_followed_by_pairs_and_aliases(kiwi: LabelSet) -> None:
    labels = changed_type(kiwi, "problem", replace(kiwi.type("problem"), name="finding_of"))
    assert faults(labels) == []
    assert len(labels.pairs) == len(kiwi.pairs)
    assert labels.relation("finding_of", "negation") == "hasAttr"
    assert labels.resolve("diagnosis") == "finding_of"


def test_a_type_goes_with_its_pairs_and_aliases(kiwi: LabelSet) -> None:
    labels = without_type(kiwi, "problem")
    assert faults(labels) == []
    assert all("problem" not in {pair.head, pair.tail} for pair in labels.pairs)
    assert labels.resolve("diagnosis") is None


def test_moving_keeps_the_others_in_order_and_stops_at_the_ends(kiwi: LabelSet) -> None:
    names = [one.name for one in kiwi]
    down = moved_type(kiwi, names[0], 1)
    assert [one.name for one in down] == [names[1], names[0], *names[2:]]
    assert moved_type(down, names[0], -1) == kiwi
    assert moved_type(kiwi, names[0], -1) == kiwi
    assert moved_type(kiwi, names[-1], 1) == kiwi


def test_a_modifier_is_joined_to_exactly_the_chosen_types(kiwi: LabelSet) -> None:
    labels = joined_to(kiwi, "severity", {"problem", "treatment"})
    assert {pair.head for pair in labels.pairs if pair.tail == "severity"} == {"problem", "treatment"}
    assert joined_to(labels, "severity", {"problem"}) == kiwi
    assert faults(labels) == []


def test_other_relations_of_a_pair_stay() -> None:
    i2b2 = find_label_set("i2b2-2010", models_folder())
    heads = {pair.head for pair in i2b2.pairs if pair.tail == "problem"}
    assert joined_to(i2b2, "problem", heads) == i2b2


def test_names_and_keys_that_are_taken_are_not_given_again(kiwi: LabelSet) -> None:
    assert free_name("drug", ["Drug", "drug-2"]) == "drug-3"
    key = free_key(kiwi, "rmp")
    assert key not in {one.key for one in kiwi} | set("rmp")
