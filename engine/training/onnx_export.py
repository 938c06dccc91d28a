"""ONNX export: a trained encoder as files for ONNX Runtime, with 8-bit weights.

Three files come of it.  ``float.onnx`` says what torch says and stays behind.  ``model.onnx``
multiplies in 8 bits.  ``fallback.onnx`` is a small graph that uses the very weights inside
``model.onnx``, but multiplies in floating point: for processors whose 8-bit arithmetic differs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from engine.errors import ModelError
from engine.taggers.onnx_bert.reading import Int64
from engine.training.evening import Seen, even_channels, even_rows, large_products, seen_inputs
from engine.training.weight_rounding import Sums, rounded_columns, rounded_rows

OPSET = 17
STATES = "states"
LOGITS = "logits"

_EMBEDDING = "word_embeddings"
_SAFE_BITS = 7
_BERT_VOCABULARY = 30522
SMALLEST = 100_000
"""Weights with fewer numbers than this stay as they are: they cost nothing and may matter."""


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


def quantize(
    float_path: Path,
    folder: Path,
    bits: int = 7,
    float_products: Sequence[str] = (),
    seen: Mapping[str, Seen] = MappingProxyType({}),
) -> None:
    """Write ``model.onnx`` and ``fallback.onnx`` into `folder` from the float model.

    With weights of products rounded to 7 `bits`, sums of products never overflow 16 bits, so that
    processors with and without VNNI give the same numbers; with 8 they may not.  Each column
    has a scale of its own: with one scale per matrix, modifiers lost 11 points of F1 on dev.
    Embeddings are rounded row by row.  What products are given is evened sub-word by sub-word, and
    with what was `seen` (see `evening.seen_inputs`) also channel by channel; then weights are rounded
    with an eye on it, too.  Products whose names match `float_products` multiply in
    floating point, by weights stored in 16 bits.
    """
    import onnx

    loose = onnx.load(str(float_path))
    now_seen = even_channels(loose, seen, SMALLEST)
    products = large_products(loose, SMALLEST)
    kept = {node.name for node in products if any(re.search(one, node.name) for one in float_products)}
    exact = _multiplying_in_8_bits(loose, kept, folder / "work.onnx")
    top = {_SAFE_BITS: 64}.get(bits, 127)
    for node in products:
        moments = now_seen[node.input[0]].moments if node.input[0] in now_seen else None
        if node.name in kept:
            _store_in_16_bits(exact, node.input[1])
        else:
            _round_in_place(exact, loose, node.input[1], top, moments)
    _quantize_embedding(exact)
    blob = exact.SerializeToString()
    (folder / "model.onnx").write_bytes(blob)
    _quantize_embedding(loose)
    _borrow_weights(loose, exact, blob)
    (folder / "fallback.onnx").write_bytes(loose.SerializeToString())


def seen_by_products(float_path: Path, windows: Iterable[tuple[Int64, Int64]]) -> dict[str, Seen]:
    """Return what the products that `quantize` rounds are given while the float model reads `windows`."""
    return seen_inputs(float_path, windows, SMALLEST)


def _multiplying_in_8_bits(loose: Any, kept: Collection[str], work: Path) -> Any:  # noqa: ANN401  onnx has no types
    """Return a copy of `loose` whose large products, but for those `kept`, multiply in 8 bits.

    The heads, with their small weights, stay: they decide and cost next to nothing.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    even = type(loose)()
    even.CopyFrom(loose)
    even_rows(even, kept, SMALLEST)
    onnx.save(even, str(work))
    large = [node.name for node in large_products(even, SMALLEST)]
    small = [node.name for node in large_products(even, 1) if node.name not in large]
    try:
        quantize_dynamic(
            str(work),
            str(work),
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=[*kept, *small],
            extra_options={"MatMulConstBOnly": True},
        )
        return onnx.load(str(work))
    finally:
        work.unlink(missing_ok=True)


def _round_in_place(exact: Any, loose: Any, name: str, top: int, moments: Sums | None) -> None:  # noqa: ANN401
    """Replace the rounded weights in `exact` by those of `loose` rounded with care."""
    from onnx import numpy_helper

    weights = numpy_helper.to_array(next(one for one in loose.graph.initializer if one.name == name))
    whole, scales = rounded_columns(weights, top, moments)
    stored = {one.name: one for one in exact.graph.initializer}
    for part, fresh in (("quantized", whole), ("scale", scales)):
        stored[f"{name}_{part}"].CopyFrom(numpy_helper.from_array(fresh, f"{name}_{part}"))


def _store_in_16_bits(model: Any, name: str) -> None:  # noqa: ANN401
    """Replace the weights called `name` by the same in 16-bit floating point, in place."""
    from onnx import numpy_helper

    graph = model.graph
    weights = next(one for one in graph.initializer if one.name == name)
    half = numpy_helper.to_array(weights).astype(np.float16)
    graph.initializer.remove(weights)
    graph.initializer.append(numpy_helper.from_array(half, f"{name}_half"))
    graph.node.insert(0, _widened(name))


def _widened(name: str) -> Any:  # noqa: ANN401
    from onnx import TensorProto, helper

    return helper.make_node("Cast", [f"{name}_half"], [name], f"{name}_widened", to=TensorProto.FLOAT)


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


def _borrow_weights(loose: Any, exact: Any, blob: bytes) -> None:  # noqa: ANN401
    """Let `loose` read its large weights out of the file that `blob` is, and scale them back."""
    graph = loose.graph
    lent = {one.name: one for one in exact.graph.initializer}
    for node in large_products(loose, SMALLEST):
        weight = node.input[1]
        own = next((one for one in graph.initializer if one.name == weight), None)
        if own is None:
            continue
        graph.initializer.remove(own)
        if f"{weight}_half" in lent:
            graph.initializer.append(_reference(lent[f"{weight}_half"], blob))
            graph.node.insert(0, _widened(weight))
            continue
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
