"""`tagwell models install`: a bundle, a GGUF file or an adapter becomes a model of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.command_line import tagger_options
from engine.command_line.output import remarks, working
from engine.command_line.tagger_options import pairs_of, with_options
from engine.errors import ModelError
from engine.jobs.job import Job
from engine.model_files.gguf_manifest import KIND, SUFFIX, Wanted
from engine.model_files.installed import InstalledModel, installed_models
from engine.model_files.label_sets import label_set_named
from engine.steps.estimate_run import duration
from engine.taggers.registry import TaggerSpec

_PANEL = "For a GGUF file"

What = Annotated[Path, typer.Argument(help="A bundle’s folder, or a model file of llama.cpp (GGUF).")]
Name = Annotated[
    str, typer.Option("--name", help="The name to choose it by; else the file’s own.", rich_help_panel=_PANEL)
]
Title = Annotated[
    str, typer.Option("--title", help="The title people see; else the file’s own.", rich_help_panel=_PANEL)
]
Labels = Annotated[
    str, typer.Option("--label-set", help="The label set it tags with; kiwi.", rich_help_panel=_PANEL)
]
Base = Annotated[
    str, typer.Option("--base", help="The installed model that an adapter is for.", rich_help_panel=_PANEL)
]


def install(  # noqa: PLR0913, PLR0917 - one argument per option of the command
    what: What,
    name: Name = "",
    title: Title = "",
    label_set: Labels = "",
    base: Base = "",
    prompt: tagger_options.Prompt = "",
    answers: tagger_options.Answers = "",
    settings: tagger_options.Settings = None,
) -> None:
    """Copy a model onto this machine, once its files have been verified.

    A bundle folder (with a manifest.toml) is taken as it is.  A GGUF file is looked into first:
    whether llama.cpp can run it as a tagger, and what it needs.  --prompt, --answers and --set
    become its own settings.  With --base, the file is a LoRA adapter for that model.  A model that
    was installed under the same name is replaced.

    Example: tagwell models install /media/stick/ward-bert

    Example: tagwell models install some-8b-q4.gguf --name some-8b --prompt definitions
    """
    if what.is_file() and what.suffix.lower() not in {SUFFIX, ".toml"}:
        raise ModelError(
            f"“{what.name}” is neither a bundle’s folder nor a GGUF file. "
            "For models in other forms there is tagwell models convert."
        )
    named = {"prompt": prompt, "answers": answers}
    said = {key: value for key, value in named.items() if value} | pairs_of(settings or ())
    before = {one.manifest.name for one in installed_models()}
    if what.suffix.lower() == SUFFIX:
        options = with_options(TaggerSpec(name or what.stem, KIND, Path()), said).options
        model = _from_file(what, Wanted(name, title, label_set, options, base=base))
    elif said or name or title or label_set or base:
        raise ModelError("A bundle brings its own name and settings. Those options are for GGUF files.")
    else:
        model = _from_bundle(what)
    again = " in place of the one that was here" if model.manifest.name in before else ""
    remarks().print(
        f"Installed “{model.manifest.title}”{again}. Choose it with --tagger {model.manifest.name}; "
        f"tagwell models check {model.manifest.name} tells how it runs here.",
        markup=False,
    )


def _from_bundle(what: Path) -> InstalledModel:
    from engine.steps.install_model import install_model  # only this command writes models

    with working(Job()) as job:
        return install_model(what, job)


def _from_file(what: Path, wanted: Wanted) -> InstalledModel:
    from engine.steps.install_gguf import install_gguf

    if wanted.label_set:
        label_set_named(wanted.label_set)
    with working(Job()) as job:
        done = install_gguf(what, wanted, job)
    said = done.model.manifest
    if not said.licence:
        remarks().print("The file names no licence. Please look up whether it may be used here.")
    seconds = duration(done.found.facts.seconds_per_note)
    remarks().print(f"Reading a note of 700 words may take some {seconds} here, by its size alone.")
    for remark in filter(None, (said.summary, done.found.shortage, *done.found.remarks)):
        remarks().print(remark, markup=False)
    return done.model
