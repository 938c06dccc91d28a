"""A writer of GGUF files, as small as the format allows."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

LLAMA = {
    "general.architecture": "llama",
    "general.name": "Tiny",
    "general.license": "apache-2.0",
    "llama.block_count": 2,
    "llama.embedding_length": 64,
    "llama.context_length": 8192,
    "llama.attention.head_count": 4,
    "llama.attention.head_count_kv": 2,
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.pre": "llama-bpe",
    "tokenizer.ggml.tokens": [f"t{number}" for number in range(5000)],
    "tokenizer.ggml.scores": [0.5] * 5000,
}

Tensors = Sequence[tuple[str, Sequence[int], int, int]]
"""(name, shape, type, bytes of data)"""


def text(said: str) -> bytes:
    raw = said.encode()
    return struct.pack("<Q", len(raw)) + raw


def value(said: Any) -> bytes:
    kind, raw = bare(said)
    return struct.pack("<I", kind) + raw


def bare(said: Any) -> tuple[int, bytes]:
    if isinstance(said, bool):
        return 7, struct.pack("<B", said)
    if isinstance(said, int):
        return (10, struct.pack("<Q", said)) if said >= 0 else (11, struct.pack("<q", said))
    if isinstance(said, float):
        return 12, struct.pack("<d", said)
    if isinstance(said, str):
        return 8, text(said)
    kinds = [bare(one) for one in said]
    return 9, struct.pack("<IQ", kinds[0][0] if kinds else 4, len(kinds)) + b"".join(raw for _, raw in kinds)


def gguf_bytes(metadata: Mapping[str, Any], tensors: Tensors = (), version: int = 3) -> bytes:
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(metadata))
    head += b"".join(text(key) + value(said) for key, said in metadata.items())
    offset = 0
    for name, shape, kind, size in tensors:
        head += text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)
        offset += -(-size // 32) * 32
    head += b"\0" * (-len(head) % 32)
    return head + b"\1" * offset


@pytest.fixture(scope="session")
def written() -> Callable[..., bytes]:
    """Return a GGUF file of this metadata and these tensors."""
    return gguf_bytes


@pytest.fixture
def gguf(tmp_path: Path) -> Callable[..., Path]:
    """Write a GGUF file: `changes` to a small Llama's metadata (None takes a key away), and its tensors."""

    def write(
        name: str = "tiny.gguf",
        tensors: Tensors = (("token_embd.weight", (64, 5000), 8, 340_000), ("norm.weight", (64,), 0, 256)),
        **changes: Any,
    ) -> Path:
        said = {**LLAMA, **{key.replace("__", "."): one for key, one in changes.items()}}
        path = tmp_path / name
        path.write_bytes(gguf_bytes({key: one for key, one in said.items() if one is not None}, tensors))
        return path

    return write
