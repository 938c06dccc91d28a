from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.model_files.adapters import check_adapter
from engine.model_files.gguf import read_gguf
from engine.training.small_llm.gguf_writer import (
    BLOCK,
    F32,
    Q8_0,
    Floats,
    as_q8_0,
    write_gguf,
    write_lora_gguf,
)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    said = {
        "general.architecture": "llama",
        "a.number": 7,
        "a.share": 0.5,
        "a.truth": True,
        "some.texts": ["é", "", "b"],
        "some.numbers": [3, -1],
    }
    tensors = {"matrix": np.ones((3, 64), np.float32), "norm": np.ones(5, np.float32)}
    write_gguf(tmp_path / "x.gguf", said, tensors)
    found = read_gguf(tmp_path / "x.gguf")
    assert dict(found.metadata) == said
    assert [(one.name, one.shape, one.kind) for one in found.tensors] == [
        ("matrix", (64, 3), Q8_0),
        ("norm", (5,), F32),
    ]
    assert (
        found.size == found.data_start + found.tensors[-1].offset + 32
    )  # five numbers, filled up to 32 bytes


def test_rows_that_are_no_whole_blocks_stay_exact(tmp_path: Path) -> None:
    write_gguf(tmp_path / "x.gguf", {}, {"odd": np.ones((2, BLOCK + 1), np.float32)})
    assert read_gguf(tmp_path / "x.gguf").tensors[0].kind == F32


weights = arrays.arrays(np.float32, (2, BLOCK), elements=st.floats(-100, 100, width=32))


@given(rows=weights)
def test_8_bits_lose_less_than_one_step(rows: Floats) -> None:
    raw = np.frombuffer(as_q8_0(rows), np.dtype([("scale", "<f2"), ("whole", "i1", BLOCK)]))
    back = raw["scale"].astype(np.float32)[:, None] * raw["whole"]
    step = np.abs(rows).max(axis=1, keepdims=True) / 127
    assert (np.abs(back - rows) <= 0.6 * step + 1e-5).all()


def test_an_adapter_fits_the_model_that_it_was_written_for(tmp_path: Path) -> None:
    base = {"blk.0.attn_q.weight": np.zeros((64, 32), np.float32)}
    write_gguf(tmp_path / "base.gguf", {"general.architecture": "llama"}, base)
    factors = (np.ones((4, 32), np.float32), np.ones((64, 4), np.float32))
    write_lora_gguf(tmp_path / "lora.gguf", "llama", {"blk.0.attn_q.weight": factors}, alpha=8.0)
    check_adapter(tmp_path / "lora.gguf", tmp_path / "base.gguf")


def test_factors_of_unlike_rank_are_no_adapter(tmp_path: Path) -> None:
    factors = (np.ones((4, 32), np.float32), np.ones((64, 3), np.float32))
    with pytest.raises(ValueError, match="same rank"):
        write_lora_gguf(tmp_path / "lora.gguf", "llama", {"x": factors}, alpha=8.0)
