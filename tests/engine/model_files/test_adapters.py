"""An adapter is held against the model that it is to change, before either is loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ModelError
from engine.model_files.adapters import check_adapter

BASE = (("blk.0.attn_q.weight", (64, 128), 0, 32_768), ("token_embd.weight", (64, 500), 0, 128_000))
FITS = (("blk.0.attn_q.weight.lora_a", (64, 4), 0, 1024), ("blk.0.attn_q.weight.lora_b", (4, 128), 0, 2048))
TURNED = (("token_embd.weight.lora_a", (4, 500), 0, 8000), ("token_embd.weight.lora_b", (4, 64), 0, 1024))
LORA = {"general__type": "adapter", "adapter__type": "lora", "adapter__lora__alpha": 8.0}


@pytest.fixture
def base(gguf: Callable[..., Path]) -> Path:
    return gguf("base.gguf", BASE)


@pytest.mark.parametrize("tensors", [FITS, TURNED, FITS + TURNED])
def test_an_adapter_of_the_right_size_fits(gguf: Callable[..., Path], base: Path, tensors: Any) -> None:
    check_adapter(gguf("fits.gguf", tensors, **LORA), base)


@pytest.mark.parametrize(
    ("tensors", "changes", "sentence"),
    [
        (FITS, {"general__type": "model"}, "is no LoRA adapter"),
        (FITS, {"adapter__type": "vector"}, "is no LoRA adapter"),
        (FITS, {"general__architecture": "qwen2"}, "kind “qwen2”, and this model is “llama”"),
        (FITS[:1], {}, "only half there"),
        ((), {}, "changes nothing"),
        ((("x.lora_a", (64,), 0, 256), ("x.lora_b", (64,), 0, 256)), {}, "no matrix"),
        (
            tuple((name.replace("attn_q", "attn_z"), *rest) for name, *rest in FITS),
            {},
            "“blk.0.attn_z.weight”, which this model does not have",
        ),
        (
            (FITS[0], ("blk.0.attn_q.weight.lora_b", (4, 256), 0, 4096)),
            {},
            "“blk.0.attn_q.weight” is 64 × 256 there, and 64 × 128 here",
        ),
        ((FITS[0], ("blk.0.attn_q.weight.lora_b", (8, 128), 0, 4096)), {}, "of another size"),
    ],
)
def test_another_adapter_is_refused_with_what_differs(
    gguf: Callable[..., Path], base: Path, tensors: Any, changes: dict[str, Any], sentence: str
) -> None:
    adapter = gguf("adapter.gguf", tensors, **{**LORA, **changes})
    with pytest.raises(ModelError, match=sentence):
        check_adapter(adapter, base)
