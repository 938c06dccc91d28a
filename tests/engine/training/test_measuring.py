from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.model_files.installed import default_model
from engine.model_files.places import models_folder
from engine.training.corpora import CorpusNote, Mark
from engine.training.measuring import main, measured

TEXT = "She denies chest pain. Started on lisinopril 10 mg by mouth daily."
MARKS = (Mark(11, 21, "problem"), Mark(34, 44, "drug"))


@pytest.fixture(scope="module")
def folder() -> Path:
    return default_model().folder


def test_only_what_the_notes_speak_of_is_measured(folder: Path) -> None:
    note = CorpusNote("n", TEXT, MARKS, says=frozenset({"problem", "drug"}))
    (entities,) = measured(folder, [note])
    assert entities["head"] == "entities"
    assert (entities["gold"], entities["strict_f1"]) == (2, 1.0)


def test_what_is_said_of_words_of_which_nothing_is_known_is_not_counted(folder: Path) -> None:
    marks = (MARKS[0], Mark(34, 44, "?"))
    note = CorpusNote("n", TEXT, marks, says=frozenset({"problem", "drug"}))
    (entities,) = measured(folder, [note])
    assert (entities["gold"], entities["precision"]) == (1, 1.0)


def test_a_corpus_that_the_recipe_does_not_describe_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = models_folder() / "recipes" / "kiwi_alone.toml"
    assert main([str(folder), str(recipe), "none", "--data", str(tmp_path)]) == 1
    assert "none" in capsys.readouterr().err


def test_figures_are_printed_as_json(
    folder: Path, made_up_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = tmp_path / "small.toml"
    recipe.write_text(
        """
name = "small"
title = "Small"
version = "1"
label_set = "kiwi"
seed = 1
phases = []
heads = [{ name = "entities", labels = ["problem", "drug"] }]
weights = { package = "none", folder = "none", sha256 = "" }
split = { corpus = "notes", dev = 0.2, seed = 1 }
[corpora.notes]
folder = "notes"
""",
        encoding="utf-8",
    )
    assert main([str(folder), str(recipe), "notes", "--data", str(made_up_data)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"strict_f1", "low", "high", "labels"} <= lines[0].keys()
    assert lines[0]["low"] <= lines[0]["strict_f1"] <= lines[0]["high"]
