from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.training.corpora import Mark
from engine.training.tag_choices import IGNORED, TagChoices

LABELS = ("problem", "drug")


def allowed(choices: TagChoices, target: int) -> set[int]:
    return set(np.flatnonzero(choices.allowed[target]).tolist())


def targets(choices: TagChoices, marks: list[Mark], says: set[str] | None) -> list[int]:
    """Marks of a text in which each word is one character."""
    return choices.targets(6, [(mark.start, mark.end, mark) for mark in marks], says).tolist()


def test_where_all_is_marked_targets_are_tags() -> None:
    assert targets(TagChoices(LABELS), [Mark(1, 3, "drug")], None) == [0, 3, 4, 0, 0, 0]


def test_a_word_without_a_mark_may_be_what_its_corpus_does_not_mark() -> None:
    choices = TagChoices(LABELS)
    first, second, *_ = targets(choices, [Mark(1, 2, "drug")], {"drug"})
    assert allowed(choices, first) == {0, 1, 2}
    assert second == 3


def test_of_a_corpus_that_says_nothing_of_a_head_the_head_learns_nothing() -> None:
    assert targets(TagChoices(LABELS), [], {"name"}) == [IGNORED] * 6


def test_a_mark_of_one_of_two_labels_opens_and_continues_either() -> None:
    choices = TagChoices(("problem", "treatment", "test"))
    found = targets(choices, [Mark(0, 2, "treatment|test")], None)
    assert [allowed(choices, one) for one in found[:3]] == [{3, 5}, {4, 6}, {0}]


def test_nothing_is_learned_of_words_of_which_nothing_is_known() -> None:
    assert targets(TagChoices(LABELS), [Mark(2, 4, "?")], None) == [0, 0, IGNORED, IGNORED, 0, 0]


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(1, 2), st.sampled_from([*LABELS, "?", "problem|drug"]))
    ),
    st.sampled_from([None, {"drug"}, set(LABELS), set()]),
)
def test_every_target_allows_something_and_never_all(
    places: list[tuple[int, int, str]], says: set[str] | None
) -> None:
    choices = TagChoices(LABELS)
    marks = [Mark(start, start + length, label) for start, length, label in places]
    for target in targets(choices, marks, says):
        assert target == IGNORED or 0 < choices.allowed[target].sum() < 5


def test_the_numbers_of_single_tags_never_change() -> None:
    choices = TagChoices(LABELS)
    targets(choices, [], {"drug"})
    assert choices.allowed[:5] == pytest.approx(np.eye(5))
