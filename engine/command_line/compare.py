"""`tagwell compare`: taggers, prompts, formats and decoders over the same gold notes, with their times."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice, product
from pathlib import Path
from typing import Annotated

import typer

from engine.command_line.opening import Locked
from engine.command_line.output import print_json, program_version, remarks, results, table, working
from engine.command_line.score_sides import Sides
from engine.command_line.tagger_options import pairs_of, with_options
from engine.errors import InputError, ModelError
from engine.evaluation.settings_page import as_settings_page
from engine.evaluation.settings_report import GOODNESS, PRICE, further, goodness, price, settings_values
from engine.evaluation.settings_table import Row
from engine.formats.format import ReadOptions
from engine.formats.problem import Problems
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files.label_sets import label_set_named
from engine.model_files.machine import cores
from engine.steps.compare_settings import Setting, compare_settings
from engine.steps.example_bank import with_examples_of_files
from engine.steps.ways import LLM, Known, ways_of
from engine.taggers.registry import TaggerSpec, find_tagger, options_of
from engine.workers.worker_process import WorkerProcess

Gold = Annotated[Path, typer.Argument(help="A file or folder with the right tags, or a project.")]
Out = Annotated[
    Path, typer.Option("--out", "-o", help="The folder that keeps the answers, to go on after a stop.")
]
Taggers = Annotated[
    list[str] | None,
    typer.Option("--tagger", help="A model’s name or folder, or a file of terms; may be repeated."),
]
Vary = Annotated[
    list[str] | None,
    typer.Option("--vary", help="An option and its values, as key=one,two; may be repeated."),
]
Fixed = Annotated[list[str] | None, typer.Option("--set", help="An option that all have, as key=value.")]
Ways = Annotated[
    bool, typer.Option("--ways", help="Ask language models in every decoder and format, and by every prompt.")
]
Examples = Annotated[
    Path | None,
    typer.Option("--examples", help="For --ways: tagged notes to take examples and mistakes from."),
]
Most = Annotated[int, typer.Option("--notes", help="Only so many notes, the first ones; 0 is all.")]
Labels = Annotated[str, typer.Option("--labels", help="A label set’s name or file; a project has its own.")]
FormatName = Annotated[
    str, typer.Option("--format", "-f", help="The format of gold; recognised if not given.")
]
GoldLayer = Annotated[
    str, typer.Option("--gold-layer", help="In a project: which layer is right; finished notes if not given.")
]
Html = Annotated[Path | None, typer.Option("--html", help="Also write a page.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, with every note’s time.")]


def compare(  # noqa: PLR0913, PLR0917 - one argument per option of the command
    gold: Gold,
    out: Out,
    taggers: Taggers = None,
    vary: Vary = None,
    settings: Fixed = None,
    most: Most = 0,
    labels: Labels = "",
    format_name: FormatName = "",
    gold_layer: GoldLayer = "",
    html: Html = None,
    examples: Examples = None,
    *,
    ways: Ways = False,
    locked: Locked = False,
    as_json: AsJson = False,
) -> None:
    """Compare settings of taggers over gold notes: F1, time, tokens, memory, one row for each.

    All combinations of the --vary options are run, each over the options that its tagger knows.
    With --ways, language models are asked drafted, step by step and free; in each format, without
    and with similar examples; and drafted by every prompt.  The first setting is what the others are
    compared with, note by note.  What was answered is never asked for again: after a stop, say the
    same command once more.

    Example: tagwell compare dev/ --out runs --tagger clinical --tagger small-llm --vary decoder=drafted,free

    Example: tagwell compare ward.tagwell --out runs --tagger llm --set decoder=free --vary answers=tanl,bio

    Example: tagwell compare dev/ --out runs --tagger small-llm --ways --examples train/ --html ways.html
    """
    _check(vary, examples, ways=ways)
    problems, options = Problems(), ReadOptions(format=format_name)
    with ExitStack() as stack:
        sides = Sides(stack, options, problems, locked=locked)
        found = sides.label_set(gold)
        chosen = label_set_named(labels or "kiwi") if labels or found is None else found
        sides.options = replace(options, labels=chosen)
        side = sides.gold(gold, gold_layer)
        grid = _grid(taggers or [""], vary or [], pairs_of(settings or []), chosen)
        with working(Job()) as job:
            notes = list(islice(side.documents(), most or None))
            if ways:
                known = list(sides.gold(examples, "").documents()) if examples else []
                grid = _in_all_ways(grid, Known(known, out / "mistakes"), chosen, job)
            rows, refused = compare_settings(grid, notes, chosen, out, job)
    title = f"{len(rows)} settings over {side.title}"
    about = _about(side.title, chosen)
    if html is not None:
        html.write_text(as_settings_page(rows, refused, title, about), encoding="utf-8")
    if as_json:
        print_json(settings_values(rows, refused, about))
    else:
        _print(rows, title)
    for said in (*(f"{cell.title}: {cell.refused}" for cell in refused), *problems):
        remarks().print(str(said), markup=False)


def _check(vary: Sequence[str] | None, examples: Path | None, *, ways: bool) -> None:
    """Refuse options that say different things of the same."""
    if ways and vary:
        raise InputError("Say --ways or --vary; what is common to all settings is said by --set.")
    if examples and not ways:
        raise InputError("--examples is for --ways. Otherwise say --set bank=FOLDER.")


def _in_all_ways(grid: Sequence[Setting], known: Known, labels: LabelSet, job: Job) -> list[Setting]:
    """Return each language model of `grid` in all ways, and the other taggers as they are."""
    found: list[Setting] = []
    for one in grid:
        llm = one.spec.kind == LLM and not one.refused
        found += ways_of(one.spec, known, labels, job, WorkerProcess) if llm else [one]
    return found


def _about(gold: str, labels: LabelSet) -> dict[str, object]:
    """Return what was compared where, for the report."""
    return {
        "gold": gold,
        "label_set": labels.name,
        "label_set_fingerprint": labels.fingerprint,
        "program": f"tagwell {program_version()}",
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, {cores()} cores",
    }


def _print(rows: Sequence[Row], title: str) -> None:
    numbered = [(f"{number}.", row) for number, row in enumerate(rows, start=1)]
    console = results()
    console.print(table(title, ("No.", "Setting"), [(number, row.cell.title) for number, row in numbered]))
    for columns, cells in ((GOODNESS, goodness), (PRICE, price)):
        console.print(table("", ("No.", *columns), [(number, *cells(row)) for number, row in numbered]))
    if more := further(rows):
        said = zip((number for number, _ in numbered), *(f1 for _, f1 in more), strict=True)
        console.print(table("", ("No.", *(name for name, _ in more)), list(said)))


def _grid(
    taggers: Sequence[str], vary: Sequence[str], fixed: Mapping[str, str], labels: LabelSet
) -> list[Setting]:
    """Return each tagger with each combination of the options that it knows, none twice."""
    specs, varied = [find_tagger(name) for name in taggers], _values(vary)
    known = {name for spec in specs for name in options_of(spec.kind)}
    for name in (*varied, *fixed):
        if name.partition(".")[0] not in known:
            raise ModelError(f"None of these taggers knows the option “{name}”.")
    found: dict[str, Setting] = {}
    for spec in specs:
        for setting in _combined(spec, varied, fixed, labels):
            found.setdefault(setting.key(labels), setting)
    return list(found.values())


def _combined(
    spec: TaggerSpec, vary: Mapping[str, Sequence[str]], fixed: Mapping[str, str], labels: LabelSet
) -> Iterator[Setting]:
    known = options_of(spec.kind)
    own = {name: values for name, values in vary.items() if name.partition(".")[0] in known}
    common = {name: value for name, value in fixed.items() if name.partition(".")[0] in known}
    for values in product(*own.values()):
        varied = dict(zip(own, values, strict=True))
        chosen = with_options(spec, {**common, **varied})
        try:
            yield Setting(with_examples_of_files(chosen, labels), varied)
        except ModelError as error:  # options that do not go together; the others are still worth a run
            yield Setting(chosen, varied, str(error))


def _values(vary: Sequence[str]) -> dict[str, list[str]]:
    found = {name: [one.strip() for one in said.split(",")] for name, said in pairs_of(vary).items()}
    if empty := next((name for name, values in found.items() if not all(values)), ""):
        raise ModelError(f"“{empty}” has an empty value. Write key=one,two.")
    return found
