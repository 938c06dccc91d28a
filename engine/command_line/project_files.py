"""`tagwell project import`, `export` and `training-set`: files into a project and out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from engine.command_line.opening import Annotator, AsJson, Locked, ProjectFile, opened, who
from engine.command_line.output import print_json, remarks, results, table, working
from engine.formats.format import ReadOptions, WriteOptions
from engine.formats.loss import sentence
from engine.formats.problem import counted
from engine.formats.registry import format_named
from engine.jobs.job import Job
from engine.steps.build_training_set import build_training_set
from engine.steps.export_annotations import export_annotations
from engine.steps.import_notes import Choice, Decisions, DryRun, Imported, import_notes, known_in, look
from engine.training.training_set import Division

Paths = Annotated[list[Path], typer.Argument(help="Files or folders: text, tables, JSON lines, brat …")]


def import_files(  # noqa: PLR0913, PLR0917 - one argument per option of the command
    path: ProjectFile,
    paths: Paths,
    identifiers: Annotated[
        Choice, typer.Option("--identifiers", help="What to do with notes that reveal something.")
    ] = Choice.REFUSE,
    tags_as: Annotated[
        str, typer.Option("--tags-as", help="What the files’ own tags become: annotations or suggestions.")
    ] = "annotations",
    column: Annotated[str, typer.Option("--column", help="The column that holds the note, in tables.")] = "",
    id_column: Annotated[str, typer.Option("--id-column", help="The column that names the note.")] = "",
    patient_column: Annotated[str, typer.Option("--patient-column", help="The column of the patient.")] = "",
    input_format: Annotated[str, typer.Option("--from", help="The format; recognised if not given.")] = "",
    annotator: Annotator = "",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be imported.")] = False,
    locked: Locked = False,
    as_json: AsJson = False,
) -> None:
    """Bring notes into a project, all or none.  Notes whose text is there already are left out.

    Each note is looked through for residual identifiers before anything is stored; if some are
    found, nothing is imported until --identifiers says keep, mask or skip.

    Example: tagwell project import ward.tagwell notes/ --identifiers mask
    """
    becomes = _tags_as(tags_as)
    with opened(path, locked=locked) as store, working(Job()) as job:
        options = ReadOptions(
            format=input_format,
            labels=store.label_set,
            column=column,
            id_column=id_column,
            patient_column=patient_column,
        )
        seen = look(paths, options, known_in(store), job)
        if not as_json:
            _print_dry_run(seen)
        imported = None
        if not dry_run:
            decisions = Decisions(identifiers, tags_as=becomes)
            imported = import_notes(store, seen, decisions, who(annotator), job)
    if as_json:
        print_json(_dry_run_json(seen, imported))
    elif imported is not None:
        remarks().print(
            f"Imported {counted(len(imported.notes), 'note', 'notes')}; {imported.masked:,} of them masked, "
            f"{imported.left_out:,} left out, {imported.twins:,} there already."
        )


def export(  # noqa: PLR0913 - one argument per option of the command
    path: ProjectFile,
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder (or file) to write to.")],
    format_name: Annotated[
        str, typer.Option("--format", "-f", help="brat, jsonl, conll, kiwi-spans, hf or chat.")
    ] = "brat",
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Write this label alone; may be repeated.")
    ] = None,
    *,
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="Also notes that are not finished.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that are there already.")
    ] = False,
    locked: Locked = False,
    as_json: AsJson = False,
) -> None:
    """Write the annotations of finished notes to files, which are read back and compared.

    Example: tagwell project export ward.tagwell --out gold --format brat
    """
    with opened(path, locked=locked, read_only=True) as store, working(Job()) as job:
        options = WriteOptions(format_name, store.label_set, overwrite, frozenset(only or ()))
        report = export_annotations(store.gold(finished_only=not unfinished), out, options, job)
    written = report.written
    lost = sentence(written.losses, format_named(format_name).title)
    if as_json:
        print_json(
            {
                "target": str(written.target),
                "notes": written.notes,
                "unfinished": report.unfinished,
                "tags": written.tags,
                "relations": written.relations,
                "losses": {loss.what: loss.count for loss in written.losses},
            }
        )
        return
    remarks().print(
        f"Wrote {counted(written.notes, 'note', 'notes')} with {counted(written.tags, 'tag', 'tags')} "
        f"and {counted(written.relations, 'relation', 'relations')} to "
        f"{written.target}, read back and compared. {lost}".strip(),
        markup=False,
    )
    if not written.notes and not unfinished:
        remarks().print("No note is finished. Use --unfinished to write those that are not.")


def training_set(  # noqa: PLR0913 - one argument per option of the command
    path: ProjectFile,
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write to.")],
    format_name: Annotated[
        str, typer.Option("--format", "-f", help="hf, conll, chat, jsonl, kiwi-spans.")
    ] = "hf",
    seed: Annotated[int, typer.Option("--seed", help="The same seed divides the same notes alike.")] = 0,
    *,
    partial: Annotated[
        bool, typer.Option("--partial", help="Also notes that are not finished, marked so.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that are there already.")
    ] = False,
    locked: Locked = False,
) -> None:
    """Make train, dev and test files for fine-tuning, with a data card; a patient stands in one of them.

    Example: tagwell project training-set ward.tagwell --out set --format chat
    """
    with opened(path, locked=locked, read_only=True) as store, working(Job()) as job:
        options = WriteOptions(format_name, store.label_set, overwrite)
        division = Division(seed=seed, partial=partial)
        built = build_training_set(lambda: store.gold(finished_only=not partial), out, options, division, job)
    for file in built.files:
        results().print(str(file), markup=False)


def _tags_as(word: str) -> Literal["annotations", "suggestions"]:
    if word == "annotations":
        return "annotations"
    if word == "suggestions":
        return "suggestions"
    raise typer.BadParameter("Say annotations or suggestions.", param_hint="--tags-as")


def _print_dry_run(seen: DryRun) -> None:
    console = remarks()
    for problem in seen.problems:
        console.print(str(problem), markup=False)
    if seen.problems.not_shown:
        console.print(f"… and {seen.problems.not_shown:,} more.")
    rows = [
        (note.name, finding.kind.singular, f"{finding.span.start}–{finding.span.end}", finding.rule)
        for note in seen.revealing
        for finding in note.findings
    ]
    if rows:
        results().print(table("Possible identifiers", ("Note", "What", "Where", "Rule"), rows))


def _dry_run_json(seen: DryRun, imported: Imported | None) -> dict[str, object]:
    return {
        "notes": [
            {
                "name": note.name,
                "source": note.source,
                "characters": note.characters,
                "tags": note.tags,
                "relations": note.relations,
                "already_there_as": note.twin,
                "identifiers": [
                    {
                        "class": one.kind.value,
                        "start": one.span.start,
                        "end": one.span.end,
                        "rule": one.rule,
                        "why": one.why,
                    }
                    for one in note.findings
                ],
            }
            for note in seen.notes
        ],
        "problems": [
            {"file": one.file, "place": one.place, "severity": one.severity.value, "sentence": one.sentence}
            for one in seen.problems
        ],
        "imported": None
        if imported is None
        else {
            "notes": len(imported.notes),
            "masked": imported.masked,
            "left_out": imported.left_out,
            "already_there": imported.twins,
        },
    }
