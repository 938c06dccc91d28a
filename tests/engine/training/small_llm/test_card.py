from __future__ import annotations

import msgspec

from engine.model_files.manifest import FORMAT, Manifest
from engine.model_files.places import models_folder
from engine.training.small_llm.card import card
from engine.training.small_llm.recipe import read_small_recipe

FIGURE = {"what": "entities on dev, drafted", "label": "all", "gold": 20, "strict_f1": 0.5, "relaxed_f1": 0.6}
MORE = {"precision": 0.4, "recall": 0.7, "low": 0.41, "high": 0.59}
AGAINST = {
    "against": "free, span tags",
    "difference": 0.12,
    "difference_interval_95": [0.05, 0.2],
    "p": 0.001,
}
LOG = '{"phase": 1, "segment": 1, "loss": 2.0, "tokens": 1500000, "s": 120}\n'


def written(figure: dict[str, object]) -> str:
    recipe = read_small_recipe(models_folder() / "recipes" / "small_llm.toml")
    manifest = Manifest(FORMAT, "llama-cpp.v1", "small", "Small", "2", "kiwi", figures=(figure,))
    return card(msgspec.structs.replace(recipe, phases=recipe.phases[:1]), manifest, LOG)


def test_a_card_says_what_was_measured_and_how_sure_it_is() -> None:
    row = "| entities on dev, drafted | all | 20 | 0.500 | 0.410–0.590 | 0.400 | 0.700 | 0.600 |"
    assert row in written(FIGURE | MORE)


def test_a_card_says_how_a_way_does_against_another() -> None:
    said = written(FIGURE | MORE | AGAINST)
    assert (
        "less the same free, span tags: strict F1 +0.120, 95 % interval +0.050 to +0.200 (p = 0.001)" in said
    )
    assert "against" not in written(FIGURE | MORE).split("## How good it is")[1]


def test_a_card_tells_how_long_the_model_learned() -> None:
    assert "1.5 million tokens in 2 minutes" in written(FIGURE | MORE)
