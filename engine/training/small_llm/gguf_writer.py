"""GGUF writer: weights and what is said of them, as one file that llama.cpp reads.

The format: github.com/ggml-org/ggml, docs/gguf.md, version 3; read back by `engine.model_files.gguf`.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.model_files.gguf import MAGIC

Floats = NDArray[np.float32]
Value: TypeAlias = "bool | int | float | str | Sequence[str] | Sequence[int]"

_VERSION = 3
_ALIGNMENT = 32
_UINT32, _INT32, _FLOAT32, _BOOL, _STRING, _LIST = 4, 5, 6, 7, 8, 9
F32, Q8_0 = 0, 8
BLOCK = 32
"""Weights of a row that share a scale in Q8_0."""

_LEAST = 2.0**-24
"""The least scale that float16 holds; smaller weights are 0."""


def write_gguf(
    path: Path, metadata: Mapping[str, Value], tensors: Mapping[str, Floats], *, in_8_bits: bool = True
) -> None:
    """Write a GGUF file: matrices whose rows are whole blocks `in_8_bits` (Q8_0), all else as float32.

    Tensors are rows × columns, as in torch; GGUF names the columns first.
    """
    kinds = {name: _kind(one) if in_8_bits else F32 for name, one in tensors.items()}
    data = {name: _bytes(one, kinds[name]) for name, one in tensors.items()}
    with path.open("wb") as file:
        file.write(MAGIC + struct.pack("<IQQ", _VERSION, len(tensors), len(metadata)))
        for key, value in metadata.items():
            file.write(_text(key) + _value(value))
        offset = 0
        for name, one in tensors.items():
            sizes = one.shape[::-1]
            file.write(
                _text(name) + struct.pack(f"<I{len(sizes)}QIQ", len(sizes), *sizes, kinds[name], offset)
            )
            offset += len(data[name])
        file.write(_filling(file.tell()))
        for raw in data.values():
            file.write(raw)


def write_lora_gguf(
    path: Path, architecture: str, changes: Mapping[str, tuple[Floats, Floats]], *, alpha: float
) -> None:
    """Write a LoRA adapter (Hu et al., ICLR 2022): to the matrix of each name is added alpha / rank · B·A.

    A is rank × columns and B is rows × rank, as in torch, of a matrix rows × columns.  Not for
    the embedding, whose factors llama.cpp has the other way round.
    """
    if any(a.shape[0] != b.shape[1] for a, b in changes.values()):
        raise ValueError("the two factors of a matrix have the same rank")
    tensors: dict[str, Floats] = {}
    for name, (a, b) in changes.items():
        tensors |= {f"{name}.lora_a": a, f"{name}.lora_b": b}
    said: dict[str, Value] = {"general.architecture": architecture, "general.type": "adapter"}
    said |= {"adapter.type": "lora", "adapter.lora.alpha": float(alpha)}
    write_gguf(path, said, tensors, in_8_bits=False)


def as_q8_0(weights: Floats) -> bytes:
    """Return rows of whole blocks in 8 bits: for each block a scale (float16) and 32 whole numbers.

    What is read back differs from what was there by at most half a scale.
    """
    blocks = np.asarray(weights, np.float32).reshape(-1, BLOCK)
    scales = np.abs(blocks).max(axis=1, keepdims=True) / 127.0
    inverse = np.divide(1.0, scales, out=np.zeros_like(scales), where=scales > _LEAST)
    packed = np.empty(len(blocks), np.dtype([("scale", "<f2"), ("whole", "i1", BLOCK)]))
    packed["scale"] = scales[:, 0].astype(np.float16)
    packed["whole"] = np.rint(blocks * inverse).astype(np.int8)
    return packed.tobytes()


def _kind(tensor: Floats) -> int:
    return Q8_0 if tensor.ndim > 1 and tensor.shape[-1] % BLOCK == 0 else F32


def _bytes(tensor: Floats, kind: int) -> bytes:
    raw = as_q8_0(tensor) if kind == Q8_0 else np.ascontiguousarray(tensor, "<f4").tobytes()
    return raw + _filling(len(raw))


def _filling(length: int) -> bytes:
    return bytes(-length % _ALIGNMENT)


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _value(value: Value) -> bytes:
    """Return the number of the type, and the value."""
    if isinstance(value, str):
        return struct.pack("<I", _STRING) + _text(value)
    if isinstance(value, bool):
        return struct.pack("<IB", _BOOL, value)
    if isinstance(value, int):
        return struct.pack("<II", _UINT32, value)
    if isinstance(value, float):
        return struct.pack("<If", _FLOAT32, value)
    kind = _STRING if value and isinstance(value[0], str) else _INT32
    items = b"".join(_text(one) if isinstance(one, str) else struct.pack("<i", one) for one in value)
    return struct.pack("<IIQ", _LIST, kind, len(value)) + items
