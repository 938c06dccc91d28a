"""Recipe: everything that decides what a training run gives, read from one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec

from engine.errors import ModelError

Positive = Annotated[float, msgspec.Meta(gt=0)]


class HeadPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One BIO head of the model, with its labels in order."""

    name: str
    labels: tuple[str, ...]


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The encoder that training starts from: a folder inside an installed package, pinned by hash."""

    package: str
    folder: str
    sha256: str
    file: str = "model.safetensors"


class Corpus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A brat folder below the data folder.  `types`, where given, says its types in ours."""

    folder: str
    types: dict[str, str] | None = None


class Split(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which corpus is measured on, and how much of it is kept back, whole groups of near-duplicates."""

    corpus: str
    dev: Positive
    seed: int


class Phase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One stretch of training on one corpus.

    `average` is how many of its last epochs the weights are averaged over; `heads` are those
    that learn (all where not said).
    """

    corpus: str
    epochs: Annotated[int, msgspec.Meta(ge=1)]
    learning_rate: Positive
    average: Annotated[int, msgspec.Meta(ge=1)] = 1
    heads: tuple[str, ...] = ()


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole run.

    `batch` and `window` count sub-words; `hidden` is the share of sub-words hidden in training.
    """

    name: str
    title: str
    version: str
    label_set: str
    seed: int
    weights: Weights
    heads: tuple[HeadPlan, ...]
    corpora: dict[str, Corpus]
    split: Split
    phases: tuple[Phase, ...]
    window: int = 128
    batch: int = 1024
    weight_decay: float = 0.01
    dropout: float = 0.1
    warm_up: float = 0.06
    hidden: float = 0.0
    float_products: tuple[str, ...] = ()
    """Regular expressions: products so named multiply in floating point, though stored in 8 bits."""
    model: dict[str, Any] = {}
    """What goes into the manifest as it is: summary, licence, origins, known_weak."""
    self_test: tuple[str, ...] = ()
    """Sentences of our own whose tags are written into the manifest."""


def read_recipe(path: Path) -> Recipe:
    """Return the recipe in the file `path`.

    Raises:
        ModelError: it cannot be read, or names a corpus or a head that it does not describe.
    """
    try:
        recipe = msgspec.toml.decode(path.read_bytes(), type=Recipe)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"The recipe “{path.name}” cannot be used: {error}.") from error
    heads = {head.name for head in recipe.heads}
    for phase in recipe.phases:
        if phase.corpus not in recipe.corpora or not heads.issuperset(phase.heads):
            raise ModelError(f"The recipe “{path.name}” has a phase with an unknown corpus or head.")
    if recipe.split.corpus not in recipe.corpora:
        raise ModelError(f"The recipe “{path.name}” splits a corpus that it does not describe.")
    return recipe
