"""Adapters: whether a LoRA adapter (GGUF) fits the model that it is to change.

LoRA: Hu et al., ICLR 2022, arXiv 2106.09685: to a matrix W is added B·A of low rank.
"""

from __future__ import annotations

from pathlib import Path

from engine.errors import ModelError
from engine.model_files.gguf import GgufFile, Tensor, read_gguf

_A, _B = ".lora_a", ".lora_b"
_TURNED = "token_embd.weight"
_MATRIX = 2


def check_adapter(adapter: Path, model: Path) -> None:
    """See that the adapter is a LoRA for this model: same architecture, and each matrix of the same size.

    Raises:
        ModelError: it is not; the sentence says what differs.
    """
    ours, base = read_gguf(adapter), read_gguf(model)
    if ours.text("general.type") != "adapter" or ours.text("adapter.type") != "lora":
        raise ModelError(
            f"“{adapter.name}” is no LoRA adapter. A model of its own is installed without --base."
        )
    kind, wanted = ours.text("general.architecture"), base.text("general.architecture")
    if kind != wanted:
        raise ModelError(
            f"The adapter “{adapter.name}” was made for a network of the kind “{kind}”, "
            f"and this model is “{wanted}”."
        )
    pairs = _pairs(ours)
    there = {one.name: one for one in base.tensors}
    for name, (a, b) in pairs.items():
        if name not in there:
            raise ModelError(
                f"The adapter “{adapter.name}” changes “{name}”, which this model does not have. "
                "It was made for another model."
            )
        _check_sizes(adapter.name, there[name], a, b)


def _pairs(file: GgufFile) -> dict[str, tuple[Tensor, Tensor]]:
    """Return the two factors for each matrix that the adapter changes."""
    by_name = {one.name: one for one in file.tensors}
    found = {}
    for name, a in by_name.items():
        if name.endswith(_A):
            base = name.removesuffix(_A)
            if base + _B not in by_name:
                raise ModelError(f"The adapter “{file.name}” is damaged: “{base}” is only half there.")
            found[base] = (a, by_name[base + _B])
            if any(len(one.shape) < _MATRIX for one in found[base]):
                raise ModelError(f"The adapter “{file.name}” is damaged: “{base}” is no matrix there.")
    if not found:
        raise ModelError(f"The adapter “{file.name}” changes nothing: it holds no matrix.")
    return found


def _check_sizes(adapter: str, base: Tensor, a: Tensor, b: Tensor) -> None:
    """Compare A (in × rank) and B (rank × out) with the matrix (in × out); embeddings have them turned."""
    ours, inner = ((a.shape[0], b.shape[1]), (a.shape[1], b.shape[0]))
    if base.name == _TURNED:
        ours, inner = ((b.shape[1], a.shape[1]), (a.shape[0], b.shape[0]))
    if ours != base.shape[:2] or inner[0] != inner[1]:
        said = " × ".join(f"{one:,}" for one in ours)
        theirs = " × ".join(f"{one:,}" for one in base.shape)
        raise ModelError(
            f"The adapter “{adapter}” is for a model of another size: “{base.name}” is {said} there, "
            f"and {theirs} here."
        )
