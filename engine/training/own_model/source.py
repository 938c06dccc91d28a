"""Source: the files of a model made elsewhere, and what they say of it.  Nothing of them is executed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import ModelError

SHAPES = {"bert": "BERT", "distilbert": "DistilBERT", "electra": "ELECTRA", "roberta": "RoBERTa"}
"""The shapes that can be exported, by their name in ``config.json``."""

_WEIGHTS = (
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"
)  # fmt: skip
_OTHER_WEIGHTS = {
    "adapter_model.*": "holds an adapter alone, which changes another model. Please merge the two first",
    "*.gguf": "holds a language model of llama.cpp. Please use tagwell models install with its file",
    "tf_model.h5": "holds weights for TensorFlow. Please save them as model.safetensors first",
    "flax_model.msgpack": "holds weights for Flax. Please save them as model.safetensors first",
}
"""Weights that cannot be taken, and what can be done."""
_LARGEST_TEXT = 64 * 1024 * 1024
_ROBERTA_OFFSET = 2
"""RoBERTa counts its places from behind the number of its filling mark."""
_USUAL_LENGTH = 512


@dataclass(frozen=True, slots=True)
class Source:
    """A model that may be converted.

    `tags` are the meanings of the columns of its output, in order; empty where no file tells.
    `longest` is how many sub-words it reads at once, both marks included; `vocabulary` how
    many it knows, 0 where that is not said.
    """

    folder: Path
    weights: Path
    shape: str
    tags: tuple[str, ...]
    longest: int
    vocabulary: int
    config: Mapping[str, Any] = field(repr=False)

    @property
    def is_onnx(self) -> bool:
        """Whether it is exported already, so that it can be taken without PyTorch."""
        return self.weights.suffix == ".onnx"


def open_source(place: Path, tag_list: Path | None = None) -> Source:
    """Return the model at `place`: a folder with ``config.json`` and weights, or an ONNX file.

    The meanings of the columns stand in `tag_list` (a tag a line, or JSON), else in ``config.json``.

    Raises:
        ModelError: there is no such model, or none of a shape that can be converted.
    """
    if place.is_file() and place.suffix == ".onnx":
        folder, weights = place.parent, place
    elif place.is_dir():
        folder, weights = place, _weights(place)
    else:
        raise ModelError(f"“{place.name}” is neither a folder with a model nor an ONNX file.")
    config = read_json(folder / "config.json") if (folder / "config.json").is_file() else {}
    kind = str(config.get("model_type", ""))
    if weights.suffix != ".onnx" and kind not in SHAPES:
        known = ", ".join(SHAPES.values())
        raise ModelError(
            f"The model in “{folder.name}” is of the shape “{kind or 'unknown'}”; what can be converted "
            f"are {known}, or any model of this kind as an ONNX file."
        )
    tags = read_tag_list(tag_list) if tag_list else _tags(config)
    return Source(
        folder, weights, SHAPES.get(kind, "ONNX"), tags, _longest(config), _vocabulary(config), config
    )


def read_tag_list(path: Path) -> tuple[str, ...]:
    """Return the tags in the file at `path`: one a line, a JSON list, or a JSON object by number.

    Raises:
        ModelError: the file cannot be read, or is none of these.
    """
    if path.suffix == ".json":
        said = _json_value(path)
        if isinstance(said, dict):
            return _tags({"id2label": said.get("id2label", said)})
        tags = said if isinstance(said, list) else []
    else:
        tags = [line.strip() for line in _text(path).splitlines() if line.strip()]
    if not tags or not all(isinstance(one, str) for one in tags):
        raise ModelError(f"“{path.name}” is not a list of tags: one tag a line, in the order of the output.")
    return tuple(tags)


def _weights(folder: Path) -> Path:
    for name in _WEIGHTS:
        if (folder / name).is_file():
            return folder / name
    exported = sorted([*folder.glob("*.onnx"), *folder.glob("onnx/*.onnx")])
    if len(exported) == 1:
        return exported[0]
    if exported:
        raise ModelError(
            f"There are {len(exported)} ONNX files in “{folder.name}”; please choose one of them."
        )
    for pattern, told in _OTHER_WEIGHTS.items():
        if next(folder.glob(pattern), None):
            raise ModelError(f"The folder “{folder.name}” {told}.")
    raise ModelError(
        f"There are no weights in “{folder.name}”: neither model.safetensors nor pytorch_model.bin nor an "
        "ONNX file."
    )


def _tags(config: Mapping[str, Any]) -> tuple[str, ...]:
    said = config.get("id2label")
    if not isinstance(said, dict) or not said:
        return ()
    try:
        by_number = {int(number): str(tag) for number, tag in said.items()}
    except ValueError:  # some turn the table round
        by_number = {int(number): tag for tag, number in said.items() if isinstance(number, int)}
    if sorted(by_number) != list(range(len(by_number))):
        raise ModelError("The table “id2label” of the model does not number its tags from 0 without a gap.")
    return tuple(by_number[number] for number in range(len(by_number)))


def _longest(config: Mapping[str, Any]) -> int:
    said = config.get("max_position_embeddings")
    longest = said if isinstance(said, int) and said > _ROBERTA_OFFSET else _USUAL_LENGTH
    if config.get("model_type") == "roberta" and isinstance(said, int):
        padding = config.get("pad_token_id")
        longest -= (padding if isinstance(padding, int) else 1) + 1
    return longest


def _vocabulary(config: Mapping[str, Any]) -> int:
    said = config.get("vocab_size")
    return said if isinstance(said, int) else 0


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in the file at `path`.

    Raises:
        ModelError: the file cannot be read, or holds something else.
    """
    said = _json_value(path)
    if not isinstance(said, dict):
        raise ModelError(f"“{path.name}” is not the description of a model.")
    return said


def _json_value(path: Path) -> object:
    try:
        found: object = json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"“{path.name}” is not valid JSON.") from error
    return found


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_TEXT:
            raise ModelError(f"“{path.name}” is far too large for what it should be.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ModelError(f"“{path.name}” cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ModelError(f"“{path.name}” is not UTF-8 text.") from error


def read_settings(folder: Path) -> Mapping[str, Any]:
    """Return what ``tokenizer_config.json`` says, or nothing where there is no such file.

    Raises:
        ModelError: the file cannot be read.
    """
    path = folder / "tokenizer_config.json"
    return read_json(path) if path.is_file() else {}
