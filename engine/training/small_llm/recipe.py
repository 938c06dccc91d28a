"""Recipe of a small language model: everything that decides what a run gives, read from one file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

from engine.errors import ModelError
from engine.training.recipe import Corpus, Split
from engine.training.small_llm.lessons import Curriculum
from engine.training.small_llm.network import Shape
from engine.training.small_llm.raw_text import RawCorpus

Positive = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]

SILVER = "silver"
"""The name by which a mixture means the raw texts, all together."""


class Phase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One stretch of training: so many tokens of a mixture, the pace falling evenly from one to the other.

    `mixture` says how often the gold and `SILVER` are drawn, relative to each other.
    """

    mixture: Mapping[str, Positive]
    tokens: Count
    learning_rate: Positive
    falls_to: float


class SmallRecipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole run.

    `gold` is divided by `split`; `raw` is marked by the tagger called `teacher`.  `batch` counts
    tokens of a step, `segment` those after which the state is kept.
    """

    name: str
    title: str
    version: str
    label_set: str
    seed: int
    teacher: str
    template: str
    vocabulary: Count
    shape: Shape
    gold: Corpus
    split: Split
    raw: tuple[RawCorpus, ...]
    lessons: Curriculum
    phases: tuple[Phase, ...]
    batch: Count = 1024
    segment: Count = 200_000
    warm_up: Count = 50_000
    weight_decay: float = 0.03
    model: dict[str, Any] = {}
    """What goes into the manifest as it is: summary, licence, origins, known_weak, options."""
    self_test: tuple[str, ...] = ()


def read_small_recipe(path: Path) -> SmallRecipe:
    """Return the recipe in the file `path`.

    Raises:
        ModelError: it cannot be read, or a phase draws from what it does not describe.
    """
    try:
        recipe = msgspec.toml.decode(path.read_bytes(), type=SmallRecipe)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"The recipe “{path.name}” cannot be used: {error}.") from error
    known = {recipe.split.corpus, *([SILVER] if recipe.raw else [])}
    if any(not phase.mixture.keys() <= known for phase in recipe.phases):
        raise ModelError(f"The recipe “{path.name}” has a phase that draws from an unknown corpus.")
    return recipe
