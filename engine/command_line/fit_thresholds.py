"""`tagwell fit-thresholds`: how much a language model must prefer a tag, fitted to notes with right tags."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from engine.command_line.opening import AsJson, Locked
from engine.command_line.output import print_json, remarks, results, table, working
from engine.command_line.score_sides import Sides
from engine.command_line.tagger_options import pairs_of, with_options
from engine.errors import ModelError
from engine.formats.format import ReadOptions
from engine.formats.problem import Problems
from engine.jobs.job import Job
from engine.model_files.label_sets import label_set_named
from engine.model_files.thresholds import Thresholds, keep_thresholds
from engine.steps.example_bank import with_examples_of_files
from engine.steps.fit_thresholds import as_thresholds, fit_thresholds
from engine.steps.ways import LLM
from engine.taggers.registry import find_tagger
from engine.taggers.tagger import Tagger
from engine.workers.worker_process import WorkerProcess

Gold = Annotated[Path, typer.Argument(help="A file or folder with the right tags, or a project.")]
TaggerName = Annotated[str, typer.Option("--tagger", help="A language model’s name or folder.")]
Name = Annotated[str, typer.Option("--name", help="Under what the thresholds are kept.")]
Settings = Annotated[list[str] | None, typer.Option("--set", help="Any option of the model, as key=value.")]
Labels = Annotated[str, typer.Option("--labels", help="A label set’s name or file; a project has its own.")]
GoldLayer = Annotated[
    str, typer.Option("--gold-layer", help="In a project: which layer is right; finished notes if not given.")
]


def fit_thresholds_to(  # noqa: PLR0913 - one argument per option of the command
    gold: Gold,
    tagger: TaggerName,
    name: Name,
    settings: Settings = None,
    labels: Labels = "",
    gold_layer: GoldLayer = "",
    *,
    locked: Locked = False,
    as_json: AsJson = False,
) -> None:
    """Fit a threshold for each label of a language model that tags by copying, and keep them by name.

    What they do is measured on notes other than those they were fitted to.  To use them, say
    --set thresholds=NAME; a run records the numbers.

    Example: tagwell fit-thresholds ward.tagwell --tagger small-llm --name ward

    Example: tagwell tag notes/ --out tagged --tagger small-llm --set thresholds=ward
    """
    problems = Problems()
    spec = with_options(find_tagger(tagger), pairs_of(settings or []))
    if spec.kind != LLM or spec.options.get("decoder") == "free" or "bias" in spec.options:
        raise ModelError("Thresholds are for language models that tag by copying, with no bias of their own.")
    with ExitStack() as stack:
        sides = Sides(stack, ReadOptions(), problems, locked=locked)
        found = sides.label_set(gold)
        chosen = label_set_named(labels or "kiwi") if labels or found is None else found
        sides.options = replace(sides.options, labels=chosen)
        side = sides.gold(gold, gold_layer)
        ready = with_examples_of_files(spec, chosen)

        def load(options: Mapping[str, Any]) -> Tagger:
            return WorkerProcess(replace(ready, options={**ready.options, **options}))

        with working(Job()) as job:
            fitted = fit_thresholds(load, list(side.documents()), chosen, job)
    kept = as_thresholds(name, spec, chosen, side.title, fitted)
    path = keep_thresholds(kept)
    if as_json:
        print_json(msgspec.to_builtins(kept))
    else:
        _print(kept, path)
    for problem in problems:
        remarks().print(str(problem), markup=False)


def _print(kept: Thresholds, path: Path) -> None:
    rows = [(label, f"{bias:+.2f}") for label, bias in sorted(kept.bias.items())]
    results().print(table(f"Thresholds “{kept.name}” of {kept.model}", ("Label", "Bias"), rows))
    less = f"{kept.difference:+.3f}, 95 % {kept.low:+.3f} to {kept.high:+.3f}, p {kept.p:.3f}"
    results().print(
        f"Strict F1 over {kept.notes:,} notes: {kept.without:.3f} without thresholds, "
        f"{kept.cross_fitted:.3f} with thresholds from other notes ({less}).",
        markup=False,
    )
    remarks().print(f"Kept in “{path}”. Use: --set thresholds={kept.name}", markup=False)
