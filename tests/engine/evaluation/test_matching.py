"""Matching: as many pairs as the rule allows, whatever the order."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.annotation.said import LabelledSpan
from engine.evaluation.matching import Rule, match, shared
from engine.text.span import Span


def tag(start, end, label="problem", *more):
    return LabelledSpan((Span(start, end), *(Span(*one) for one in more)), label)


tags = st.lists(
    st.builds(
        lambda start, length, label: tag(start, start + length, label),
        st.integers(0, 12),
        st.integers(1, 5),
        st.sampled_from(["problem", "drug"]),
    ),
    max_size=5,
)


def suits(gold, predicted, rule):
    same_place, same_label = gold.spans == predicted.spans, gold.label == predicted.label
    return {
        Rule.STRICT: same_place and same_label,
        Rule.EXACT: same_place,
        Rule.RELAXED: same_label and shared(gold, predicted) > 0,
        Rule.OVERLAP: shared(gold, predicted) > 0,
    }[rule]


def most_pairs(gold, predicted, rule):
    """The largest number of pairs, by trying every order: slow and plainly right."""
    padded = [*predicted, *[None] * len(gold)]
    return max(
        sum(p is not None and suits(g, p, rule) for g, p in zip(gold, chosen, strict=False))
        for chosen in set(permutations(padded, len(gold)))
    )


@settings(max_examples=40, deadline=None)
@given(tags.filter(lambda t: len(t) < 4), tags.filter(lambda t: len(t) < 4), st.sampled_from(list(Rule)))
def test_there_are_as_many_pairs_as_trying_everything_finds(gold, predicted, rule):
    assert len(match(gold, predicted, rule).pairs) == most_pairs(gold, predicted, rule)


@given(tags, tags, st.sampled_from(list(Rule)))
def test_each_tag_is_used_once_and_every_pair_suits_the_rule(gold, predicted, rule):
    matching = match(gold, predicted, rule)
    assert all(suits(gold[g], predicted[p], rule) for g, p in matching.pairs)
    assert sorted([*(g for g, _ in matching.pairs), *matching.missed]) == list(range(len(gold)))
    assert sorted([*(p for _, p in matching.pairs), *matching.spurious]) == list(range(len(predicted)))


@given(tags, tags, st.sampled_from(list(Rule)), st.randoms())
def test_the_order_of_the_tags_does_not_change_the_count(gold, predicted, rule, random):
    before = len(match(gold, predicted, rule).pairs)
    random.shuffle(gold)
    random.shuffle(predicted)
    assert len(match(gold, predicted, rule).pairs) == before


def test_a_wrong_boundary_does_not_use_up_the_gold_tag_of_an_exact_one():
    gold = [tag(0, 10)]
    predicted = [tag(0, 4), tag(0, 10)]
    assert match(gold, predicted, Rule.STRICT).pairs == ((0, 1),)
    assert match(gold, predicted, Rule.RELAXED).pairs == ((0, 1),)


def test_a_tag_makes_room_where_another_has_no_other_place():
    gold = [tag(0, 6), tag(5, 8)]
    predicted = [tag(4, 7), tag(0, 2)]
    assert match(gold, predicted, Rule.RELAXED).pairs == ((0, 1), (1, 0))


def test_a_discontinuous_tag_shares_only_what_its_fragments_cover():
    assert shared(tag(0, 4, "problem", (10, 14)), tag(4, 12)) == 2
    assert match([tag(0, 4, "problem", (10, 14))], [tag(4, 10)], Rule.RELAXED).pairs == ()


@pytest.mark.slow
def test_a_chain_of_thousands_of_overlapping_tags_is_matched_without_recursion():
    gold = [tag(i * 2, i * 2 + 3) for i in range(3000)]
    predicted = [tag(i * 2 + 1, i * 2 + 4) for i in range(3000)]
    assert len(match(gold, predicted, Rule.RELAXED).pairs) == 3000
