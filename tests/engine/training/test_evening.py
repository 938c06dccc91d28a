from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="onnx is not installed; it comes with the train extra")

from engine.airgap.environment import set_variables  # noqa: E402
from engine.taggers.onnx_bert.session import Session  # noqa: E402
from engine.training.evening import even_channels, even_rows, seen_inputs  # noqa: E402
from engine.training.onnx_export import quantize, seen_by_products  # noqa: E402

pytestmark = pytest.mark.train

WIDTH, OUT, PIECES, NUMBERS = 384, 300, 24, 50


def model(path: Path) -> Path:
    """Write a table of pieces and two products of it; some channels, and piece 0, are much larger."""
    from onnx import TensorProto, helper, numpy_helper

    chance = np.random.default_rng(1)
    table = chance.normal(size=(NUMBERS, WIDTH)).astype(np.float32)
    table[:, ::37] *= 100
    table[0] *= 100
    parts = {"word_embeddings": table}
    for name in ("a", "b"):
        parts[f"{name}_weights"] = (chance.normal(size=(WIDTH, OUT)) / WIDTH**0.5).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["word_embeddings", "input_ids"], ["states"], "gather"),
        helper.make_node("MatMul", ["states", "a_weights"], ["a"], "layer.0/a/MatMul"),
        helper.make_node("MatMul", ["states", "b_weights"], ["b"], "layer.0/b/MatMul"),
        helper.make_node("Cast", ["attention_mask"], ["mask"], "mask", to=TensorProto.FLOAT),
    ]
    shape = ["windows", "pieces"]
    ports = [
        helper.make_tensor_value_info(one, TensorProto.INT64, shape)
        for one in ("input_ids", "attention_mask")
    ]
    results = [helper.make_tensor_value_info(one, TensorProto.FLOAT, [*shape, OUT]) for one in ("a", "b")]
    results.append(helper.make_tensor_value_info("mask", TensorProto.FLOAT, shape))
    stored = [numpy_helper.from_array(one, name) for name, one in parts.items()]
    graph = helper.make_graph(nodes, "products", ports, results, stored)
    whole = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(whole)
    onnx.save(whole, str(path))
    return path


def window(seed: int) -> tuple[Any, Any]:
    ids = np.random.default_rng(seed).integers(1, NUMBERS, (1, PIECES))
    ids[0, -1] = 0
    return ids, np.ones_like(ids)


def said(path: Path, seed: int = 9) -> np.ndarray:
    return np.concatenate(Session(path, ["a", "b"]).run(*window(seed)), axis=-1)


@pytest.fixture
def float_path(tmp_path: Path) -> Path:
    set_variables()
    return model(tmp_path / "float.onnx")


def test_what_products_are_given_is_seen_once_for_all_that_share_it(float_path: Path) -> None:
    seen = seen_inputs(float_path, [window(1), window(2)], 1000)
    assert set(seen) == {"states"}
    table = onnx.numpy_helper.to_array(onnx.load(str(float_path)).graph.initializer[0])
    rows = np.concatenate([table[window(seed)[0][0]] for seed in (1, 2)])
    assert seen["states"].largest == pytest.approx(np.abs(rows).max(axis=0))
    assert np.allclose(seen["states"].moments, rows.T @ rows, rtol=1e-3, atol=1)
    assert list(float_path.parent.iterdir()) == [float_path]


def test_evened_channels_are_alike_in_size_and_the_model_says_the_very_same(float_path: Path) -> None:
    before = said(float_path)
    whole = onnx.load(str(float_path))
    seen = seen_inputs(float_path, [window(1)], 1000)
    (after,) = even_channels(whole, seen, 1000).values()
    assert np.ptp(np.log2(after.largest)) < np.ptp(np.log2(seen["states"].largest)) / 1.5
    onnx.save(whole, str(float_path))
    assert np.allclose(said(float_path), before, rtol=1e-5, atol=1e-4)


def test_evened_rows_change_nothing_but_the_last_digits(float_path: Path) -> None:
    before = said(float_path)
    whole = onnx.load(str(float_path))
    even_rows(whole, ["layer.0/b/MatMul"], 1000)
    assert sum(node.op_type == "Div" for node in whole.graph.node) == 1
    onnx.save(whole, str(float_path))
    assert np.allclose(said(float_path), before, rtol=1e-4, atol=1e-3)


def errors(float_path: Path, path: Path) -> float:
    """Return how far off each sub-word is at most, in shares of its own size, in the mean."""
    exact, found = said(float_path)[0], said(path)[0]
    return float((np.abs(found - exact).max(axis=-1) / np.abs(exact).max(axis=-1)).mean())


@pytest.mark.parametrize("bits", [7, 8])
def test_small_numbers_survive_beside_large_ones_in_8_bits(
    bits: int, float_path: Path, tmp_path: Path
) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    plain = tmp_path / "plain.onnx"
    quantize_dynamic(str(float_path), str(plain), weight_type=QuantType.QInt8, per_channel=True)
    seen = seen_by_products(float_path, [window(seed) for seed in range(4)])
    quantize(float_path, tmp_path, bits, seen=seen)
    assert errors(float_path, tmp_path / "model.onnx") < min(0.04, errors(float_path, plain) / 5)
    assert errors(float_path, tmp_path / "fallback.onnx") < 0.04


def test_a_product_left_in_floating_point_is_stored_in_16_bits(float_path: Path, tmp_path: Path) -> None:
    quantize(float_path, tmp_path, 8, [r"layer\.0/b"], seen_by_products(float_path, [window(1)]))
    graph = onnx.load(str(tmp_path / "model.onnx")).graph
    assert [node.op_type for node in graph.node].count("MatMulInteger") == 1
    large = {one.name: one.data_type for one in graph.initializer if np.prod(one.dims) > 1000}
    assert large.pop("b_weights_half") == onnx.TensorProto.FLOAT16
    assert set(large.values()) == {onnx.TensorProto.INT8}
    assert len(large) == 2
    rounded, fallback = (said(tmp_path / name) for name in ("model.onnx", "fallback.onnx"))
    assert np.allclose(rounded[..., OUT:], fallback[..., OUT:], rtol=1e-5, atol=1e-3)
    assert not np.allclose(rounded[..., :OUT], fallback[..., :OUT], rtol=1e-5, atol=1e-3)
    assert not [
        one for one in tmp_path.iterdir() if one.name not in {"float.onnx", "model.onnx", "fallback.onnx"}
    ]
