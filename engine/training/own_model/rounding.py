"""Rounding: 8-bit weights for a model made elsewhere, kept only where it then says the same."""

from __future__ import annotations

import importlib.util
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.annotation.said import LabelledSpan
from engine.errors import ModelError
from engine.jobs.job import Job
from engine.taggers.onnx_bert.proposals import Head
from engine.training.onnx_export import quantize
from engine.training.own_model.observing import Observed
from engine.training.own_model.parity import Agreement, agreement

MODEL, FALLBACK = "model.onnx", "fallback.onnx"
_EIGHT_BITS = frozenset({"MatMulInteger", "DynamicQuantizeMatMul", "QLinearMatMul", "MatMulNBits", "QGemm"})


_FIRST_LAYERS = (r"layer\.[012]/(output/dense|ffn/lin2)", r"layer\.0/(intermediate|ffn/lin1)")
"""The products that have outliers which 8 bits cannot hold, by their names in BERTs and in DistilBERT."""
_ATTEMPTS: tuple[tuple[int, tuple[str, ...]], ...] = ((7, ()), (7, _FIRST_LAYERS), (8, _FIRST_LAYERS))
"""Bits, and the products that stay in floating point: from the fastest to the nearest."""
_UNNAMED = ((7, ()), (8, ()))
"""The same for graphs whose layers cannot be told by their names."""


@dataclass(frozen=True, slots=True)
class Rounded:
    """How far a model with weights of `bits` bits says what the original said.

    With `first_layers_float`, the first layers multiply in floating point.
    """

    bits: int
    first_layers_float: bool
    rows: tuple[Agreement, ...]

    @property
    def is_good(self) -> bool:
        """Whether it may stand for the original."""
        return all(row.is_good for row in self.rows)


def can_round() -> bool:
    """Whether what rounding needs is installed."""
    return importlib.util.find_spec("onnx") is not None


def in_eight_bits(path: Path) -> bool:
    """Whether the ONNX file at `path` multiplies in 8 bits or fewer already."""
    import onnx

    graph = onnx.load(str(path), load_external_data=False).graph
    return any(node.op_type in _EIGHT_BITS for node in graph.node)


def name_nodes(path: Path) -> None:
    """Give each nameless node of the ONNX file at `path` a name, by which rounding can leave it out."""
    import onnx

    model = onnx.load(str(path), load_external_data=False)
    nameless = [(number, node) for number, node in enumerate(model.graph.node) if not node.name]
    for number, node in nameless:
        node.name = f"nameless_{number}"
    if nameless:
        path.write_bytes(model.SerializeToString())


def _has_layers(path: Path) -> bool:
    import onnx

    graph = onnx.load(str(path), load_external_data=False).graph
    return any(re.search(_FIRST_LAYERS[0], node.name) for node in graph.node)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's advice, which is for those who call it by hand, off the screen."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(before)


def round_weights(
    path: Path, observed: Observed, head: Head, before: Sequence[Sequence[LabelledSpan]], job: Job
) -> Rounded:
    """Write ``model.onnx`` and ``fallback.onnx`` beside the float model at `path`, and try them.

    `before` is what the float model says of the texts that `observed` was asked about.  The first
    attempt that is good is taken, else the last one stays: see engine/decisions/own-models.md.

    Raises:
        Cancelled: the job was cancelled meanwhile.
        ModelError: the graph is none that can be rounded.
    """
    rounded = Rounded(0, False, ())
    named = _has_layers(path)
    for number, (bits, as_float) in enumerate(_ATTEMPTS if named else _UNNAMED):
        job.report(f"Rounding the weights, attempt {number + 1}")
        try:
            with _quiet():
                quantize(path, path.parent, bits, as_float)
        except Exception as error:  # the library raises whatever it likes
            raise ModelError("The graph is of a kind that cannot be rounded to 8 bits.") from error
        job.report("Comparing what both say")
        after = observed.of(path.with_name(MODEL)).said(head, job.unseen())
        rounded = Rounded(bits, bool(as_float), tuple(agreement(before, after)))
        if rounded.is_good:
            break
    return rounded
