"""`tagwell models`: which models are here, whether their files are whole, and installing one."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.command_line.models_convert import convert
from engine.command_line.models_install import install
from engine.command_line.models_use import use
from engine.command_line.output import EXIT_FAILED, print_json, results, table, working
from engine.errors import ModelError
from engine.jobs.job import Job
from engine.model_files.installed import InstalledModel, find_model, installed_models

models = typer.Typer(no_args_is_help=True, help="The models on this machine.")
models.command()(install)
models.command()(convert)
models.command()(use)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


@models.command("list")
def list_models(*, as_json: AsJson = False) -> None:
    """List the models that can be chosen by name; the first one is the default.

    Example: tagwell models list
    """
    here = installed_models()
    if as_json:
        print_json([_described(model) for model in here])
        return
    rows = [
        (
            one.manifest.name,
            one.manifest.title,
            one.manifest.kind,
            one.manifest.label_set,
            one.manifest.licence,
        )
        for one in here
    ]
    results().print(table("", ("Name", "Title", "Kind", "Label set", "Licence"), rows))


@models.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(help="Names or folders; all models if none.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Compare each model's files with their SHA-256; exit code 1 if one is not what it should be.

    Example: tagwell models check kiwi-minilm
    """
    chosen = [find_model(name) for name in names] if names else list(installed_models())
    with working(Job()) as job:
        outcomes = [(model.manifest.name, _fault(model, job)) for model in chosen]
    if as_json:
        print_json([{"name": name, "whole": not fault, "fault": fault} for name, fault in outcomes])
    else:
        results().print(table("", ("Model", "Files"), [(name, fault or "whole") for name, fault in outcomes]))
    if any(fault for _, fault in outcomes):
        raise typer.Exit(EXIT_FAILED)


def _fault(model: InstalledModel, job: Job) -> str:
    try:
        model.check(job)
    except ModelError as error:
        return str(error)
    return ""


def _described(model: InstalledModel) -> dict[str, object]:
    manifest = model.manifest
    return {
        "name": manifest.name,
        "title": manifest.title,
        "kind": manifest.kind,
        "version": manifest.version,
        "label_set": manifest.label_set,
        "licence": manifest.licence,
        "summary": manifest.summary,
        "shipped": model.shipped,
        "known_weak": list(manifest.known_weak),
    }
