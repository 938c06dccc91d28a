from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from engine.annotation.said import LabelledSpan, answer
from engine.evaluation.judged import Judged
from engine.labels.label_set import LabelSet
from engine.model_files.label_sets import label_set_named
from engine.taggers.llama_cpp.thresholds import EAGER, FEWEST
from engine.text.span import Span
from engine.training.cross_fitting import FOLDS, bias_of, cross_fitted, eagerly

ODD = EAGER - 1.0


@pytest.fixture
def kiwi() -> LabelSet:
    return label_set_named("kiwi")


def note(number: int, bias: Mapping[str, float]) -> Judged:
    """Return a note of clear problems and unclear words, said with a bias of 1 and more.

    The unclear words are problems too, but for note 0, a long one.
    """
    words = 20 * FEWEST if number == 0 else 2 * FEWEST
    spans = [Span(3 * place, 3 * place + 2) for place in range(words)]
    margins = [EAGER if place % 2 == 0 else ODD for place in range(words)]
    said = [
        LabelledSpan((one,), "problem", open_margin=margin)
        for one, margin in zip(spans, margins, strict=True)
        if margin + bias["problem"] - EAGER > 0
    ]
    gold = [LabelledSpan((one,), "problem") for one in (spans[::2] if number == 0 else spans)]
    return Judged(str(number), "ab " * words, answer(gold, []), answer(said, []))


def test_a_bias_leaves_out_what_is_mostly_wrong(kiwi: LabelSet) -> None:
    bias = bias_of([note(0, eagerly(kiwi))], kiwi)
    assert 0.0 <= bias["problem"] < 1.0
    assert "drug" not in bias


def test_no_note_is_tagged_with_thresholds_fitted_on_it(kiwi: LabelSet) -> None:
    asked: list[tuple[tuple[int, ...], float]] = []

    def tag(numbers: Sequence[int], bias: Mapping[str, float]) -> list[Judged]:
        asked.append((tuple(numbers), bias["problem"]))
        return [note(number, bias) for number in numbers]

    found = cross_fitted(2 * FOLDS, tag, kiwi)
    assert [one.name for one in found] == [str(number) for number in range(2 * FOLDS)]
    (first, eager), *folds = asked
    assert first == tuple(range(2 * FOLDS))
    assert eager == EAGER
    assert sorted(number for numbers, _ in folds for number in numbers) == list(range(2 * FOLDS))
    assert all((bias > 1.0) == (0 in numbers) for numbers, bias in folds)
