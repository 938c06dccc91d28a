"""Page: an evaluation as one HTML file with plots, which loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from engine.annotation.said import LabelledSpan
from engine.evaluation.comparison import Compared
from engine.evaluation.error_classes import ErrorClass, Finding
from engine.evaluation.evaluation import Evaluation, Group
from engine.evaluation.html import document, table
from engine.evaluation.report import RULES, label_rows

_MOST_PLACES = 1000
_BAR_WIDTH, _BAR_HEIGHT, _LEFT = 420, 20, 150


@dataclass(frozen=True, slots=True)
class Names:
    """What the sides of a comparison are called; `trained_on` names what gold was held against."""

    gold: str
    predicted: str
    against: str = ""
    trained_on: tuple[str, ...] = ()


def as_page(evaluation: Evaluation, names: Names, compared: Sequence[Compared] = ()) -> str:
    """Return the evaluation as a whole HTML document without scripts; no note text in it."""
    title = f"{names.predicted} against {names.gold}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{evaluation.notes:,} notes. Intervals are 95 % by notes drawn with replacement.</p>",
        *_unseen(names),
        *_compared(compared, names),
        *(_group(group) for group in evaluation.groups),
        *_relations(evaluation),
        table("Errors", ("Class", "Count"), [(k.value, n) for k, n in evaluation.errors.items()]),
        table(
            "What was taken for what",
            ("Gold", "Predicted", "Count"),
            [
                (gold or "nothing", said or "nothing", n)
                for (gold, said), n in evaluation.confusion.items()
                if gold != said
            ],
        ),
        *_places(evaluation.findings),
        "<h2>How it was counted</h2><dl>",
        *(f"<dt>{escape(rule)}</dt><dd class='quiet'>{escape(what)}</dd>" for rule, what in RULES.items()),
        "</dl>",
    ]
    return document(title, "".join(parts))


def _unseen(names: Names) -> Iterator[str]:
    if names.trained_on:
        yield f"<p>No gold note stood in the training on {escape(', '.join(names.trained_on))}.</p>"


def _compared(compared: Sequence[Compared], names: Names) -> Iterator[str]:
    if compared:
        yield table(
            f"Against {names.against}",
            ("What", "Rule", "This F1", "Other F1", "Other less this", "p"),
            [
                (
                    one.group,
                    one.rule,
                    one.first.f1,
                    one.second.f1,
                    f"{one.difference.f1:+.3f}",
                    one.difference.p,
                )
                for one in compared
            ],
        )
        yield "<p class='quiet'>p: paired permutation test by note, two-sided.</p>"


def _relations(evaluation: Evaluation) -> Iterator[str]:
    for rule, scores in evaluation.relations.items():
        yield table(
            f"Relations, {rule}",
            ("Pair", "Gold", "Predicted", "Precision", "Recall", "F1"),
            [
                (name, count.gold, count.predicted, count.precision, count.recall, count.f1)
                for name, count in [*scores.by_label.items(), ("micro", scores.micro)]
            ],
        )


def _places(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield where the errors are, by class, folded away: notes by name, spans by their offsets."""
    yield "<h2>Where the errors are</h2><p class='quiet'>Offsets count characters of the note, from 0.</p>"
    for kind in ErrorClass:
        these = [one for one in findings if one.kind is kind]
        if kind is ErrorClass.RIGHT or not these:
            continue
        shown = these[:_MOST_PLACES]
        more = f", the first {_MOST_PLACES:,} here" if len(these) > len(shown) else ""
        yield f"<details><summary>{escape(kind.value)} ({len(these):,}{more})</summary>"
        rows = [(one.note, _place(one.gold), _place(one.predicted)) for one in shown]
        yield table("", ("Note", "Gold", "Predicted"), rows)
        yield "</details>"


def _place(tag: LabelledSpan | None) -> str:
    if tag is None:
        return ""
    return f"{tag.label} {', '.join(f'{span.start}–{span.end}' for span in tag.spans)}"


def _group(group: Group) -> str:
    strict = group.scores["strict"]
    low, high = group.interval.low, group.interval.high
    rows = label_rows(group)
    return (
        f"<h2>{escape(group.name.capitalize())}</h2>"
        f"<p>Strict micro F1 {strict.micro.f1:.3f}, interval {low:.3f} to {high:.3f}.</p>"
        + _bars([(row[0], row[5], row[6]) for row in rows[:-1]])
        + table(
            "Per label",
            ("Label", "Gold", "Predicted", "Precision", "Recall", "Strict F1", "Relaxed F1"),
            rows[:-1],
        )
        + f"<p class='quiet'>Macro F1: strict {rows[-1][5]:.3f}, relaxed {rows[-1][6]:.3f}.</p>"
    )


def _bars(rows: Sequence[tuple[str, float, float]]) -> str:
    """Return a plot: a pale bar for relaxed F1 behind a full one for strict F1, per label."""
    drawn = []
    for place, (name, strict, relaxed) in enumerate(rows):
        y = place * (_BAR_HEIGHT + 6)
        drawn += [
            f"<text x='0' y='{y + 15}'>{escape(name)}</text>",
            _bar(y, relaxed, _BAR_HEIGHT, "#9db8e8"),
            _bar(y + 4, strict, _BAR_HEIGHT - 8, "#1f5fbf"),
            f"<text x='{_LEFT + _BAR_WIDTH + 10}' y='{y + 15}'>{strict:.3f} / {relaxed:.3f}</text>",
        ]
    height, width = len(rows) * (_BAR_HEIGHT + 6), _LEFT + _BAR_WIDTH + 120
    label = "Strict F1, full bars, and relaxed F1, pale bars, per label"
    return f"<svg role='img' aria-label='{label}' width='{width}' height='{height}'>{''.join(drawn)}</svg>"


def _bar(y: int, share: float, height: int, colour: str) -> str:
    return f"<rect x='{_LEFT}' y='{y}' width='{share * _BAR_WIDTH:.1f}' height='{height}' fill='{colour}'/>"
