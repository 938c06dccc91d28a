from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import LabelError, ModelError
from engine.labels.checks import faults
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder
from engine.training.own_model.label_map import (
    checked,
    guessed,
    own_label_set,
    read_label_map,
    write_label_map,
)

TYPES = ("Disease", "Chemical", "Body_part")


@pytest.fixture(scope="module")
def kiwi() -> LabelSet:
    return find_label_set("kiwi", models_folder())


def test_names_and_aliases_are_guessed_and_the_rest_is_left_open(kiwi: LabelSet) -> None:
    assert guessed(TYPES, kiwi) == {"Disease": "problem", "Chemical": None, "Body_part": "bodyloc"}


def test_a_map_is_written_edited_and_read_again(kiwi: LabelSet, tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    write_label_map(path, guessed(TYPES, kiwi))
    said = path.read_text(encoding="utf-8").replace('Chemical = ""', 'Chemical = "Drug"')
    path.write_text(said.replace('Body_part = "bodyloc"', 'Body_part = ""'), encoding="utf-8")
    assert read_label_map(path, TYPES, kiwi) == {"Disease": "problem", "Chemical": "drug", "Body_part": None}


def test_a_map_that_is_there_is_never_overwritten(kiwi: LabelSet, tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text("mine")
    with pytest.raises(ModelError, match="left as it is"):
        write_label_map(path, guessed(TYPES, kiwi))
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ('Gene = "problem"', "names “Gene”"),
        ('Disease = "illness"', "no label “illness”"),
        ("Disease = 3", "not a table of labels"),
        ("Disease = problem", "not valid TOML"),
    ],
)
def test_a_map_that_does_not_fit_is_refused(
    words: str, sentence: str, kiwi: LabelSet, tmp_path: Path
) -> None:
    (tmp_path / "map.toml").write_text(words)
    with pytest.raises((ModelError, LabelError), match=sentence):
        read_label_map(tmp_path / "map.toml", TYPES, kiwi)


def test_a_model_of_which_nothing_is_left_is_refused(kiwi: LabelSet) -> None:
    with pytest.raises(LabelError, match="None of the model’s types"):
        checked(dict.fromkeys(TYPES), kiwi)


@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=40, unique=True))
def test_any_types_make_a_label_set_without_faults(types: list[str]) -> None:
    labels, said = own_label_set("own", "Our own", types)
    assert faults(labels) == []
    assert list(said) == types
    assert sorted(filter(None, said.values())) == sorted(one.name for one in labels)
