"""Report: an evaluation as plain values for JSON and tables; no note text in it."""

from __future__ import annotations

from engine.annotation.said import LabelledSpan
from engine.evaluation.comparison import Compared
from engine.evaluation.confidence import Difference
from engine.evaluation.evaluation import Evaluation, Group
from engine.evaluation.scores import Count, Scores

RULES = {
    "strict": "Same fragments and same label; each tag used once.",
    "exact boundary": "Same fragments, any label; each tag used once.",
    "relaxed": "Same label and at least one shared character; each tag used once, as many pairs as possible.",
    "relaxed as Kiwi counts": (
        "Same label, overlapping or touching; tags used many times; the two counts divided the other way "
        "round, as in that project’s evaluator. For comparison only."
    ),
    "relations": (
        "Right where the label and both ends are, by the rule; “between found ends” counts only relations "
        "whose two ends both sides tagged (strictly), and so the joining alone."
    ),
    "words": "Per word and label: a word has a label if a tag of that label touches it.",
}
"""What each rule means, in a sentence; a number is worth nothing without it."""


def as_values(evaluation: Evaluation) -> dict[str, object]:
    """Return the evaluation as plain values that JSON can hold."""
    return {
        "notes": evaluation.notes,
        "rules": RULES,
        "groups": {group.name: _group(group) for group in evaluation.groups},
        "relations": {rule: _scores(scores) for rule, scores in evaluation.relations.items()},
        "errors": {kind.value: count for kind, count in evaluation.errors.items()},
        "confusion": [
            {"gold": gold, "predicted": predicted, "count": count}
            for (gold, predicted), count in evaluation.confusion.items()
        ],
        "findings": [
            {
                "note": finding.note,
                "class": finding.kind.value,
                "gold": _tag(finding.gold),
                "predicted": _tag(finding.predicted),
            }
            for finding in evaluation.findings
            if finding.kind.value != "right"
        ],
    }


def compared_values(compared: Compared) -> dict[str, object]:
    """Return how two runs differ as plain values that JSON can hold."""
    return {
        "group": compared.group,
        "rule": compared.rule,
        "this_f1": round(compared.first.f1, 4),
        "other_f1": round(compared.second.f1, 4),
        **difference_values(compared.difference),
    }


def difference_values(difference: Difference) -> dict[str, object]:
    """Return a difference of F1 with its interval and its p."""
    low, high = difference.interval.low, difference.interval.high
    return {
        "difference": round(difference.f1, 4),
        "difference_interval_95": [round(low, 4), round(high, 4)],
        "p": round(difference.p, 4),
    }


def label_rows(group: Group) -> list[tuple[str, int, int, float, float, float, float]]:
    """Return label, gold, predicted, strict precision, recall and F1, relaxed F1; micro and macro last."""
    strict, relaxed = group.scores["strict"], group.scores["relaxed"]
    rows = [
        _row(label, count, relaxed.by_label.get(label, Count()).f1)
        for label, count in strict.by_label.items()
    ]
    rows.append(_row("micro", strict.micro, relaxed.micro.f1))
    total = strict.micro
    rows.append(("macro", total.gold, total.predicted, 0.0, 0.0, strict.macro_f1, relaxed.macro_f1))
    return rows


def _row(name: str, count: Count, relaxed: float) -> tuple[str, int, int, float, float, float, float]:
    return name, count.gold, count.predicted, count.precision, count.recall, count.f1, relaxed


def _group(group: Group) -> dict[str, object]:
    return {
        "strict_f1_interval_95": [round(group.interval.low, 4), round(group.interval.high, 4)],
        "relaxed_f1_interval_95": [
            round(group.relaxed_interval.low, 4),
            round(group.relaxed_interval.high, 4),
        ],
        **{rule: _scores(scores) for rule, scores in group.scores.items()},
    }


def _scores(scores: Scores) -> dict[str, object]:
    return {
        "micro": _count(scores.micro),
        "macro_f1": round(scores.macro_f1, 4),
        "by_label": {label: _count(count) for label, count in scores.by_label.items()},
    }


def _count(count: Count) -> dict[str, float]:
    return {
        "gold": count.gold,
        "predicted": count.predicted,
        "found": count.found,
        "right": count.right,
        "precision": round(count.precision, 4),
        "recall": round(count.recall, 4),
        "f1": round(count.f1, 4),
    }


def _tag(tag: LabelledSpan | None) -> dict[str, object] | None:
    if tag is None:
        return None
    return {"label": tag.label, "spans": [[span.start, span.end] for span in tag.spans]}
