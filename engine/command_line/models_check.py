"""`tagwell models check`: whether a model's files are whole, and how it does on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.command_line.output import EXIT_FAILED, print_json, results, table, working
from engine.jobs.job import Job
from engine.model_files.installed import InstalledModel, find_model, installed_models
from engine.model_files.label_sets import label_set_of
from engine.steps.check_model import ModelCheck, check_model

Names = Annotated[list[str] | None, typer.Argument(help="Names or folders; all models if none.")]
FilesOnly = Annotated[bool, typer.Option("--files", help="Only compare the files; load nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]

_MARKS = {True: "✓", False: "✗", None: " "}


def check(names: Names = None, *, files_only: FilesOnly = False, as_json: AsJson = False) -> None:
    """Check models: their files against their SHA-256 and, of those named, how they do on this machine.

    A model that is named is loaded in a process of its own and tried: whether its memory can be
    rolled back, whether text comes back from its tokens exactly, which tags it would write, and how
    fast it is here.  Exit code 1 if one of them cannot be used.

    Example: tagwell models check clinical
    """
    chosen = [find_model(name) for name in names] if names else list(installed_models())
    with working(Job()) as job:
        checks = [_checked(model, job, run=bool(names) and not files_only) for model in chosen]
    if as_json:
        print_json([_described(one) for one in checks])
    else:
        for one in checks:
            rows = [(_MARKS[finding.good], finding.what, finding.said) for finding in one.findings]
            results().print(table(one.name, ("", "What", "Found"), rows))
    if not all(one.usable for one in checks):
        raise typer.Exit(EXIT_FAILED)


def _checked(model: InstalledModel, job: Job, *, run: bool) -> ModelCheck:
    labels = label_set_of(model.folder, model.manifest.label_set)
    return check_model(model, labels, job, run=run)


def _described(check: ModelCheck) -> dict[str, object]:
    fault = next((one.said for one in check.findings if one.good is False), "")
    return {
        "name": check.name,
        "whole": any(one.what == "Files" and one.good for one in check.findings),
        "usable": check.usable,
        "fault": fault,
        "findings": [{"what": one.what, "good": one.good, "said": one.said} for one in check.findings],
        **check.facts,
    }
