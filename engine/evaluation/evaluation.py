"""Evaluation: everything that is counted over a set of judged notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.annotation.said import Answer
from engine.evaluation.confidence import Interval, bootstrap
from engine.evaluation.error_classes import ErrorClass, Finding, class_counts, classify, confusion
from engine.evaluation.judged import Judged
from engine.evaluation.matching import Rule
from engine.evaluation.scores import (
    Scores,
    added,
    score_relations,
    score_tags,
    score_tags_as_kiwi,
    score_tokens,
)
from engine.labels.label_set import LabelSet
from engine.text.token import tokenize

FOUND_ENDS = "between found ends"
"""Names the scores of relations whose two ends both sides tagged, strictly."""


@dataclass(frozen=True, slots=True)
class Group:
    """The scores of some labels together: all of them, the entities, or the modifiers.

    `interval` is of strict micro F1, `relaxed_interval` of relaxed.
    """

    name: str
    scores: dict[str, Scores]
    interval: Interval
    relaxed_interval: Interval


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was counted.  `relations` are by rule; `findings` link every error to its note and place."""

    notes: int
    groups: tuple[Group, ...]
    relations: dict[str, Scores]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> dict[ErrorClass, int]:
        """How many tags, or pairs of tags, are in each class."""
        return class_counts(self.findings)

    @property
    def confusion(self) -> dict[tuple[str, str], int]:
        """How often each gold label was said as which."""
        return confusion(self.findings)


def evaluate(judged: Sequence[Judged], labels: LabelSet, seed: int = 0) -> Evaluation:
    """Count everything over `judged`; labels that the set lacks take no part.

    Entities and modifiers are counted apart, since they nest, and together.

    Raises:
        ValueError: there is no note.
    """
    judged = [within(one, labels) for one in judged]
    groups = [
        Group(name, *_counted(judged if wanted is None else [only(one, wanted) for one in judged], seed))
        for name, wanted in label_groups(labels).items()
    ]
    relations = {
        rule.value: added(score_relations(one, rule) for one in judged)
        for rule in (Rule.STRICT, Rule.RELAXED)
    }
    relations[FOUND_ENDS] = added(score_relations(one, found_ends=True) for one in judged)
    findings = tuple(finding for one in judged for finding in classify(one))
    return Evaluation(len(judged), tuple(groups), relations, findings)


def _counted(judged: Sequence[Judged], seed: int) -> tuple[dict[str, Scores], Interval, Interval]:
    by_note, relaxed = (
        [score_tags(one.gold.items, one.predicted.items, rule) for one in judged]
        for rule in (Rule.STRICT, Rule.RELAXED)
    )
    scores = {
        "strict": added(by_note),
        "exact boundary": added(score_tags(j.gold.items, j.predicted.items, Rule.EXACT) for j in judged),
        "relaxed": added(relaxed),
        "relaxed as Kiwi counts": added(
            score_tags_as_kiwi(j.gold.items, j.predicted.items, j.text) for j in judged
        ),
        "words": added(score_tokens(one, tokenize(one.text)) for one in judged),
    }
    strict_micro, relaxed_micro = ([one.micro for one in scored] for scored in (by_note, relaxed))
    return scores, bootstrap(strict_micro, seed), bootstrap(relaxed_micro, seed)


def label_groups(labels: LabelSet) -> dict[str, frozenset[str] | None]:
    """Return what is counted apart, by name: all (None), and entities and modifiers where both exist."""
    kinds = {"entities": labels.entities, "modifiers": labels.modifiers}
    apart = kinds if all(kinds.values()) else {}
    return {
        "all": None,
        **{name: frozenset(one.name for one in types) for name, types in apart.items()},
    }


def only(judged: Judged, labels: frozenset[str]) -> Judged:
    """Return `judged` with the tags of `labels` alone, and the relations between those."""
    return Judged(judged.name, judged.text, _answer(judged.gold, labels), _answer(judged.predicted, labels))


def within(judged: Judged, labels: LabelSet) -> Judged:
    """Return `judged` without what the label set does not know."""
    if all(item.label in labels for side in (judged.gold, judged.predicted) for item in side.items):
        return judged
    return only(judged, frozenset(one.name for one in labels))


def _answer(answer: Answer, labels: frozenset[str]) -> Answer:
    kept = [place for place, item in enumerate(answer.items) if item.label in labels]
    place = {old: new for new, old in enumerate(kept)}
    relations = (
        replace(one, head=place[one.head], tail=place[one.tail])
        for one in answer.relations
        if one.head in place and one.tail in place
    )
    return Answer(tuple(answer.items[old] for old in kept), tuple(relations), raw=answer.raw)
