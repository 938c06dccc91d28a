"""Tag sequences: entities of BIO tags without a text, and their scores.

As in the CoNLL evaluation: an ``I-`` without a ``B-`` before it, or after another label, opens
an entity.  Published figures for token-level tagging (arXiv 2407.00731) are counted so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.annotation.said import LabelledSpan
from engine.evaluation.scores import Scores, added, score_tags
from engine.text.span import Span


def entities(tags: Sequence[str]) -> list[LabelledSpan]:
    """Return the entities of one sequence; their spans count tags, not characters."""
    found: list[LabelledSpan] = []
    start, label = 0, ""
    for place, tag in enumerate([*tags, "O"]):
        kind, _, name = tag.partition("-")
        goes_on = kind == "I" and name == label
        if label and not goes_on:
            found.append(LabelledSpan((Span(start, place),), label))
        if kind in {"B", "I"} and not goes_on:
            start, label = place, name
        elif not goes_on:
            label = ""
    return found


def score_sequences(pairs: Iterable[tuple[Sequence[str], Sequence[str]]]) -> Scores:
    """Return the exact scores of (gold tags, predicted tags), sequence by sequence.

    Raises:
        ValueError: two sequences of a pair differ in length.
    """
    return added(_one(gold, predicted) for gold, predicted in pairs)


def _one(gold: Sequence[str], predicted: Sequence[str]) -> Scores:
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} gold tags, {len(predicted)} predicted ones")
    return score_tags(entities(gold), entities(predicted))
