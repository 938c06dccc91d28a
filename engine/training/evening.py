"""Evening: the inputs of products made even in size, so that 8 bits hold them.

ONNX Runtime rounds the input of an 8-bit product with one scale for a whole window.  In a BERT a few
channels, and a few sub-words (mostly the closing mark), are many times larger than the rest, and
the rest is rounded away.  Channels are evened by what they were seen to be: divided by constants,
by which the weights are multiplied (SmoothQuant: Xiao and others, ICML 2023).  Sub-words are evened
as they come: each is divided by its largest number before the product, and multiplied by it after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.taggers.onnx_bert.reading import Int64
from engine.taggers.onnx_bert.session import Session

Floats = NDArray[np.float32]
Sums = NDArray[np.float64]

_SHARE = 0.5
"""How much of a channel's size goes into the weights: the half, as in the paper; .3 and .7 were worse."""
_LEAST = np.float32(1e-6)
"""What smaller numbers are taken for, so that nothing is divided by 0."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a product was given: the largest absolute number of each channel, and the sums of x·xᵀ."""

    largest: Floats
    moments: Sums

    def divided(self, by: Floats) -> Seen:
        """Return what is seen where the channels are divided by these numbers."""
        return Seen(self.largest / by, self.moments / by[:, None] / by[None, :])


def large_products(model: Any, least: int) -> list[Any]:  # noqa: ANN401  onnx has no types
    """Return the products with stored weights of at least so many numbers, in the order of the graph."""
    large = {one.name for one in model.graph.initializer if np.prod(one.dims) >= least}
    return [node for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in large]


def seen_inputs(path: Path, windows: Iterable[tuple[Int64, Int64]], least: int) -> dict[str, Seen]:
    """Return what the large products of the model in `path` are given while it reads `windows`.

    The keys are the names of the inputs; a window is (numbers of sub-words, mask), without filling.
    """
    import onnx
    from onnx import helper

    model = onnx.load(str(path))
    names = sorted({node.input[0] for node in large_products(model, least)})
    model.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    open_path = path.with_suffix(".open.onnx")
    onnx.save(model, str(open_path))
    try:
        session = Session(open_path, names)
        found: dict[str, Seen] = {}
        for ids, mask in windows:
            for name, value in zip(names, session.run(ids, mask), strict=True):
                found[name] = _added(found.get(name), value.reshape(-1, value.shape[-1]))
    finally:
        open_path.unlink(missing_ok=True)
    return found


def _added(before: Seen | None, rows: Floats) -> Seen:
    here = Seen(np.abs(rows).max(axis=0), (rows.T @ rows).astype(np.float64))
    if before is None:
        return here
    return Seen(np.maximum(before.largest, here.largest), before.moments + here.moments)


def even_channels(model: Any, seen: Mapping[str, Seen], least: int) -> dict[str, Seen]:  # noqa: ANN401
    """Divide the channels that large products are given by constants and multiply weights by them, in place.

    The constants are powers of two, so that the model says exactly what it said.
    Return what each input looks like afterwards, by its new name.
    """
    from onnx import helper, numpy_helper

    graph = model.graph
    stored = {one.name: one for one in graph.initializer}
    found: dict[str, Seen] = {}
    for given, products in _by_input(model, least).items():
        if given not in seen:
            continue
        weights = [numpy_helper.to_array(stored[node.input[1]]) for node in products]
        by = _balance(seen[given].largest, np.concatenate(weights, axis=1))
        for node, one in zip(products, weights, strict=True):
            stored[node.input[1]].CopyFrom(numpy_helper.from_array(one * by[:, None], node.input[1]))
        evened = f"{given}_channels"
        graph.initializer.append(numpy_helper.from_array(1 / by, f"{evened}_by"))
        node = helper.make_node("Mul", [given, f"{evened}_by"], [evened], evened)
        _put_before(graph, products, [node], evened)
        found[evened] = seen[given].divided(by)
    return found


def _balance(largest: Floats, weights: Floats) -> Floats:
    """Return the power of two for each channel that makes its numbers and its weights alike in size."""
    ours = np.log2(np.maximum(largest, _LEAST))
    theirs = np.log2(np.maximum(np.abs(weights).max(axis=1), _LEAST))
    power = _SHARE * ours - (1 - _SHARE) * theirs
    by: Floats = np.exp2(np.rint(power - power.mean())).astype(np.float32)
    return by


def even_rows(model: Any, left_out: Iterable[str], least: int) -> None:  # noqa: ANN401
    """Divide each sub-word that a large product is given by its largest number, in place.

    What comes out is multiplied by it.  Products named in `left_out` stay as they are.
    """
    from onnx import helper, numpy_helper

    graph, left = model.graph, set(left_out)
    graph.initializer.append(numpy_helper.from_array(_LEAST, "least_row"))
    for given, all_products in _by_input(model, least).items():
        products = [node for node in all_products if node.name not in left]
        if not products:
            continue
        size, evened = f"{given}_row", f"{given}_rows"
        nodes = [
            helper.make_node("Abs", [given], [f"{size}_abs"], f"{size}_abs"),
            helper.make_node("ReduceMax", [f"{size}_abs"], [f"{size}_max"], f"{size}_max", axes=[-1]),
            helper.make_node("Max", [f"{size}_max", "least_row"], [size], size),
            helper.make_node("Div", [given, size], [evened], evened),
        ]
        _put_before(graph, products, nodes, evened)
        for node in products:
            result = node.output[0]
            node.output[0] = f"{result}_rows"
            back = helper.make_node("Mul", [node.output[0], size], [result], f"{result}_back")
            graph.node.insert(list(graph.node).index(node) + 1, back)


def _by_input(model: Any, least: int) -> dict[str, list[Any]]:  # noqa: ANN401
    """Return the large products by what they are given: queries, keys and values share it."""
    found: dict[str, list[Any]] = {}
    for node in large_products(model, least):
        found.setdefault(node.input[0], []).append(node)
    return found


def _put_before(graph: Any, products: list[Any], nodes: list[Any], given: str) -> None:  # noqa: ANN401
    """Insert `nodes` before the first of `products`, and let all of these be given their result."""
    place = min(list(graph.node).index(node) for node in products)
    for offset, node in enumerate(nodes):
        graph.node.insert(place + offset, node)
    for node in products:
        node.input[0] = given
