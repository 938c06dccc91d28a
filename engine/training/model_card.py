"""Model card: what a reader must know of a model, written from its recipe and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.model_files.manifest import Manifest
from engine.training.dev_figures import ENOUGH
from engine.training.recipe import Recipe

if TYPE_CHECKING:
    from engine.training.fine_tuning import Corpora


def card(recipe: Recipe, manifest: Manifest, corpora: Corpora) -> str:
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
        f"Label set: {manifest.label_set}. English, upper and lower case alike.\n\n{heads}"
    )


def _origins(manifest: Manifest) -> str:
    rows = [f"| {one.name} | {one.what} | {one.licence} |" for one in manifest.origins]
    return "\n".join(["| what | for | licence |", "| --- | --- | --- |", *rows])


def _making(recipe: Recipe, corpora: Corpora) -> str:
    phases = "\n".join(
        f"{number}. {phase.epochs} epochs on {len(corpora.train[phase.corpus])} notes of `{phase.corpus}`, "
        f"learning rate {phase.learning_rate:g}"
        + (f", weights averaged over the last {phase.average} epochs" if phase.average > 1 else "")
        for number, phase in enumerate(recipe.phases, start=1)
    )
    return (
        f"By the recipe `{recipe.name}` of this program, seed {recipe.seed}. {len(corpora.dev)} notes of "
        f"`{recipe.split.corpus}` were kept back (dev), chosen by groups of near-duplicates so that no note "
        f"stands on both sides; the model was never trained on them.\n\n{phases}"
    )


def _figures(manifest: Manifest) -> str:
    words = (
        "After rounding to 8 bits (fp32: before), on the dev notes. Strict: same type, same "
        "first and last character. Relaxed: same type and an overlap, each mark matched once. A relation is "
        "right where both of its ends are strictly right. The recipe was chosen by these same notes, so that "
        f"new notes may score lower. Labels with fewer than {ENOUGH} marks say little by themselves."
    )
    head = "| what | label | marks | strict F1 | relaxed F1 | fp32 strict | fp32 relaxed |"
    return "\n".join(
        [words, "", head, "| --- | --- | ---: | ---: | ---: | ---: | ---: |", *map(_row, manifest.figures)]
    )


def _row(figure: dict[str, Any]) -> str:
    keys = ("strict_f1", "relaxed_f1", "float_strict_f1", "float_relaxed_f1")
    values = " | ".join(f"{figure[key]:.3f}" if key in figure else "" for key in keys)
    return f"| {figure['what']} | {figure['label']} | {figure['gold']} | {values} |"
