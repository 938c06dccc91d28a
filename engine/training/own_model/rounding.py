"""Rounding: 8-bit weights for a model made elsewhere, kept only where it then says the same."""

from __future__ import annotations

import importlib.util
import logging
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


@dataclass(frozen=True, slots=True)
class Rounded:
    """How far a model with 8-bit weights of `bits` bits says what the original said."""

    bits: int
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

    `before` is what the float model says of the texts that `observed` was asked about.  7 bits
    are tried before 8: see engine/decisions/encoder-weights-and-batches.md.

    Raises:
        Cancelled: the job was cancelled meanwhile.
        ModelError: the graph is none that can be rounded.
    """
    rounded = Rounded(0, ())
    for bits in (7, 8):
        job.report(f"Rounding the weights to {bits} bits")
        try:
            with _quiet():
                quantize(path, path.parent, bits)
        except Exception as error:  # the library raises whatever it likes
            raise ModelError("The graph is of a kind that cannot be rounded to 8 bits.") from error
        job.report("Comparing what both say")
        after = observed.of(path.with_name(MODEL)).said(head, job.unseen())
        rounded = Rounded(bits, tuple(agreement(before, after)))
        if rounded.is_good:
            break
    return rounded
