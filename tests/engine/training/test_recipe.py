from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ModelError
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.training.recipe import read_recipe

FOLDER = models_folder() / "recipes"
NAMES = ("open_corpora", "clinical_open", "clinical", "kiwi_alone", "learning_curve")
ENCODERS = [FOLDER / f"{name}.toml" for name in NAMES]
LABEL_SETS = ("kiwi", "disease-chemical", "identifiers")


@pytest.mark.parametrize("path", ENCODERS, ids=lambda path: path.stem)
def test_every_shipped_recipe_names_labels_of_our_label_sets(path: Path) -> None:
    recipe = read_recipe(path)
    sets = [find_label_set(name, models_folder()) for name in LABEL_SETS]
    ours = {label for head in recipe.heads for label in head.labels}
    assert all(any(label in labels for labels in sets) for label in ours)
    for corpus in recipe.corpora.values():
        said = {label for value in (corpus.types or {}).values() for label in value.split("|")}
        assert said - {"?", "dose"} <= ours
        assert set(corpus.says or ()) <= ours


def test_a_recipe_takes_what_it_does_not_say_from_the_one_it_comes_after() -> None:
    before, after, kiwi = map(read_recipe, ENCODERS[:3])
    assert after.heads == before.heads == kiwi.heads
    assert before.corpora.items() <= after.corpora.items()
    assert after.phases != before.phases
    assert (before.name, after.name, after.after) == ("open-corpora", "clinical-open", "open_corpora.toml")
    origins = before.model["origins"]
    assert after.model["origins"] == origins == kiwi.model["origins"][: len(origins)]


def test_the_open_build_sees_nothing_without_a_stated_licence() -> None:
    for path in ENCODERS[:2]:
        phases = read_recipe(path).phases
        assert "kiwi" not in {name for phase in phases for name in phase.mixture}


def test_a_phase_on_an_unknown_corpus_is_refused(tmp_path: Path) -> None:
    said = ENCODERS[0].read_text(encoding="utf-8").replace("bioscope = 0.06", "none = 0.06")
    (tmp_path / "recipe.toml").write_text(said, encoding="utf-8")
    with pytest.raises(ModelError, match="unknown corpus"):
        read_recipe(tmp_path / "recipe.toml")


def test_a_word_that_no_recipe_has_is_refused_not_ignored(tmp_path: Path) -> None:
    said = ENCODERS[0].read_text(encoding="utf-8").replace("batch = 1024", "batches = 1024")
    (tmp_path / "recipe.toml").write_text(said, encoding="utf-8")
    with pytest.raises(ModelError, match=r"recipe\.toml"):
        read_recipe(tmp_path / "recipe.toml")
