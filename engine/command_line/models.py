"""`tagwell models`: which models are here, whether their files are whole, and installing one."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.command_line.models_check import check
from engine.command_line.models_convert import convert
from engine.command_line.models_download import download
from engine.command_line.models_install import install
from engine.command_line.models_use import use
from engine.command_line.output import print_json, results, table
from engine.model_files.installed import InstalledModel, installed_models

models = typer.Typer(no_args_is_help=True, help="The models on this machine.")
models.command()(check)
models.command()(install)
models.command()(convert)
models.command()(download)
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
