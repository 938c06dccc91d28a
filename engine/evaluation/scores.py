"""Scores: precision, recall and F1, per label, micro and macro; numbers, no strings.

Kiwi-compatible relaxed scores follow that project's published evaluator: a tag is found where
one of the same label overlaps it *or merely stands next to it* (nothing but blanks between the
two, since it counts in words), tags may be used many times, and the two counts are divided the
other way round, so that precision can exceed one.  They are for comparison with published
figures only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.annotation.said import LabelledSpan
from engine.evaluation.judged import Judged
from engine.evaluation.matching import Rule, match
from engine.text.token import Tokens


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are, how many were said, and how many of both stand for each other.

    `found` are gold ones that were found, `right` predicted ones that are right; they differ
    only where a rule may use a tag more than once.
    """

    gold: int = 0
    predicted: int = 0
    found: int = 0
    right: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(
            self.gold + other.gold,
            self.predicted + other.predicted,
            self.found + other.found,
            self.right + other.right,
        )

    @property
    def precision(self) -> float:
        """The share of predicted ones that are right; 0 where none was predicted."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """The share of gold ones that were found; 0 where there is none."""
        return self.found / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 where both are."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Scores:
    """Counts per label, in alphabetical order."""

    by_label: Mapping[str, Count]

    @property
    def micro(self) -> Count:
        """All labels as one."""
        return sum(self.by_label.values(), Count())

    @property
    def macro_f1(self) -> float:
        """The mean of the labels' F1, of those that are in gold or were predicted."""
        values = [count.f1 for count in self.by_label.values() if count.gold or count.predicted]
        return sum(values) / len(values) if values else 0.0

    def only(self, labels: Iterable[str]) -> Scores:
        """Return the scores of `labels` alone."""
        wanted = set(labels)
        return Scores({label: count for label, count in self.by_label.items() if label in wanted})


def added(scores: Iterable[Scores]) -> Scores:
    """Return the scores of several notes together."""
    total: dict[str, Count] = {}
    for one in scores:
        for label, count in one.by_label.items():
            total[label] = total.get(label, Count()) + count
    return Scores(dict(sorted(total.items())))


def score_tags(
    gold: Sequence[LabelledSpan], predicted: Sequence[LabelledSpan], rule: Rule = Rule.STRICT
) -> Scores:
    """Return the scores of one note's tags by `rule`; a pair counts for the label of each side."""
    matching = match(gold, predicted, rule)
    found = Counter(gold[g].label for g, _ in matching.pairs)
    right = Counter(predicted[p].label for _, p in matching.pairs)
    return _scores(Counter(t.label for t in gold), Counter(t.label for t in predicted), found, right)


def score_tags_as_kiwi(gold: Sequence[LabelledSpan], predicted: Sequence[LabelledSpan], text: str) -> Scores:
    """Return relaxed scores of one note as the evaluator of the Kiwi project counts them, quirks included."""
    found = Counter(g.label for g in gold if any(_touch(g, p, text) for p in predicted))
    right = Counter(p.label for p in predicted if any(_touch(g, p, text) for g in gold))
    # The other way round on purpose: see the head of this module.
    return _scores(Counter(t.label for t in gold), Counter(t.label for t in predicted), right, found)


def score_tokens(judged: Judged, tokens: Tokens) -> Scores:
    """Return scores over the words of one note: a word has a label if a tag of that label touches it."""
    gold = _token_labels(judged.gold.items, tokens)
    predicted = _token_labels(judged.predicted.items, tokens)
    both = Counter(label for _, label in gold & predicted)
    return _scores(Counter(label for _, label in gold), Counter(label for _, label in predicted), both, both)


def score_relations(judged: Judged, rule: Rule = Rule.STRICT, *, found_ends: bool = False) -> Scores:
    """Return the scores of one note's relations: right where label, head and tail are, by `rule`.

    Per pair of labels, as “problem ← negation”.  With predicted relations between gold tags
    this is the score on gold entities; with a tagger's own tags, end to end.  With `found_ends`,
    relations with an end that only one side has take no part: what is left is the joining alone.
    """
    matching = match(judged.gold.items, judged.predicted.items, rule)
    place = {p: g for g, p in matching.pairs}
    gold = {(one.head, one.tail, one.label) for one in judged.gold.relations}
    said = {(one.head, one.tail, one.label) for one in judged.predicted.relations}
    if found_ends:
        known = set(place.values())
        gold = {one for one in gold if one[0] in known and one[1] in known}
        said = {one for one in said if one[0] in place and one[1] in place}
    right = {
        one
        for one in said
        if one[0] in place and one[1] in place and (place[one[0]], place[one[1]], one[2]) in gold
    }
    found = {(place[head], place[tail], label) for head, tail, label in right}
    of_gold, of_said = judged.gold.items, judged.predicted.items
    return _scores(
        Counter(_pair(of_gold, one) for one in gold),
        Counter(_pair(of_said, one) for one in said),
        Counter(_pair(of_gold, one) for one in found),
        Counter(_pair(of_said, one) for one in right),
    )


def _pair(items: Sequence[LabelledSpan], relation: tuple[int, int, str]) -> str:
    return f"{items[relation[0]].label} ← {items[relation[1]].label}"


def _touch(one: LabelledSpan, other: LabelledSpan, text: str) -> bool:
    if one.label != other.label:
        return False
    left, right = sorted((one.hull, other.hull))
    return not text[left.end : right.start].strip()


def _token_labels(items: Sequence[LabelledSpan], tokens: Tokens) -> set[tuple[int, str]]:
    labels: set[tuple[int, str]] = set()
    for item in items:
        for span in item.spans:
            covered = tokens.covering(span)
            if covered is not None:
                labels.update((index, item.label) for index in range(*covered))
    return labels


def _scores(gold: Counter[str], predicted: Counter[str], found: Counter[str], right: Counter[str]) -> Scores:
    labels = sorted({*gold, *predicted})
    return Scores({one: Count(gold[one], predicted[one], found[one], right[one]) for one in labels})
