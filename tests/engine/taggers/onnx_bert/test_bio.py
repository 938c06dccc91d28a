from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.taggers.onnx_bert.bio import Floats, best_tags, log_softmax, tag_names, tags_of, word_spans


def is_legal(tags: tuple[int, ...]) -> bool:
    return all(
        not (after > 0 and after % 2 == 0) or before in (after, after - 1)
        for before, after in itertools.pairwise(tags)
    )


def total(log_probs: Floats, tags: tuple[int, ...]) -> float:
    return sum(float(log_probs[place, tag]) for place, tag in enumerate(tags))


@st.composite
def answers(draw: st.DrawFn) -> Floats:
    words, labels = draw(st.integers(1, 6)), draw(st.integers(1, 2))
    sharpness = draw(st.sampled_from([0.5, 2.0, 5.0]))
    seed = draw(st.integers(0, 2**32 - 1))
    numbers = np.random.default_rng(seed).normal(size=(words, 1 + 2 * labels)) * sharpness
    return log_softmax(numbers.astype(np.float32))


@settings(max_examples=150, deadline=None)
@given(answers())
def test_the_best_tags_are_those_that_trying_all_legal_ones_finds(log_probs: Floats) -> None:
    every = itertools.product(range(log_probs.shape[1]), repeat=len(log_probs))
    best = max(total(log_probs, tags) for tags in every if is_legal(tags))
    found = tuple(int(tag) for tag in best_tags(log_probs))
    assert is_legal(found)
    assert total(log_probs, found) == pytest.approx(best, abs=1e-4)


def test_a_search_that_must_reach_into_words_already_searched_stays_exact() -> None:
    rng = np.random.default_rng(7)
    for _ in range(40):
        log_probs = log_softmax(rng.normal(size=(60, 5)).astype(np.float32))
        found = tuple(int(tag) for tag in best_tags(log_probs))
        assert is_legal(found)
        assert total(log_probs, found) == pytest.approx(plain_viterbi(log_probs), abs=1e-3)


def plain_viterbi(log_probs: Floats) -> float:
    width = log_probs.shape[1]
    score = log_probs[0].astype(float)
    for row in log_probs[1:]:
        score = np.array(
            [
                max(score[before] for before in range(width) if is_legal((before, tag))) + row[tag]
                for tag in range(width)
            ]
        )
    return float(score.max())


def test_a_continuing_tag_opens_a_span_at_the_first_word_and_nowhere_else() -> None:
    certain = np.full((3, 3), -20.0, dtype=np.float32)
    certain[[0, 1, 2], [2, 2, 0]] = 0.0
    assert best_tags(certain).tolist() == [2, 2, 0]
    (span,) = word_spans(best_tags(certain), certain)
    assert (span.first, span.last, span.label) == (0, 2, 0)
    later = np.vstack([certain[2:], certain[:2]])
    assert best_tags(later).tolist() == [0, 1, 2]


def test_no_words_have_no_tags() -> None:
    nothing = np.zeros((0, 9), dtype=np.float32)
    assert best_tags(nothing).tolist() == []
    assert word_spans(best_tags(nothing), nothing) == []


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4), st.integers(0, 2)), max_size=8))
def test_spans_that_share_no_word_survive_being_said_as_tags(steps: list[tuple[int, int, int]]) -> None:
    spans, at = [], 0
    for gap, length, label in steps:
        spans.append((at + gap, at + gap + length, label))
        at += gap + length
    tags = np.asarray(tags_of(at, spans), dtype=np.int64)
    log_probs = np.full((at, 7), -9.0, dtype=np.float32)
    log_probs[np.arange(at), tags] = -0.001
    assert [(one.first, one.last, one.label) for one in word_spans(tags, log_probs)] == spans


def test_the_longer_of_two_spans_that_share_a_word_is_said() -> None:
    assert tags_of(4, [(1, 2, 0), (0, 4, 1)]) == [3, 4, 4, 4]


def test_scores_are_probabilities_and_margins_say_how_clear_it_was() -> None:
    sure = log_softmax(np.array([[0, 9, 0], [0, 0, 9], [9, 0, 0]], dtype=np.float32))
    torn = log_softmax(np.array([[0, 0.2, 0], [0, 0, 0.1], [0.1, 0, 0]], dtype=np.float32))
    (clear,) = word_spans(np.array([1, 2, 0]), sure)
    (close,) = word_spans(np.array([1, 2, 0]), torn)
    assert 0.99 < clear.score <= 1.0
    assert 0.0 < close.score < 0.2
    assert clear.open_margin > close.open_margin >= 0
    assert clear.close_margin > close.close_margin >= 0


def test_a_head_of_two_labels_has_five_tags() -> None:
    assert tag_names(["a", "b"]) == ["O", "B-a", "I-a", "B-b", "I-b"]
