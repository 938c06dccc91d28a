"""Recipe: everything that decides what a training run gives, read from one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

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
    """A corpus: how it is read and what it says.

    `folder` is its place below the data folder; one that begins with ``./`` lies beside the recipe.
    `types`, where given, says its types in ours (see `corpus_readers.types`).  `says` are the labels
    of which it marks every occurrence; where not given, all labels of all heads.  A corpus with
    `measured` is never trained on: figures are made on it.
    """

    folder: str
    format: str = "brat"
    types: dict[str, str] | None = None
    says: tuple[str, ...] | None = None
    measured: bool = False
    title: str = ""
    """What figures on it are said to be of, where it is measured."""


class Split(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which corpus is measured on, and how much of it is kept back, whole groups of near-duplicates.

    `share` is how much of what is left is learned from: below 1 for a learning curve.
    """

    corpus: str
    dev: Positive
    seed: int
    share: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0


class Phase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One stretch of training on a mixture of corpora.

    `mixture` says how often each corpus is passed in an epoch; of a broken number of passes the
    rest is drawn anew for each epoch.  `average` is how many of the last epochs the weights are
    averaged over; `heads` are those that learn (all where not said).  The phase is run `runs`
    times from the same weights, with other seeds, and the weights of all runs are averaged
    (“model soup”, Wortsman and others, ICML 2022).  `taught` says, like `mixture`, how often each
    corpus is passed whose marks are not asked for: there is learned what the model said of it when
    the phase began (see `teaching`).
    """

    mixture: dict[str, Positive]
    epochs: Annotated[int, msgspec.Meta(ge=1)]
    learning_rate: Positive
    average: Annotated[int, msgspec.Meta(ge=1)] = 1
    heads: tuple[str, ...] = ()
    runs: Annotated[int, msgspec.Meta(ge=1)] = 1
    hidden: float = 0.0
    taught: dict[str, Positive] = {}


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole run.

    `batch` and `window` count sub-words.  `after` names another recipe beside this one, from whose
    finished training this one starts; both then have the same heads.
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
    attention_dropout: float = 0.0
    precision: Literal["float32", "bfloat16"] = "float32"
    """Of products in training; weights are float32.  bfloat16 takes half the time where there is any."""
    after: str = ""
    float_products: tuple[str, ...] = ()
    """Regular expressions: products so named multiply in floating point, though stored in 8 bits.

    As many of them, from the first on, as the certificate needs (`rounding_attempts`)."""
    more_label_sets: tuple[str, ...] = ()
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
        recipe = msgspec.convert(_whole(path), Recipe)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"The recipe “{path.name}” cannot be used: {error}.") from error
    heads = {head.name for head in recipe.heads}
    for phase in recipe.phases:
        named = phase.mixture.keys() | phase.taught.keys()
        if not named <= recipe.corpora.keys() or not heads.issuperset(phase.heads):
            raise ModelError(f"The recipe “{path.name}” has a phase with an unknown corpus or head.")
    if recipe.split.corpus not in recipe.corpora:
        raise ModelError(f"The recipe “{path.name}” splits a corpus that it does not describe.")
    return recipe


def with_share(recipe: Recipe, share: float) -> Recipe:
    """Return `recipe` learning from this share of what its split leaves: one point of a learning curve.

    Raises:
        ModelError: the share is not above 0 and at most 1.
    """
    if not 0.0 < share <= 1.0:
        raise ModelError("The share of a corpus that is learned from is above 0 and at most 1.")
    return msgspec.structs.replace(recipe, split=msgspec.structs.replace(recipe.split, share=share))


def _whole(path: Path) -> dict[str, Any]:
    """Return what the recipe at `path` says; what it leaves unsaid it takes from the one it comes after.

    Corpora and origins are those of both.
    """
    said: dict[str, Any] = msgspec.toml.decode(path.read_bytes())
    if not said.get("after"):
        return said
    before = _whole(path.parent / said["after"])
    corpora = {**before.get("corpora", {}), **said.get("corpora", {})}
    both = [one.get("model", {}) for one in (before, said)]
    origins = [origin for one in both for origin in one.get("origins", [])]
    return {**before, **said, "corpora": corpora, "model": {**both[0], **both[1], "origins": origins}}
