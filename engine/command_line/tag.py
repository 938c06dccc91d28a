"""`tagwell tag`: tag the notes of files, without a project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.command_line import tagger_options
from engine.command_line.estimating import OnlyEstimate, is_slow, some_of, tell
from engine.command_line.output import EXIT_PARTLY, print_json, remarks, results, table, working
from engine.command_line.tagger_options import Asked
from engine.formats.format import ReadOptions, WriteOptions
from engine.formats.loss import sentence
from engine.formats.problem import Problems, Severity, counted
from engine.formats.reading import read_documents
from engine.formats.registry import format_named
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files.label_sets import label_set_named, label_set_of
from engine.steps.example_bank import with_examples_of_files
from engine.steps.import_notes import Choice
from engine.steps.tag_files import TagOptions, TagReport, tag_files
from engine.taggers.cascade.policy import THRESHOLD
from engine.workers.worker_process import WorkerProcess

Paths = Annotated[list[Path], typer.Argument(help="Files or folders: text, tables, JSON lines, brat …")]
Out = Annotated[Path, typer.Option("--out", "-o", help="The folder (or file) to write to.")]
FormatName = Annotated[
    str, typer.Option("--format", "-f", help="brat, jsonl, conll, kiwi-spans, hf or chat.")
]
Labels = Annotated[str, typer.Option("--labels", "--label-set", help="A label set’s name or file.")]
TermLabel = Annotated[str, typer.Option("--term-label", help="The label of terms that bring none.")]
Column = Annotated[str, typer.Option("--column", help="The column that holds the note, in tables.")]
InputFormat = Annotated[str, typer.Option("--from", help="The format of the input; recognised if not given.")]
Identifiers = Annotated[
    Choice, typer.Option("--identifiers", help="What to do with notes that reveal something.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace files that are there already.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def tag(  # noqa: PLR0913, PLR0917 - one argument per option of the command
    paths: Paths,
    out: Out,
    format_name: FormatName = "brat",
    tagger: tagger_options.TaggerName = "",
    labels: Labels = "",
    term_label: TermLabel = "",
    column: Column = "",
    input_format: InputFormat = "",
    identifiers: Identifiers = Choice.KEEP,
    prompt: tagger_options.Prompt = "",
    answers: tagger_options.Answers = "",
    decoder: tagger_options.Decoder = "",
    settings: tagger_options.Settings = None,
    cascade: tagger_options.CascadePolicy = None,
    first: tagger_options.First = "",
    compare: tagger_options.Compare = "",
    below: tagger_options.Below = THRESHOLD,
    sections: tagger_options.Sections = None,
    *,
    overwrite: Overwrite = False,
    only_estimate: OnlyEstimate = False,
    as_json: AsJson = False,
) -> None:
    """Tag the notes in files and write them with their tags.  No project is needed.

    Possible identifiers are listed by kind.  They are kept unless --identifiers says mask
    (overwritten at the same length), skip (the note is left out) or refuse (nothing is tagged).

    Example: tagwell tag notes/ --out tagged --format brat

    Example: tagwell tag visits.csv --column note --out tagged --identifiers mask

    Example: tagwell tag notes/ --out tagged --tagger small-llm --cascade uncertain
    """
    spec = Asked(
        tagger, term_label, prompt, answers, decoder, settings or (),
        cascade, first, compare, below, sections or (),
    ).spec()  # fmt: skip
    chosen = label_set_named(labels) if labels else label_set_of(spec.folder, spec.label_set or "kiwi")
    spec = with_examples_of_files(spec, chosen)
    how = TagOptions(
        chosen,
        ReadOptions(format=input_format, column=column),
        WriteOptions(format=format_name, labels=chosen, overwrite=overwrite),
        identifiers,
    )
    if only_estimate or is_slow(spec):
        texts = (one.text for one in read_documents(paths, how.read, Problems()))
        tell(spec, some_of(texts), chosen, as_json=only_estimate and as_json)
        if only_estimate:
            return
    with working(Job()) as job:
        report = tag_files(paths, out, lambda: WorkerProcess(spec), how, job)
    _tell(report, how, as_json=as_json)


def _tell(report: TagReport, how: TagOptions, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(report))
    else:
        _print(report, how.labels, how)
    if report.failed or report.problems.count(Severity.ERROR):
        raise typer.Exit(EXIT_PARTLY)


def _print(report: TagReport, labels: LabelSet, how: TagOptions) -> None:
    written = report.written
    console, aside = results(), remarks()
    if written is not None:
        rows = [(one.title, report.found[one.name]) for one in labels if report.found[one.name]]
        rows.append(("Relations", report.relations))
        console.print(table(f"Found in {counted(written.notes, 'note', 'notes')}", ("What", "Count"), rows))
        console.print(f"Written to {written.target}, read back and compared.", markup=False)
        lost = sentence(written.losses, format_named(how.write.format).title)
        if lost:
            aside.print(lost, markup=False)
    if report.revealing:
        kinds = ", ".join(
            f"{count:,} {kind.singular if count == 1 else kind.plural}"
            for kind, count in report.identifiers.most_common()
        )
        aside.print(
            f"Possible identifiers in {counted(report.revealing, 'note', 'notes')} "
            f"({how.identifiers.value}): {kinds}.",
            markup=False,
        )
    for problem in report.problems:
        aside.print(str(problem), markup=False)
    for name, cause in report.failed.items():
        aside.print(f"“{name}” was left out: {cause}", markup=False)


def _as_json(report: TagReport) -> dict[str, object]:
    written = report.written
    return {
        "notes": written.notes if written else 0,
        "target": str(written.target) if written else "",
        "found": dict(report.found),
        "relations": report.relations,
        "characters": report.characters,
        "losses": {loss.what: loss.count for loss in written.losses} if written else {},
        "identifiers": {kind.value: count for kind, count in report.identifiers.items()},
        "notes_with_identifiers": report.revealing,
        "skipped": report.skipped,
        "failed": report.failed,
        "problems": [
            {"file": one.file, "place": one.place, "severity": one.severity.value, "sentence": one.sentence}
            for one in report.problems
        ],
    }
