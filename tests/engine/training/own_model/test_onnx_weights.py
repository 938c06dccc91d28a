"""Large weights of an ONNX file lie in files of their own, which have to come along and to lie beside it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import ModelError
from engine.jobs.job import Job
from engine.model_files.manifest import read_manifest
from engine.steps.convert_model import convert_model, label_set_for
from engine.taggers.onnx_bert.tagger import OnnxBertTagger
from engine.training.own_model.conversion import Wish
from engine.training.own_model.looking import look_at
from engine.training.own_model.onnx_weights import weight_files
from tests.engine.training.own_model.made_elsewhere import LOOKUP_NOTE, lookup
from tests.engine.training.own_model.onnx_by_hand import lookup_model

pytestmark = pytest.mark.native


def apart(folder: Path, name: str, kept: str | None = None) -> Path:
    """Write a model whose weights lie in the file `name`; `kept` is where they really are put."""
    return lookup(folder, weights=name, beside=folder / (name if kept is None else kept))


def test_a_file_with_its_own_weights_names_none(tmp_path: Path) -> None:
    assert weight_files(lookup(tmp_path / "theirs")) == ()


@pytest.mark.parametrize("name", ["model.onnx_data", "weights.bin", "µ 1"])
def test_weights_beside_it_come_along_whatever_they_are_called(
    name: str, tmp_path: Path, own_models: Path
) -> None:
    path = apart(tmp_path / "theirs", name)
    assert weight_files(path) == (name,)
    look = look_at(path, path.with_name("tags.txt"))
    labels, said = label_set_for(look, "own", "Own", None)
    new = convert_model(look, Wish("own", "Own", labels, said, eight_bits=False), Job()).model
    path.with_name(name).unlink()
    assert name in [one.path for one in read_manifest(new.folder).files.values()]
    tagger = OnnxBertTagger(new.folder, {"assertion": False})
    (answer,) = tagger.tag([LOOKUP_NOTE], labels, Job())
    assert [one.hull.of(LOOKUP_NOTE) for one in answer.items] == ["lisinopril", "chest\tpain", "fever"]


@pytest.mark.parametrize(
    ("name", "kept", "sentence"),
    [
        ("weights.bin", "elsewhere.bin", "“weights.bin”, which is not beside it"),
        ("../weights.bin", None, "weights that lie elsewhere"),
        ("/etc/passwd", "weights.bin", "weights that lie elsewhere"),
        ("..\\weights.bin", None, "weights that lie elsewhere"),
        ("manifest.toml", None, "a name that is needed here"),
    ],
)
def test_weights_that_are_missing_or_elsewhere_are_told(
    name: str, kept: str | None, sentence: str, tmp_path: Path
) -> None:
    path = apart(tmp_path / "theirs", name, kept)
    assert sentence in look_at(path, path.with_name("tags.txt")).fault


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_file_never_ends_in_anything_but_a_sentence(tmp_path: Path, data: st.DataObject) -> None:
    raw = bytearray(lookup_model(np.zeros((4, 3), np.float32), weights="weights.bin"))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "model.onnx"
    path.write_bytes(raw[: data.draw(st.integers(0, len(raw)))])
    with suppress(ModelError):
        assert all(Path(name).name == name for name in weight_files(path))
