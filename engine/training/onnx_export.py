"""ONNX export: a trained encoder as files for ONNX Runtime, with 8-bit weights.

Three files come of it.  ``float.onnx`` says what torch says and stays behind.  ``model.onnx``
multiplies in 8 bits.  ``fallback.onnx`` is a small graph that uses the very weights inside
``model.onnx``, but multiplies in floating point: for processors whose 8-bit arithmetic differs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError

OPSET = 17
STATES = "states"
LOGITS = "logits"

_EMBEDDING = "word_embeddings"
_SAFE_BITS = 7
_BERT_VOCABULARY = 30522
_SMALLEST = 100_000
"""Weights with fewer numbers than this stay as they are: they cost nothing and may matter."""

Floats = NDArray[np.float32]


def export_float(model: Any, heads: Sequence[str], path: Path) -> None:  # noqa: ANN401  torch has no types
    """Write `model`, a module of `encoder_model.build` with heads of these names, to `path`."""
    _export(model, [*heads, STATES], path, highest=_BERT_VOCABULARY)


def export_logits(model: Any, path: Path, vocabulary: int) -> None:  # noqa: ANN401
    """Write `model`, a token classifier of transformers, to `path`; its output is called ``logits``.

    It takes the two inputs that our own models take; `vocabulary` is how many sub-words it knows.
    """
    import torch

    class Tags(torch.nn.Module):  # type: ignore[misc]  # torch has no types here
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: Any, mask: Any) -> Any:  # noqa: ANN401
            return self.model(input_ids=ids, attention_mask=mask).logits

    _export(Tags(), [LOGITS], path, highest=vocabulary)


def _export(model: Any, outputs: Sequence[str], path: Path, highest: int) -> None:  # noqa: ANN401
    """Write a module of (numbers of sub-words, mask) to `path`; sub-words are numbered below `highest`."""
    import torch

    model.eval()
    ids = torch.tensor([[101, 2000, 2001, 102], [101, 2000, 102, 0]]) % highest
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
    torch.onnx.export(
        model,
        (ids, mask),
        str(path),
        dynamo=False,
        opset_version=OPSET,
        input_names=["input_ids", "attention_mask"],
        output_names=list(outputs),
        dynamic_axes={
            name: {0: "windows", 1: "pieces"} for name in ("input_ids", "attention_mask", *outputs)
        },
    )


def quantize(float_path: Path, folder: Path, bits: int = 7, float_products: Sequence[str] = ()) -> None:
    """Write ``model.onnx`` and ``fallback.onnx`` into `folder` from the float model.

    With weights of products rounded to 7 `bits`, sums of products never overflow 16 bits, so that
    processors with and without VNNI give the same numbers; with 8 they may not.  Each column
    has a scale of its own: with one scale per matrix, modifiers lost 11 points of F1 on dev.
    Embeddings are rounded row by row.  Products whose names match `float_products` are only
    stored in 8 bits: what they multiply has outliers that 8 bits cannot hold.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    work = folder / "work.onnx"
    loose = onnx.load(str(float_path))
    kept = [node for node in _products(loose) if any(re.search(one, node.name) for one in float_products)]
    quantize_dynamic(
        str(float_path),
        str(work),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=bits == _SAFE_BITS,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=[*_small_products(loose), *(node.name for node in kept)],
        extra_options={"MatMulConstBOnly": True},
    )
    exact = onnx.load(str(work))
    work.unlink()
    for node in kept:
        _store_in_8_bits(exact, node.input[1])
    _quantize_embedding(exact)
    blob = exact.SerializeToString()
    (folder / "model.onnx").write_bytes(blob)
    _quantize_embedding(loose)
    _borrow_weights(loose, exact, blob)
    (folder / "fallback.onnx").write_bytes(loose.SerializeToString())


def _products(model: Any) -> list[Any]:  # noqa: ANN401  onnx has no types
    """Return the products of something with stored weights."""
    stored = {one.name for one in model.graph.initializer}
    return [node for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in stored]


def _small_products(model: Any) -> list[str]:  # noqa: ANN401
    """Return the products with small weights: the heads, which decide and cost next to nothing."""
    small = {one.name for one in model.graph.initializer if np.prod(one.dims) < _SMALLEST}
    return [node.name for node in _products(model) if node.input[1] in small]


