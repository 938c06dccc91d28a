"""Torch model: a token classifier of transformers, built by its shape and filled with the given weights.

Nothing in the folder is executed: the shape is one of the library's own, weights are read as
numbers only, never as pickled objects.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import ModelError
from engine.training.own_model.source import Source, read_json

_ELSEWHERE = ("auto_map", "architectures", "torch_dtype", "dtype", "_name_or_path", "transformers_version")
"""What a configuration says that is for other programs; code from elsewhere is never called."""

_NEEDED = ("torch", "transformers", "safetensors", "onnx", "onnxruntime")
_OLDER_NAMES = ((r"LayerNorm\.gamma$", "LayerNorm.weight"), (r"LayerNorm\.beta$", "LayerNorm.bias"))
_NOT_NEEDED = re.compile(r"position_ids|token_type_ids|\.pooler\.|^pooler\.|^cls\.|^lm_head\.|discriminator_")
_SAME = 1e-3
"""Logits that differ by less come from another order of sums, not from another model."""


def require_torch() -> None:
    """Look whether all is installed that a folder of weights needs; nothing is imported.

    Raises:
        ModelError: something is not.
    """
    lacking = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if lacking:
        raise ModelError(
            f"A folder of weights is converted with {', '.join(_NEEDED)}; here there is no {lacking[0]}. "
            "Install the program with its extra “train”, or bring the model as an ONNX file."
        )


def load_classifier(source: Source) -> tuple[Any, tuple[str, ...]]:
    """Return the token classifier of `source`, and the names of weights that have no place in it.

    Raises:
        ModelError: PyTorch is not here, the weights cannot be read as plain numbers, or they
            lack a part of the classifier.
    """
    require_torch()
    from transformers import AutoConfig, AutoModelForTokenClassification

    said = {key: value for key, value in source.config.items() if key not in _ELSEWHERE}
    kind = said.pop("model_type")
    said["id2label"] = dict(enumerate(source.tags))
    said["label2id"] = {tag: number for number, tag in enumerate(source.tags)}
    said.pop("num_labels", None)
    try:
        config = AutoConfig.for_model(kind, **said)
        model = AutoModelForTokenClassification.from_config(config, attn_implementation="eager")
    except Exception as error:  # whatever a wrong number in the configuration leads to
        raise ModelError(f"The configuration of “{source.folder.name}” describes no model.") from error
    weights = {_today(name): one for name, one in _weights(source.weights).items()}
    _check_width(weights, len(source.tags))
    try:
        lacking, strange = model.load_state_dict(weights, strict=False)
    except RuntimeError as error:
        raise ModelError("The weights do not have the sizes that the configuration tells.") from error
    lacking = [name for name in lacking if not _NOT_NEEDED.search(name)]
    if lacking:
        raise ModelError(
            f"The weights lack {len(lacking)} parts of a model that tags words, among them “{lacking[0]}”. "
            "Was it trained for tagging?"
        )
    model.eval()
    return model, tuple(name for name in strange if not _NOT_NEEDED.search(name))


def _today(name: str) -> str:
    """Return a weight's name as the library calls it today."""
    name = name.removeprefix("module.")
    for pattern, today in _OLDER_NAMES:
        name = re.sub(pattern, today, name)
    return name


def _check_width(weights: Mapping[str, Any], tags: int) -> None:
    """Compare the number of tags with that of the last layer's columns.

    Raises:
        ModelError: they differ.
    """
    last = weights.get("classifier.bias")
    if last is not None and len(last) != tags:
        raise ModelError(f"The model has {len(last)} columns, but {tags} tags are said of them.")


def _weights(path: Path) -> dict[str, Any]:
    """Return the weights in `path`, or in the parts that an index at `path` names.

    Raises:
        ModelError: they are not there, or cannot be read as plain numbers.
    """
    if not path.is_file():
        raise ModelError(f"The part “{path.name}” of the weights is missing.")
    if path.name.endswith(".index.json"):
        parts = sorted({str(one) for one in read_json(path).get("weight_map", {}).values()})
        if not parts or any(Path(one).name != one for one in parts):
            raise ModelError(f"“{path.name}” names no parts beside it.")
        found: dict[str, Any] = {}
        for part in parts:
            found |= _weights(path.parent / part)
        return found
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            return dict(load_file(str(path)))
        import torch

        # Without this, a file of this old kind may run any program when it is read.
        return dict(torch.load(str(path), map_location="cpu", weights_only=True))
    except Exception as error:  # each library raises others
        raise ModelError(
            f"“{path.name}” cannot be read as plain weights. A damaged file is refused, and so is one "
            "that holds anything but numbers."
        ) from error


def check_export(model: Any, path: Path, batches: Sequence[tuple[Any, Any]]) -> float:  # noqa: ANN401
    """Return the largest difference between the logits of `model` and of its export at `path`.

    `batches` are numbers of sub-words and masks, as a session is given them.

    Raises:
        ModelError: they differ by more than the order of sums can explain.
    """
    import torch

    from engine.taggers.onnx_bert.session import Session
    from engine.training.onnx_export import LOGITS

    session = Session(path, [LOGITS])
    most = 0.0
    with torch.inference_mode():
        for ids, mask in batches:
            exact = model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).logits
            (there,) = session.run(ids, mask)
            counts = mask.astype(bool)
            most = max(most, float(np.abs(exact.float().numpy() - there)[counts].max()))
    if most > _SAME:
        raise ModelError(f"The exported model gives other numbers than PyTorch (up to {most:.4f} apart).")
    return most
