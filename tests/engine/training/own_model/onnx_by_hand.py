"""ONNX files written byte by byte (protobuf), for machines on which the package onnx is not installed.

The model they hold looks each sub-word's logits up in a table: what it says of a text can be told beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FLOAT, INT32, INT64 = 1, 6, 7


def lookup_model(
    table: NDArray[np.float32],
    inputs: Sequence[str] = ("input_ids", "attention_mask"),
    *,
    output: str = "logits",
    length: int | str = "pieces",
    numbers: int = INT64,
    weights: str = "",
) -> bytes:
    """Return an ONNX file that gives row i of `table` (sub-words × columns) for each sub-word numbered i.

    With `weights` it says that the table lies in a file of that name.
    """
    tensor = b"".join([*(_number(1, one) for one in table.shape), _number(2, FLOAT), _text(8, "table")])
    if weights:
        tensor += _bytes(13, _text(1, "location") + _text(2, weights)) + _number(14, 1)
    else:
        tensor += _bytes(9, table.astype("<f4").tobytes())
    gather = (
        _text(1, "table") + _text(1, inputs[0]) + _text(2, output) + _text(3, "look") + _text(4, "Gather")
    )
    graph = _bytes(1, gather) + _text(2, "lookup") + _bytes(5, tensor)
    graph += b"".join(_bytes(11, _port(name, numbers, ["windows", length])) for name in inputs)
    graph += _bytes(12, _port(output, FLOAT, ["windows", length, table.shape[1]]))
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _text(1, "") + _number(2, 17))


def _port(name: str, numbers: int, shape: Sequence[int | str]) -> bytes:
    sizes = [_number(1, one) if isinstance(one, int) else _text(2, one) for one in shape]
    dimensions = b"".join(_bytes(1, one) for one in sizes)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, numbers) + _bytes(2, dimensions)))


def _varint(value: int) -> bytes:
    said = bytearray()
    while value > 127:
        said.append(value % 128 + 128)
        value //= 128
    return bytes([*said, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())
