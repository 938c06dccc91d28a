"""An ONNX file becomes a tagger where PyTorch is not installed."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from engine.errors import ModelError
from engine.jobs.job import Job
from engine.model_files.label_sets import label_set_of, label_sets_here
from engine.steps.convert_model import NewModel, convert_model, label_set_for
from engine.taggers.onnx_bert.tagger import OnnxBertTagger
from engine.training.own_model import rounding
from engine.training.own_model.check import Outcome
from engine.training.own_model.conversion import ROUNDING, Wish
from engine.training.own_model.looking import look_at
from tests.engine.training.own_model.made_elsewhere import LOOKUP_NOTE as NOTE
from tests.engine.training.own_model.made_elsewhere import LOOKUP_TAGS as TAGS
from tests.engine.training.own_model.made_elsewhere import lookup
from tests.engine.training.own_model.onnx_by_hand import INT32


def taken(path: Path) -> NewModel:
    look = look_at(path, path.with_name("tags.txt"))
    assert not look.fault, look.fault
    labels, said = label_set_for(look, "own", "Our own", None)
    return convert_model(look, Wish("own", "Our own", labels, said), Job())


@pytest.mark.parametrize("kind", ["wordpiece", "roberta"])
def test_what_it_says_stands_at_the_very_words_of_the_note(kind: str, tmp_path: Path) -> None:
    new = taken(lookup(tmp_path / "theirs", kind))
    tagger = OnnxBertTagger(new.model.folder)
    labels = label_set_of(new.model.folder, "own")
    (answer,) = tagger.tag([NOTE], labels, Job())
    tagger.close()
    assert [(NOTE[item.hull.start : item.hull.end], item.label) for item in answer.items] == [
        ("lisinopril", "DRUG"),
        ("chest\tpain", "DISEASE"),
        ("fever", "DISEASE"),
    ]
    assert new.model.manifest.self_test
    new.model.check()


def test_it_brings_its_label_set_along(tmp_path: Path) -> None:
    taken(lookup(tmp_path / "theirs"))
    (own,) = [one for one in label_sets_here() if one.name == "own"]
    assert [one.name for one in own] == ["DRUG", "DISEASE"]


def test_without_the_extra_its_weights_are_left_as_they_are_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounding, "can_round", lambda: False)
    monkeypatch.setattr("engine.training.own_model.conversion.can_round", lambda: False)
    new = taken(lookup(tmp_path / "theirs"))
    assert new.agreement == ()
    (said,) = [check for check in new.checks if check.what == ROUNDING]
    assert said.outcome is Outcome.DOUBTFUL
    assert "train" in said.words


@pytest.mark.skipif(
    importlib.util.find_spec("onnx") is None, reason="the package onnx comes with the extra train"
)
def test_with_the_extra_a_model_without_large_weights_agrees_with_itself(tmp_path: Path) -> None:
    new = taken(lookup(tmp_path / "theirs"))
    assert new.agreement[0].f1 == 1.0


def test_an_input_that_tells_sentences_apart_is_given(tmp_path: Path) -> None:
    path = lookup(tmp_path / "theirs", inputs=("input_ids", "attention_mask", "token_type_ids"))
    assert taken(path).model.manifest.name == "own"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"inputs": ("input_ids", "attention_mask", "pixels")}, "“pixels”"),
        ({"inputs": ("input_ids", "mask")}, "no input “attention_mask”"),
        ({"numbers": INT32}, "int32"),
        ({"length": 128}, "texts of one length"),
    ],
)
def test_a_file_that_wants_something_else_is_refused_with_the_reason(
    more: dict[str, object], sentence: str, tmp_path: Path
) -> None:
    path = lookup(tmp_path / "theirs", **more)
    assert sentence in look_at(path, path.with_name("tags.txt")).fault


def test_a_list_of_tags_that_is_too_short_is_refused(tmp_path: Path) -> None:
    path = lookup(tmp_path / "theirs")
    path.with_name("tags.txt").write_text("O\nB-DRUG\n")
    assert "columns" in look_at(path, path.with_name("tags.txt")).fault


def test_the_tags_may_stand_in_the_configuration_beside_it(tmp_path: Path) -> None:
    path = lookup(tmp_path / "theirs")
    said = {"model_type": "bert", "id2label": dict(enumerate(TAGS)), "max_position_embeddings": 64}
    path.with_name("config.json").write_text(json.dumps(said))
    look = look_at(path)
    assert not look.fault
    assert look.parts[0].longest == 64
    assert not look_at(path.parent).fault


def test_a_file_that_is_no_model_is_refused_after_all_else_was_looked_at(tmp_path: Path) -> None:
    path = lookup(tmp_path / "theirs")
    path.write_bytes(b"no model")
    look = look_at(path, path.with_name("tags.txt"))
    assert "is no ONNX file" in look.fault
    assert [check.outcome for check in look.checks][-1] is Outcome.WRONG
    with pytest.raises(ModelError):
        look.parts  # noqa: B018


def test_a_name_that_no_folder_may_have_is_refused(tmp_path: Path, own_models: Path) -> None:
    path = lookup(tmp_path / "theirs")
    look = look_at(path, path.with_name("tags.txt"))
    labels, said = label_set_for(look, "own", "Our own", None)
    with pytest.raises(ModelError, match="small letters"):
        convert_model(look, Wish("../own", "Our own", labels, said), Job())
    assert not own_models.exists()
