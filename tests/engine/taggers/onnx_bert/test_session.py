from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.airgap.environment import set_variables
from engine.errors import ModelError
from engine.taggers.onnx_bert.session import Session, physical_cores


@pytest.fixture(autouse=True)
def _guarded() -> None:
    set_variables()


def test_nothing_is_loaded_without_the_air_gap(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY")
    with pytest.raises(ModelError, match="air gap"):
        Session(model_folder / "model.onnx", ["entities"])


def test_an_output_that_the_file_lacks_is_named(model_folder: Path) -> None:
    with pytest.raises(ModelError, match="genes"):
        Session(model_folder / "model.onnx", ["entities", "genes"])


def test_a_file_that_is_no_model_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no model at all")
    with pytest.raises(ModelError, match=r"model\.onnx"):
        Session(tmp_path / "model.onnx", ["entities"])


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.onnx"):
        Session(tmp_path / "model.onnx", ["entities"])


def test_input_that_the_model_cannot_read_is_an_error_of_ours(model_folder: Path) -> None:
    session = Session(model_folder / "model.onnx", ["entities"])
    beyond = np.full((1, 4), 10**6, dtype=np.int64)
    with pytest.raises(ModelError):
        session.run(beyond, np.ones_like(beyond))


def test_it_uses_a_core_or_more_and_says_which_device(model_folder: Path) -> None:
    assert physical_cores() >= 1
    assert Session(model_folder / "model.onnx", ["entities"], threads=1).device in {"CPU", "CUDA"}
