"""Score tables: an evaluation on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from engine.command_line.output import remarks, results, table
from engine.evaluation.comparison import Compared
from engine.evaluation.evaluation import Evaluation
from engine.evaluation.page import Names
from engine.evaluation.report import label_rows
from engine.formats.problem import counted
from engine.steps.evaluate_tagger import Scored

_NAMED = 5
"""So many notes that took no part are named."""
_NO_LABEL = 2
"""The rows of a group in which nothing is: micro and macro."""


def print_scored(scored: Scored, names: Names) -> None:
    """Print all tables, and as remarks the notes that took no part."""
    console = results()
    console.print(
        f"{names.predicted} against {names.gold}, {scored.evaluation.notes:,} notes.\n", markup=False
    )
    _print_groups(scored.evaluation)
    if scored.compared:
        _print_compared(scored.compared, names)
    for what, left_out in (
        ("only in gold", scored.only_gold),
        ("only predicted", scored.only_predicted),
        ("with another text", scored.other_text),
    ):
        if left_out:
            remarks().print(
                f"{counted(len(left_out), 'note', 'notes')} took no part, {what}: "
                f"{', '.join(left_out[:_NAMED])}{' …' if len(left_out) > _NAMED else ''}",
                markup=False,
            )


def _print_groups(evaluation: Evaluation) -> None:
    console = results()
    for group in evaluation.groups:
        rows = label_rows(group)
        if len(rows) == _NO_LABEL:
            continue
        low, high = group.interval.low, group.interval.high
        columns = ("Label", "Gold", "Said", "P", "R", "F1", "Relaxed")
        console.print(table(f"{group.name.capitalize()}, strict", columns, rows[:-1]))
        console.print(f"95 % of micro F1: {low:.3f} to {high:.3f}; macro F1 {rows[-1][5]:.3f}.\n")
    relations = [
        (rule, count.gold, count.predicted, count.precision, count.recall, count.f1)
        for rule, count in ((rule, scores.micro) for rule, scores in evaluation.relations.items())
    ]
    console.print(table("Relations", ("Rule", "Gold", "Said", "P", "R", "F1"), relations))
    console.print(table("Errors", ("Class", "Count"), [(k.value, n) for k, n in evaluation.errors.items()]))


def _print_compared(compared: Sequence[Compared], names: Names) -> None:
    console = results()
    rows = [
        (one.group, one.rule, one.first.f1, one.second.f1, f"{one.difference.f1:+.3f}", one.difference.p)
        for one in compared
    ]
    columns = ("What", "Rule", "This F1", "Other F1", "Other less this", "p")
    console.print(table("Against another run", columns, rows))
    console.print(
        f"The other is {names.against}. p: paired permutation test, two-sided, by note.", markup=False
    )
