"""`tagwell models convert`: a model that was made elsewhere becomes one that can be chosen here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.command_line.output import print_json, remarks, results, table, working
from engine.errors import ModelError
from engine.jobs.job import Job
from engine.model_files.label_sets import label_set_named

if TYPE_CHECKING:
    from engine.labels.label_set import LabelSet
    from engine.training.own_model.check import Check
    from engine.training.own_model.looking import Look
    from engine.training.own_model.parity import Agreement

Place = Annotated[
    Path, typer.Argument(help="A folder with config.json, weights and tokenizer; or an ONNX file.")
]
Name = Annotated[str, typer.Option("--name", help="What it is called here: small letters, digits, - _ .")]
Title = Annotated[str, typer.Option("--title", help="What people read; the name if not given.")]
Labels = Annotated[
    str, typer.Option("--labels", help="The label set to speak in, by name or file; its own types if none.")
]
LabelMap = Annotated[
    Path | None, typer.Option("--label-map", help='TOML with lines like Disease = "problem"; "" leaves out.')
]
WriteMap = Annotated[
    Path | None, typer.Option("--write-label-map", help="Write the guessed label map here, and stop.")
]
Tags = Annotated[
    Path | None, typer.Option("--tags", help="What the columns mean, a tag a line, if no file tells.")
]
Notes = Annotated[
    list[Path] | None, typer.Option("--notes", help="Notes to compare 8-bit weights on; repeat it.")
]
Window = Annotated[int, typer.Option("--window", min=32, max=4096, help="Sub-words read at once.")]
Licence = Annotated[str, typer.Option("--licence", help="The licence under which you hold it.")]
KeepFloat = Annotated[bool, typer.Option("--keep-float", help="Do not round its weights to 8 bits.")]
OnlyLook = Annotated[bool, typer.Option("--check", help="Only look at it, and convert nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def convert(  # noqa: PLR0913, PLR0917 - one argument per option of the command
    place: Place,
    name: Name,
    title: Title = "",
    labels: Labels = "",
    label_map: LabelMap = None,
    write_map: WriteMap = None,
    tags: Tags = None,
    notes: Notes = None,
    window: Window = 128,
    licence: Licence = "",
    *,
    keep_float: KeepFloat = False,
    only_look: OnlyLook = False,
    as_json: AsJson = False,
) -> None:
    """Make a tagger of a model that was made elsewhere, once it has been tried and compared.

    It may be a Hugging Face folder for token classification (BERT, RoBERTa, DistilBERT, ELECTRA),
    or an ONNX file with tokenizer.json beside it. Nothing of it is executed. A folder needs the
    extra “train”; an ONNX file does not.

    Example: tagwell models convert site-bert --name site-bert --labels kiwi --label-map map.toml

    Example: tagwell models convert model.onnx --name genes --tags tags.txt
    """
    from engine.steps.convert_model import convert_model, label_set_for, texts_of
    from engine.training.own_model.conversion import Wish
    from engine.training.own_model.label_map import write_label_map
    from engine.training.own_model.looking import look_at

    look = look_at(place, tags)
    if only_look or look.fault:
        _print_checks(look.checks, as_json=as_json)
        if look.fault:
            raise ModelError(look.fault)
        return
    chosen, said = label_set_for(look, name, title or name, label_set_named(labels) if labels else None)
    said = _mapped(look, label_map, chosen, said)
    if write_map is not None:
        write_label_map(write_map, said)
        remarks().print(f"Written to “{write_map.name}”. Edit it and give it as --label-map.", markup=False)
        return
    with working(Job()) as job:
        texts = texts_of(notes or (), job)
        wish = Wish(name, title or name, chosen, said, licence, window, texts, not keep_float)
        new = convert_model(look, wish, job)
    _print_checks(new.checks, new.agreement, as_json=as_json)
    remarks().print(f"Installed “{new.model.manifest.title}”. Choose it with --tagger {name}.", markup=False)


def _mapped(
    look: Look, label_map: Path | None, labels: LabelSet, guess: dict[str, str | None]
) -> dict[str, str | None]:
    """Return what the user's file says, else the guess."""
    from engine.training.own_model.label_map import read_label_map

    if label_map is None:
        return guess
    return read_label_map(label_map, look.parts[1].types, labels)


def _print_checks(checks: Sequence[Check], agreement: Sequence[Agreement] = (), *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "checks": [
                    {"what": one.what, "outcome": one.outcome.name.lower(), "sentence": one.words}
                    for one in checks
                ],
                "agreement": [
                    {"label": row.label, "before": row.before, "after": row.after, "same": row.same}
                    for row in agreement
                ],
            }
        )
        return
    rows = [(one.outcome.value, one.what, one.words) for one in checks]
    results().print(table("", ("", "What", "How it is"), rows))
    if agreement:
        counts = [(row.label, row.before, row.after, row.same, row.f1) for row in agreement]
        results().print(table("Spans with 8-bit weights", ("Label", "Before", "After", "Same", "F1"), counts))
