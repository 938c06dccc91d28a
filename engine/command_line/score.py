"""`tagwell score`: hold predicted tags against gold ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.command_line.output import print_json, remarks, results, table, working
from engine.evaluation.page import as_page
from engine.evaluation.report import as_values, label_rows
from engine.formats.format import ReadOptions
from engine.formats.problem import Problems, counted
from engine.formats.reading import read_documents
from engine.jobs.job import Job
from engine.model_files.label_sets import label_set_named
from engine.steps.evaluate_tagger import Scored, evaluate_tagger

_NAMED = 5
"""So many notes that took no part are named."""


def score(
    gold: Annotated[Path, typer.Argument(help="The file or folder with the right tags.")],
    predicted: Annotated[Path, typer.Argument(help="The file or folder with the predicted tags.")],
    format_name: Annotated[
        str, typer.Option("--format", "-f", help="The format; recognised if not given.")
    ] = "",
    labels: Annotated[str, typer.Option("--labels", help="A label set’s name or file.")] = "kiwi",
    html: Annotated[Path | None, typer.Option("--html", help="Also write a page with plots.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with every error’s place.")] = False,
) -> None:
    """Compare predicted tags with gold ones: strict, relaxed, per label; relations; classes of errors.

    Notes are the same where their names and texts are.

    Example: tagwell score gold/ tagged/ --format brat --labels kiwi
    """
    chosen = label_set_named(labels)
    options, problems = ReadOptions(format=format_name, labels=chosen), Problems()
    with working(Job()) as job:
        scored = evaluate_tagger(
            read_documents([gold], options, problems),
            read_documents([predicted], options, problems),
            chosen,
            job,
        )
    if html is not None:
        html.write_text(as_page(scored.evaluation, f"{predicted.name} against {gold.name}"), encoding="utf-8")
    if as_json:
        left_out = {
            "only_gold": scored.only_gold,
            "only_predicted": scored.only_predicted,
            "other_text": scored.other_text,
        }
        print_json({**as_values(scored.evaluation), "left_out": left_out})
    else:
        _print(scored)
    for problem in problems:
        remarks().print(str(problem), markup=False)


def _print(scored: Scored) -> None:
    console = results()
    columns = ("Label", "Gold", "Said", "P", "R", "F1", "Relaxed")
    for group in scored.evaluation.groups:
        rows = label_rows(group)
        low, high = group.interval.low, group.interval.high
        console.print(table(f"{group.name.capitalize()}, strict", columns, rows[:-1]))
        console.print(f"95 % of micro F1: {low:.3f} to {high:.3f}; macro F1 {rows[-1][5]:.3f}.\n")
    relations = [
        (rule, count.gold, count.predicted, count.precision, count.recall, count.f1)
        for rule, count in ((rule, scores.micro) for rule, scores in scored.evaluation.relations.items())
    ]
    console.print(table("Relations", ("Rule", "Gold", "Said", "P", "R", "F1"), relations))
    console.print(
        table("Errors", ("Class", "Count"), [(k.value, n) for k, n in scored.evaluation.errors.items()])
    )
    for what, names in (
        ("only in gold", scored.only_gold),
        ("only predicted", scored.only_predicted),
        ("with another text", scored.other_text),
    ):
        if names:
            remarks().print(
                f"{counted(len(names), 'note', 'notes')} took no part, {what}: "
                f"{', '.join(names[:_NAMED])}{' …' if len(names) > _NAMED else ''}",
                markup=False,
            )
