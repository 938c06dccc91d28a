"""Model card: what a reader must know of a model, written from its recipe and its figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.model_files.manifest import Manifest
from engine.training.dev_figures import ENOUGH
from engine.training.recipe import Phase, Recipe

if TYPE_CHECKING:
    from engine.training.loading import Corpora


Run = dict[str, Any]
"""One line of a training's log: the figures of one run of the last phase, before weights were averaged."""


def runs_of(folder: Path, recipe: Recipe) -> list[Run]:
    """Return what the log in a training's folder says of each run of the last phase, at its end."""
    last = recipe.phases[-1]
    lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    found = {
        line["run"]: line
        for line in map(json.loads, lines)
        if line["phase"] == len(recipe.phases) and line["epoch"] == last.epochs and line["run"] != "all"
    }
    return [found[run] for run in sorted(found)] if last.runs > 1 else []


def card(recipe: Recipe, manifest: Manifest, corpora: Corpora, runs: Sequence[Run] = ()) -> str:
    """Return the model card as Markdown."""
    parts = [
        f"# {manifest.title}, version {manifest.version}",
        manifest.summary,
        "## What it is",
        _shape(recipe, manifest),
        "## What it was made from",
        _origins(manifest),
        "## How it was made",
        _making(recipe, corpora),
        "## How good it is",
        _figures(manifest),
        _by_run(recipe, runs),
        _calibration(manifest),
        "## Where it is weak",
        "\n".join(f"- {one}" for one in manifest.known_weak),
        "## What it is not",
        "A medical device, or a substitute for reading the note. It proposes; a person decides.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _shape(recipe: Recipe, manifest: Manifest) -> str:
    heads = "\n".join(f"- `{head.name}`: {', '.join(head.labels)}" for head in recipe.heads)
    size = sum(entry.size for entry in manifest.files.values()) / 1e6
    return (
        f"A BERT with {len(recipe.heads)} token heads (BIO tags, one decision per word), "
        f"{size:.0f} MB with 8-bit weights, reading {recipe.window} sub-words of whole sentences at once. "
        f"Label sets: {', '.join((manifest.label_set, *manifest.more_label_sets))}. "
        f"English, upper and lower case alike.\n\n{heads}"
    )


def _origins(manifest: Manifest) -> str:
    rows = [f"| {one.name} | {one.what} | {one.licence} |" for one in manifest.origins]
    return "\n".join(["| what | for | licence |", "| --- | --- | --- |", *rows])


def _making(recipe: Recipe, corpora: Corpora) -> str:
    phases = "\n".join(
        f"{number}. {_phase(one, corpora)}" for number, one in enumerate(recipe.phases, start=1)
    )
    before = (
        f", from the weights of the recipe `{recipe.after.removesuffix('.toml')}`" if recipe.after else ""
    )
    return (
        f"By the recipe `{recipe.name}` of this program{before}, seed {recipe.seed}. "
        f"{len(corpora.dev)} notes of `{recipe.split.corpus}` were kept back (dev), chosen by "
        "groups of near-duplicates so that no note stands on both sides; the model was never trained "
        "on them, nor on what repeats a text that figures "
        f"were made on.\n\n{phases}"
    )


def _phase(phase: Phase, corpora: Corpora) -> str:
    parts = [f"{phase.epochs} epochs, learning rate {phase.learning_rate:g}"]
    if phase.hidden:
        parts.append(f"{100 * phase.hidden:g} % of the sub-words hidden")
    if phase.average > 1:
        parts.append(f"weights averaged over the last {phase.average} epochs")
    if phase.runs > 1:
        parts.append(f"and over {phase.runs} runs with seeds of their own")
    taught = _passes(phase.taught, corpora)
    more = f"; and, as the model itself read them when the phase began, {taught}" if taught else ""
    return f"{', '.join(parts)}; in each epoch {_passes(phase.mixture, corpora)}{more}"


def _passes(mixture: dict[str, float], corpora: Corpora) -> str:
    return ", ".join(
        f"{len(corpora.train[name])} notes of `{name}` × {often:g}" for name, often in mixture.items()
    )


def _figures(manifest: Manifest) -> str:
    words = (
        "After rounding to 8 bits (fp32: before), on the dev notes. Strict: same type, same "
        "first and last character. Relaxed: same type and an overlap, each mark matched once. A relation is "
        "right where both of its ends are strictly right. The recipe was chosen by these same notes, so that "
        f"new notes may score lower. Labels with fewer than {ENOUGH} marks say little by themselves."
    )
    head = "| what | label | marks | strict F1 | 95 % interval | relaxed F1 | fp32 strict | fp32 relaxed |"
    rows = [_row(one) for one in manifest.figures if "gold" in one]
    return "\n".join([words, "", head, "| --- | --- | ---: | ---: | --- | ---: | ---: | ---: |", *rows])


def _row(figure: dict[str, Any]) -> str:
    interval = f"{figure['low']:.3f}–{figure['high']:.3f}" if "low" in figure else ""
    rest = " | ".join(
        f"{figure[key]:.3f}" if key in figure else ""
        for key in ("relaxed_f1", "float_strict_f1", "float_relaxed_f1")
    )
    return (
        f"| {figure['what']} | {figure['label']} | {figure['gold']} | {figure['strict_f1']:.3f} | {interval} "
        f"| {rest} |"
    )


def _by_run(recipe: Recipe, runs: Sequence[Run]) -> str:
    if not runs:
        return ""
    heads = [head.name for head in recipe.heads if head.name in runs[0]]
    rows = [
        f"| {run['run']} | " + " | ".join(f"{run[head]['strict_f1']:.3f}" for head in heads) + " |"
        for run in runs
    ]
    return "\n".join(
        [
            "Each run of the last phase by itself, in floating point, strict micro F1 on dev:",
            "",
            f"| run | {' | '.join(heads)} |",
            "| --- |" + " ---: |" * len(heads),
            *rows,
        ]
    )


def _calibration(manifest: Manifest) -> str:
    rows = [
        f"| {one['what']} | {one['label']} | {one['said']} | {one['ece']:.3f} "
        f"| {one['ece_by_chance']:.3f} | {one['ece_by_chance_at_most']:.3f} |"
        for one in manifest.figures
        if "ece" in one
    ]
    if not rows:
        return ""
    words = (
        "How far a score is from the share of spans that are right (expected calibration error, ten bins; "
        "curves fitted on nine tenths of the notes, judged on the rest). Scores that mean exactly what they "
        "say would also show an error, by chance: in the mean, and at most in 19 cases of 20."
    )
    head = "| what | label | spans | error | by chance | at most |"
    return "\n".join([words, "", head, "| --- | --- | ---: | ---: | ---: | ---: |", *rows])
