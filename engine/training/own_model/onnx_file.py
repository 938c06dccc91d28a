"""ONNX file: a model that was exported elsewhere, and whether it can be asked as our own are."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from engine.errors import ModelError
from engine.taggers.onnx_bert.session import Port, Session
from engine.training.own_model.onnx_weights import weight_files
from engine.training.own_model.source import Source

_WANTED = ("input_ids", "attention_mask")
_KNOWN = frozenset({*_WANTED, "token_type_ids"})
_WHOLE = "tensor(int64)"
_RANK = 3


def copy_onnx(source: Source, path: Path) -> None:
    """Copy the ONNX file of `source` to `path`, and its weights where they lie beside it.

    Raises:
        ModelError: it cannot be copied.
    """
    try:
        shutil.copyfile(source.weights, path)
        for part in weight_files(source.weights):  # under their own names, by which the graph calls them
            shutil.copyfile(source.weights.with_name(part), path.with_name(part))
    except OSError as error:
        raise ModelError(f"“{source.weights.name}” cannot be copied: {error.strerror}.") from error


def check_onnx(path: Path, tags: int) -> str:
    """Return the name of the output that holds the tags of the ONNX file at `path`.

    Raises:
        ModelError: its weights are not all there, ONNX Runtime cannot load it, it wants other inputs
            than sub-words and a mask, it reads only texts of one length, or no output has as many
            columns as there are `tags`.
    """
    weight_files(path)
    session = Session(path, [])
    names = {port.name for port in session.inputs}
    for name in _WANTED:
        if name not in names:
            raise ModelError(f"The ONNX file has no input “{name}”; it is not the encoder of a text.")
    if strange := sorted(names - _KNOWN):
        raise ModelError(f"The ONNX file wants the input “{strange[0]}”, which this program does not give.")
    for port in session.inputs:
        if port.numbers != _WHOLE:
            raise ModelError(f"The ONNX file wants “{port.name}” as {port.numbers}, not as {_WHOLE}.")
        if any(isinstance(one, int) for one in port.shape):
            raise ModelError(
                "The ONNX file reads only texts of one length; please export it with free dimensions."
            )
    output = _output(session.outputs, tags)
    _try(path, output, tags)
    return output


def _output(ports: tuple[Port, ...], tags: int) -> str:
    fitting = [port for port in ports if len(port.shape) == _RANK and port.shape[-1] in {tags, None}]
    fitting += [port for port in ports if len(port.shape) == _RANK and isinstance(port.shape[-1], str)]
    named = [port for port in fitting if port.name == "logits"]
    if found := (*named, *fitting):
        return found[0].name
    widths = sorted({str(port.shape[-1]) for port in ports if port.shape})
    raise ModelError(
        f"No output of the ONNX file has {tags} columns, one for each tag (there are: {', '.join(widths)})."
    )


def _try(path: Path, output: str, tags: int) -> None:
    """Ask the model about two texts of unlike length.

    Raises:
        ModelError: it fails, or what it says has another shape.
    """
    session = Session(path, [output])
    for width in (5, 9):
        ids = np.full((2, width), 3, dtype=np.int64)
        (said,) = session.run(ids, np.ones_like(ids))
        if said.shape != (2, width, tags):
            raise ModelError(
                f"The output “{output}” has {said.shape[-1]} columns where the model is said to have {tags} "
                "tags, or it does not speak of each sub-word."
            )


def longest_read(path: Path, output: str, said: int) -> int:
    """Return how many sub-words the ONNX file reads at once: as many as `said`, or fewer where it fails.

    Raises:
        ModelError: it reads hardly anything.
    """
    session = Session(path, [output])
    for length in sorted({said, 512, 256, 128}, reverse=True):
        if length > said:
            continue
        ids = np.full((1, length), 3, dtype=np.int64)
        try:
            session.run(ids, np.ones_like(ids))
        except ModelError:
            continue
        return length
    raise ModelError("The ONNX file does not read as few as 128 sub-words at once.")
