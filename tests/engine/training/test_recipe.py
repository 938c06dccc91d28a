from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ModelError
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.training.recipe import read_recipe

RECIPES = sorted((models_folder() / "recipes").glob("*.toml"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_shipped_recipe_names_labels_of_its_label_set(path: Path) -> None:
    recipe = read_recipe(path)
    labels = find_label_set(recipe.label_set, models_folder())
    ours = {label for head in recipe.heads for label in head.labels}
    assert all(label in labels for label in ours)
    for corpus in recipe.corpora.values():
        assert set((corpus.types or {}).values()) <= ours


def test_a_phase_on_an_unknown_corpus_is_refused(tmp_path: Path) -> None:
    said = RECIPES[0].read_text(encoding="utf-8").replace('corpus = "maccrobat"', 'corpus = "none"')
    (tmp_path / "recipe.toml").write_text(said, encoding="utf-8")
    with pytest.raises(ModelError, match="unknown corpus"):
        read_recipe(tmp_path / "recipe.toml")


def test_a_word_that_no_recipe_has_is_refused_not_ignored(tmp_path: Path) -> None:
    said = RECIPES[0].read_text(encoding="utf-8").replace("batch = 1024", "batches = 1024")
    (tmp_path / "recipe.toml").write_text(said, encoding="utf-8")
    with pytest.raises(ModelError, match=r"recipe\.toml"):
        read_recipe(tmp_path / "recipe.toml")
