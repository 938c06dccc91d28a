"""`tagwell score`: hold predicted tags against gold ones."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from engine.command_line.opening import Locked
from engine.command_line.output import print_json, remarks, working
from engine.command_line.score_sides import Side, Sides, is_project
from engine.command_line.score_tables import print_scored
from engine.errors import InputError
from engine.evaluation.page import Names, as_page
from engine.evaluation.report import as_values, compared_values
from engine.formats.format import ReadOptions
from engine.formats.problem import Problems
from engine.formats.reading import read_documents
from engine.jobs.job import Job
from engine.model_files.label_sets import label_set_named
from engine.steps.evaluate_tagger import Scored, evaluate_tagger, refuse_seen

_IN_A_PROJECT = "In a project: “finished”, “imported”, a run by its number, a tagger or a person by name"


Gold = Annotated[Path, typer.Argument(help="A file or folder with the right tags, or a project.")]
Predicted = Annotated[
    Path | None, typer.Argument(help="The predicted tags; if not given, the newest run of the project.")
]
FormatName = Annotated[str, typer.Option("--format", "-f", help="The format; recognised if not given.")]
Labels = Annotated[str, typer.Option("--labels", help="A label set’s name or file; a project has its own.")]
GoldLayer = Annotated[
    str, typer.Option("--gold-layer", help=f"{_IN_A_PROJECT}. Its finished notes if not given.")
]
Layer = Annotated[str, typer.Option("--layer", help=f"{_IN_A_PROJECT}. The newest run if not given.")]
Against = Annotated[
    str, typer.Option("--against", help="Another run to compare with: a file, folder or layer.")
]
TrainedOn = Annotated[
    list[Path] | None,
    typer.Option("--trained-on", help="What the model learnt from: gold notes seen there are refused."),
]
Html = Annotated[Path | None, typer.Option("--html", help="Also write a page with plots.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, with every error’s place.")]


def score(  # noqa: PLR0913, PLR0917 - one argument per option of the command
    gold: Gold,
    predicted: Predicted = None,
    format_name: FormatName = "",
    labels: Labels = "",
    gold_layer: GoldLayer = "",
    layer: Layer = "",
    against: Against = "",
    trained_on: TrainedOn = None,
    html: Html = None,
    *,
    locked: Locked = False,
    as_json: AsJson = False,
) -> None:
    """Compare predicted tags with gold ones: strict, relaxed, per label; relations; classes of errors.

    Notes are the same where their names and texts are.  Of a project, the finished notes are gold.
    With --against, the difference of two runs is tested note by note.

    Example: tagwell score gold/ tagged/ --format brat --labels kiwi

    Example: tagwell score ward.tagwell --layer 3 --against 2 --html report.html
    """
    problems, options = Problems(), ReadOptions(format=format_name)
    if predicted is None and not is_project(gold):
        raise InputError("Say also what was predicted: only a project holds both sides.")
    predicted = predicted or gold
    with ExitStack() as stack:
        sides = Sides(stack, options, problems, locked=locked)
        found = sides.label_set(gold, predicted)
        chosen = label_set_named(labels or "kiwi") if labels or found is None else found
        sides.options = replace(options, labels=chosen)
        right, said = sides.gold(gold, gold_layer), sides.said(predicted, layer)
        other = sides.other(against, predicted) if against else None
        with working(Job()) as job:
            if trained_on:
                refuse_seen(right.documents(), read_documents(trained_on, options, problems), job)
            compared_with = other.documents() if other else None
            scored = evaluate_tagger(right.documents(), said.documents(), chosen, job, compared_with)
    names = _names(right, said, other, trained_on or [])
    if html is not None:
        html.write_text(as_page(scored.evaluation, names, scored.compared), encoding="utf-8")
    if as_json:
        print_json(_as_json(scored, names))
    else:
        print_scored(scored, names)
    for problem in problems:
        remarks().print(str(problem), markup=False)


def _names(gold: Side, said: Side, other: Side | None, trained_on: list[Path]) -> Names:
    return Names(
        gold.title, said.title, other.title if other else "", tuple(path.name for path in trained_on)
    )


def _as_json(scored: Scored, names: Names) -> dict[str, object]:
    return {
        "gold": names.gold,
        "predicted": names.predicted,
        "against": names.against,
        "trained_on": names.trained_on,
        **as_values(scored.evaluation),
        "compared": [compared_values(one) for one in scored.compared],
        "left_out": {
            "only_gold": scored.only_gold,
            "only_predicted": scored.only_predicted,
            "other_text": scored.other_text,
        },
    }