def _store_in_8_bits(model: Any, name: str) -> None:  # noqa: ANN401
    """Replace the weights called `name` by 8-bit columns that are scaled back before use, in place."""
    from onnx import numpy_helper

    graph = model.graph
    weights = next(one for one in graph.initializer if one.name == name)
    whole, scales = rounded_rows(numpy_helper.to_array(weights).T)
    parts: dict[str, NDArray[Any]] = {
        "quantized": whole.T.copy(),
        "scale": scales[:, 0],
        "zero_point": np.zeros(len(scales), np.int8),
    }
    graph.initializer.remove(weights)
    graph.initializer.extend(numpy_helper.from_array(one, f"{name}_{part}") for part, one in parts.items())
    graph.node.insert(0, _scaled_back(name))


def _scaled_back(name: str) -> Any:  # noqa: ANN401
    from onnx import helper

    inputs = [f"{name}_{part}" for part in ("quantized", "scale", "zero_point")]
    return helper.make_node("DequantizeLinear", inputs, [name], f"{name}_scaled", axis=1)


def _quantize_embedding(model: Any) -> None:  # noqa: ANN401
    """Replace the table of sub-words by 8-bit rows, each with a scale of its own, in place.

    A model made elsewhere whose table bears another name keeps it as it is.
    """
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    table = next((one for one in graph.initializer if _EMBEDDING in one.name), None)
    gather = next((one for one in graph.node if table is not None and table.name in one.input), None)
    if table is None or gather is None or gather.op_type != "Gather":
        return
    rows, scales = rounded_rows(numpy_helper.to_array(table))
    name, given, wanted = table.name, gather.input[1], gather.output[0]
    graph.initializer.remove(table)
    graph.initializer.append(numpy_helper.from_array(rows, f"{name}_quantized"))
    graph.initializer.append(numpy_helper.from_array(scales, f"{name}_scale"))
    place = list(graph.node).index(gather)
    graph.node.remove(gather)
    fresh = [
        helper.make_node("Gather", [f"{name}_quantized", given], [f"{name}_rows"], f"{name}_rows"),
        helper.make_node("Cast", [f"{name}_rows"], [f"{name}_whole"], f"{name}_whole", to=TensorProto.FLOAT),
        helper.make_node("Gather", [f"{name}_scale", given], [f"{name}_sizes"], f"{name}_sizes"),
        helper.make_node("Mul", [f"{name}_whole", f"{name}_sizes"], [wanted], f"{name}_scaled"),
    ]
    for offset, node in enumerate(fresh):
        graph.node.insert(place + offset, node)


def rounded_rows(table: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return `table` in 8 bits and one scale per row (rows × 1), so that their product is near `table`."""
    scales = np.abs(table).max(axis=1, keepdims=True).astype(np.float32) / np.float32(127)
    scales[scales == 0] = 1.0
    return np.clip(np.rint(table / scales), -127, 127).astype(np.int8), scales


def _borrow_weights(loose: Any, exact: Any, blob: bytes) -> None:  # noqa: ANN401
    """Let `loose` read its large weights out of the file that `blob` is, and scale them back."""
    graph = loose.graph
    lent = {one.name: one for one in exact.graph.initializer}
    for node in _products(loose):
        weight = node.input[1]
        if f"{weight}_quantized" not in lent:
            continue
        own = next(one for one in graph.initializer if one.name == weight)
        graph.initializer.remove(own)
        graph.initializer.extend(lent[f"{weight}_{part}"] for part in ("scale", "zero_point"))
        graph.initializer.append(_reference(lent[f"{weight}_quantized"], blob))
        graph.node.insert(0, _scaled_back(weight))
    tables = [one for one in graph.initializer if _EMBEDDING in one.name and one.name.endswith("_quantized")]
    for rows in tables:
        graph.initializer.remove(rows)
        graph.initializer.append(_reference(lent[rows.name], blob))


def _reference(tensor: Any, blob: bytes) -> Any:  # noqa: ANN401
    """Return a tensor without numbers, which says where in ``model.onnx`` they stand."""
    from onnx import StringStringEntryProto, TensorProto

    raw = tensor.raw_data
    offset = blob.find(raw)
    if not raw or offset < 0:
        raise ModelError("A weight of the 8-bit model was not found in its own file.")
    found = TensorProto(name=tensor.name, data_type=tensor.data_type, dims=tensor.dims)
    found.data_location = TensorProto.EXTERNAL
    for key, value in (("location", "model.onnx"), ("offset", str(offset)), ("length", str(len(raw)))):
        found.external_data.append(StringStringEntryProto(key=key, value=value))
    return found
