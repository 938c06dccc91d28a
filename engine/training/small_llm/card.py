"""Card: what a reader must know of a small language model, written from its recipe and its figures."""

from __future__ import annotations

import json
from typing import Any

from engine.model_files.manifest import Manifest
from engine.training.small_llm.recipe import Phase, SmallRecipe


def card(recipe: SmallRecipe, manifest: Manifest, log: str) -> str:
    """Return the model card as Markdown; `log` is what the training wrote, a JSON object a line."""
    parts = [
        f"# {manifest.title}, version {manifest.version}",
        manifest.summary,
        "## What it is",
        _shape(recipe, manifest),
        "## What it was made from",
        _origins(manifest),
        "## How it was made",
        _making(recipe, log),
        "## How good it is",
        _figures(manifest),
        "## Where it is weak",
        "\n".join(f"- {one}" for one in manifest.known_weak),
        "## What it is not",
        "A medical device, or a substitute for reading the note. It proposes; a person decides.",
    ]
    return "\n\n".join(parts) + "\n"


def _shape(recipe: SmallRecipe, manifest: Manifest) -> str:
    shape, size = recipe.shape, sum(one.size for one in manifest.files.values()) / 1e6
    return (
        f"A decoder of the Llama architecture, {size:.1f} MB as GGUF with 8-bit weights (Q8_0): "
        f"{shape.layers} layers of width {shape.hidden} with {shape.heads} heads, inner width {shape.inner}, "
        f"first and last matrix one, {shape.context:,} tokens of context, a byte-level vocabulary of "
        f"{recipe.vocabulary:,} in which each tag is one token. Label set: {manifest.label_set}. English.\n\n"
        "It is asked in this frame, with no instructions:\n\n"
        f"```\n{recipe.template}```"
    )


def _origins(manifest: Manifest) -> str:
    rows = [f"| {one.name} | {one.what} | {one.licence} |" for one in manifest.origins]
    return "\n".join(["| what | for | licence |", "| --- | --- | --- |", *rows])


def _making(recipe: SmallRecipe, log: str) -> str:
    lines = [json.loads(line) for line in log.splitlines()]
    phases = "\n".join(
        f"{number}. {_phase(one, [line for line in lines if line['phase'] == number])}"
        for number, one in enumerate(recipe.phases, start=1)
    )
    return (
        f"By the recipe `{recipe.name}` of this program, seed {recipe.seed}, from nothing, on one core. "
        f"“Silver” is raw text marked by `{recipe.teacher}` (distillation). Notes of `{recipe.split.corpus}` "
        "were kept back (dev), the same as in the recipes of the encoders, and so was raw text that repeats "
        f"them. Each lesson holds one to {max(recipe.lessons.turns)} sentences, so all but the last are "
        f"examples for those behind them; in {100 * recipe.lessons.similar:.0f} % of lessons with several "
        "they are chosen for the last one as the tagger chooses them, from gold and silver; in "
        f"{100 * recipe.lessons.changed:.0f} % the labels of the lesson are changed in a way that only its "
        "examples show. Before training, three layers were given by hand the circuit that repeats a text and "
        f"looks for tags in examples (see `copying_circuit`).\n\n{phases}"
    )


def _phase(phase: Phase, lines: list[dict[str, Any]]) -> str:
    shares = ", ".join(
        f"{100 * share / sum(phase.mixture.values()):.0f} % {name}" for name, share in phase.mixture.items()
    )
    seen, minutes = sum(line["tokens"] for line in lines), sum(line["s"] for line in lines) / 60
    return (
        f"{shares}: {seen / 1e6:.1f} million tokens in {minutes:.0f} minutes, learning rate "
        f"{phase.learning_rate:g} to {phase.falls_to:g}"
    )


def _figures(manifest: Manifest) -> str:
    words = (
        "On the dev notes, through llama.cpp, as shipped. Strict: same type, same first and last character. "
        "Relaxed: same type and an overlap. Intervals: 95 %, by drawing notes anew. No threshold was set by "
        "these notes but where it says so: there those of each fifth of the notes were fitted on the others. "
        "Examples are sentences of the training notes."
    )
    head = "| what | label | marks | strict F1 | 95 % interval | precision | recall | relaxed F1 |"
    rows = [_row(one) for one in manifest.figures]
    table = "\n".join([words, "", head, "| --- | --- | ---: | ---: | --- | ---: | ---: | ---: |", *rows])
    return "\n\n".join([table, *(_against(one) for one in manifest.figures if "against" in one)])


def _against(figure: dict[str, Any]) -> str:
    low, high = figure["difference_interval_95"]
    return (
        f"{figure['what'].capitalize()}, less the same {figure['against']}: strict F1 "
        f"{figure['difference']:+.3f}, 95 % interval {low:+.3f} to {high:+.3f} (p = {figure['p']:.3f})."
    )


def _row(figure: dict[str, Any]) -> str:
    interval = f"{figure['low']:.3f}–{figure['high']:.3f}" if "low" in figure else ""
    return (
        f"| {figure['what']} | {figure['label']} | {figure['gold']} | {figure['strict_f1']:.3f} | {interval} "
        f"| {figure['precision']:.3f} | {figure['recall']:.3f} | {figure['relaxed_f1']:.3f} |"
    )
