"""Scores: counted as stated, and as a naive count gives them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nervaluate import Evaluator

from engine.annotation.said import Answer, LabelledSpan, SaidRelation
from engine.evaluation.judged import Judged
from engine.evaluation.matching import Rule
from engine.evaluation.scores import added, score_relations, score_tags, score_tags_as_kiwi, score_tokens
from engine.text.span import Span
from engine.text.token import tokenize


def tag(start, end, label="problem"):
    return LabelledSpan((Span(start, end),), label)


unique_tags = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 4), st.sampled_from(["problem", "drug", "test"])),
    max_size=8,
    unique=True,
).map(lambda rows: [tag(start, start + length, label) for start, length, label in rows])


@given(unique_tags, unique_tags)
def test_strict_scores_are_those_of_a_naive_count(gold, predicted):
    one, other = {(t.spans, t.label) for t in gold}, {(t.spans, t.label) for t in predicted}
    micro = score_tags(gold, predicted).micro
    assert (micro.gold, micro.predicted, micro.found, micro.right) == (
        len(one),
        len(other),
        len(one & other),
        len(one & other),
    )


@given(unique_tags, unique_tags)
def test_a_looser_rule_never_finds_less(gold, predicted):
    strict = score_tags(gold, predicted).micro
    for rule in (Rule.EXACT, Rule.RELAXED, Rule.OVERLAP):
        assert score_tags(gold, predicted, rule).micro.right >= strict.right


@given(unique_tags, unique_tags)
def test_scores_of_places_alone_are_the_strict_ones_where_all_types_agree(gold, predicted):
    one, other = ({t.spans[0] for t in side} for side in (gold, predicted))
    same, said = ([tag(place.start, place.end) for place in sorted(side)] for side in (one, other))
    assert score_tags(same, said, Rule.EXACT) == score_tags(same, said)


@given(unique_tags)
def test_saying_exactly_what_is_gold_is_perfect(gold):
    scores = score_tags(gold, gold)
    assert all((count.precision, count.recall, count.f1) == (1, 1, 1) for count in scores.by_label.values())


def test_precision_recall_and_f1_of_a_case_counted_by_hand():
    gold = [tag(0, 4), tag(10, 14), tag(20, 24, "drug")]
    predicted = [tag(0, 4), tag(10, 13), tag(20, 24, "test"), tag(30, 31)]
    strict = score_tags(gold, predicted).micro
    assert (strict.precision, strict.recall, round(strict.f1, 4)) == (1 / 4, 1 / 3, 0.2857)
    relaxed = score_tags(gold, predicted, Rule.RELAXED).micro
    assert (relaxed.precision, relaxed.recall) == (2 / 4, 2 / 3)
    assert score_tags(gold, predicted, Rule.EXACT).micro.right == 2
    assert round(score_tags(gold, predicted).macro_f1, 4) == round((2 * (1 / 3) * (1 / 2) / (5 / 6)) / 3, 4)


def test_the_kiwi_way_of_counting_shows_its_quirk_on_two_adjacent_tags():
    gold, predicted = [tag(0, 4), tag(5, 9)], [tag(0, 4)]
    kiwi = score_tags_as_kiwi(gold, predicted, "mild pain").micro
    assert kiwi.precision == 2.0
    assert kiwi.recall == 0.5
    right = score_tags(gold, predicted, Rule.RELAXED).micro
    assert (right.precision, right.recall) == (1.0, 0.5)


def test_the_kiwi_way_of_counting_sees_no_neighbour_across_a_mark():
    assert score_tags_as_kiwi([tag(5, 9)], [tag(0, 4)], "mild,pain").micro.found == 0
    assert score_tags_as_kiwi([tag(5, 9)], [tag(0, 4, "drug")], "mild pain").micro.found == 0


def test_the_oracle_agrees_where_its_order_plays_no_part():
    gold = [[{"label": "problem", "start": 0, "end": 4}, {"label": "drug", "start": 10, "end": 14}]]
    said = [[{"label": "problem", "start": 0, "end": 4}, {"label": "drug", "start": 11, "end": 14}]]
    result = Evaluator(gold, said, tags=["problem", "drug"], loader="dict").evaluate()
    strict = result["overall"]["strict"]
    ours = score_tags([tag(0, 4), tag(10, 14, "drug")], [tag(0, 4), tag(11, 14, "drug")]).micro
    assert (ours.precision, ours.recall, ours.f1) == (strict.precision, strict.recall, strict.f1)


def judged(gold, predicted, text="x" * 60):
    return Judged("n", text, gold, predicted)


def test_a_relation_is_right_where_both_ends_and_the_label_are():
    gold = Answer(
        (tag(0, 4), tag(5, 9), tag(10, 12, "negation")), (SaidRelation(0, 2, "a"), SaidRelation(1, 2, "a"))
    )
    said = Answer(
        (tag(0, 4), tag(5, 8), tag(10, 12, "negation")), (SaidRelation(0, 2, "a"), SaidRelation(1, 2, "a"))
    )
    strict = score_relations(judged(gold, said)).micro
    assert (strict.gold, strict.predicted, strict.right) == (2, 2, 1)
    assert score_relations(judged(gold, said), Rule.RELAXED).micro.f1 == 1
    assert list(score_relations(judged(gold, said)).by_label) == ["problem ← negation"]


def test_relations_turned_round_are_wrong():
    gold = Answer((tag(0, 4), tag(5, 9, "negation")), (SaidRelation(0, 1, "a"),))
    said = Answer((tag(0, 4), tag(5, 9, "negation")), (SaidRelation(1, 0, "a"),))
    assert score_relations(judged(gold, said)).micro.right == 0


def test_a_shared_negation_counts_for_each_problem_and_a_temporal_alone_counts_as_a_tag():
    # “no fever or cough, mild knee pain, in May”
    said = (tag(3, 8), tag(12, 17), tag(0, 2, "negation"), tag(19, 33), tag(19, 23, "severity"))
    joined = (SaidRelation(0, 2, "a"), SaidRelation(1, 2, "a"), SaidRelation(3, 4, "a"))
    gold = Answer((*said, tag(35, 41, "temporal")), joined)
    strict = score_tags(gold.items, said)
    assert (strict.micro.gold, strict.micro.predicted, strict.micro.right) == (6, 5, 5)
    assert (strict.by_label["temporal"].recall, strict.by_label["severity"].f1) == (0, 1)
    relations = score_relations(judged(gold, Answer(said, joined[1:]))).by_label
    assert (relations["problem ← negation"].gold, relations["problem ← negation"].right) == (2, 1)
    assert relations["problem ← severity"].f1 == 1


def test_words_are_counted_once_per_label():
    text = "mild knee pain today"
    gold, said = Answer((tag(0, 14), tag(0, 4, "severity"))), Answer((tag(5, 14),))
    scores = score_tokens(judged(gold, said, text), tokenize(text))
    problem = scores.by_label["problem"]
    assert (problem.gold, problem.predicted, problem.right) == (3, 2, 2)
    assert scores.by_label["severity"].recall == 0


def test_scores_of_notes_add_up():
    one, other = score_tags([tag(0, 1)], [tag(0, 1)]), score_tags([tag(0, 1)], [tag(2, 3)])
    total = added([one, other]).micro
    assert (total.gold, total.predicted, total.right) == (2, 2, 1)


def test_nothing_against_nothing_is_zero_and_no_division_fails():
    micro = score_tags([], []).micro
    assert (micro.precision, micro.recall, micro.f1) == (0, 0, 0)
    assert score_tags([], []).macro_f1 == pytest.approx(0)
