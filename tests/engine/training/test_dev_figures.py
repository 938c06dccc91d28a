from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.training.corpora import CorpusNote, Mark
from engine.training.dev_figures import Figures, Tally, relation_tally, span_figures

FEVER, PAIN, CHEST_PAIN = Mark(0, 5, "problem"), Mark(12, 16, "problem"), Mark(6, 16, "problem")


def figures(gold: list[Mark], said: list[Mark]) -> Tally:
    return span_figures([CorpusNote("n", " " * 99, tuple(gold))], [said], ["problem", "drug"]).micro


def test_strict_needs_both_ends_and_relaxed_one_character() -> None:
    tally = figures([FEVER, CHEST_PAIN], [FEVER, PAIN])
    assert (tally.strict, tally.relaxed) == (1, 2)
    assert tally.f1(tally.strict) == 0.5


def test_touching_is_not_overlapping_and_another_type_is_wrong() -> None:
    tally = figures([FEVER], [Mark(5, 9, "problem"), Mark(0, 5, "drug")])
    assert (tally.strict, tally.relaxed, tally.gold, tally.said) == (0, 0, 1, 2)


def test_one_long_span_matches_only_one_of_the_two_it_covers() -> None:
    assert figures([FEVER, PAIN], [Mark(0, 16, "problem")]).relaxed == 1


spans = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 5), st.sampled_from(["problem", "drug"])).map(
        lambda one: Mark(one[0], one[0] + one[1], one[2])
    ),
    max_size=8,
)


@given(spans, spans)
def test_figures_stay_between_nothing_and_all(gold: list[Mark], said: list[Mark]) -> None:
    tally = figures(gold, said)
    assert 0 <= tally.strict <= tally.relaxed <= min(tally.gold, tally.said)
    assert tally.strict == len(set(gold) & set(said))


@given(spans)
def test_saying_the_gold_is_perfect(gold: list[Mark]) -> None:
    tally = figures(gold, gold)
    assert tally.f1(tally.strict) == (1.0 if gold else 0.0)


def test_labels_of_another_head_are_left_aside() -> None:
    counted = Figures(["problem"])
    counted.add([FEVER, Mark(0, 2, "negation")], [FEVER])
    assert counted.micro.gold == 1


def test_a_relation_is_right_only_with_both_ends() -> None:
    no = Mark(30, 32, "negation")
    note = CorpusNote("n", " " * 99, (FEVER, no), ((0, 1),))
    assert relation_tally([note], [[(FEVER, no)]]).strict == 1
    assert relation_tally([note], [[(Mark(0, 4, "problem"), no)]]).strict == 0


def test_figures_are_rounded_and_named() -> None:
    assert Tally(gold=3, said=3, strict=1, relaxed=2).figures() == {
        "strict_f1": pytest.approx(0.3333),
        "relaxed_f1": pytest.approx(0.6667),
        "precision": pytest.approx(0.3333),
        "recall": pytest.approx(0.3333),
        "gold": 3,
    }
