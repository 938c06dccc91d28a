"""ONNX weights: which files beside an ONNX file hold its large weights, as the file itself names them.

The format: github.com/onnx/onnx, onnx.proto, in the wire format of protobuf.  It is read here
without the package onnx, which not every machine has, and only as far as the names.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

from engine.errors import ModelError

_GRAPH, _NODE, _INITIALIZER = 7, 1, 5
_ATTRIBUTE, _TENSOR, _INNER_GRAPH = 5, 5, 6
_EXTERNAL, _KEY, _VALUE = 13, 1, 2
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
_DEEPEST = 8
_LONGEST_VARINT = 10
_TAKEN = frozenset({".json", ".onnx", ".toml"})
"""What the files of an installed model are called, which weights must not replace."""

Part = tuple[int, int]
"""Where a message begins and ends in the file."""


def weight_files(path: Path) -> tuple[str, ...]:
    """Return the names of the files with weights that the ONNX file at `path` asks for, each once.

    Raises:
        ModelError: the file cannot be read, is no ONNX file, or asks for a file that is not beside it.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as raw:
            names = dict.fromkeys(_external(_Fields(raw), (0, len(raw))))
    except OSError as error:
        raise ModelError(f"“{path.name}” cannot be read: {error.strerror}.") from error
    except (ValueError, IndexError):  # an empty file cannot be mapped; the others are of our own reading
        raise ModelError(f"“{path.name}” is damaged, or is no ONNX file.") from None
    for name in names:
        if Path(name).name != name or "\\" in name:
            raise ModelError(
                f"“{path.name}” asks for weights that lie elsewhere. They have to lie in a file beside it; "
                "please export the model anew."
            )
        if Path(name).suffix in _TAKEN:
            raise ModelError(f"“{path.name}” keeps its weights in “{name}”, a name that is needed here.")
        if not path.with_name(name).is_file():
            raise ModelError(f"“{path.name}” keeps its weights in the file “{name}”, which is not beside it.")
    return tuple(names)


class _Fields:
    """The fields of messages in a file that is mapped into memory."""

    def __init__(self, raw: mmap.mmap) -> None:
        self._raw = raw

    def parts(self, message: Part, wanted: int) -> Iterator[Part]:
        """Yield where each part numbered `wanted` of `message` lies, passing over all else.

        Raises:
            ValueError, IndexError: it is no message.
        """
        at, end = message
        while at < end:
            key, at = self._varint(at)
            number, kind = key >> 3, key & 7
            if kind == _VARINT:
                _, at = self._varint(at)
            elif kind == _BYTES:
                length, at = self._varint(at)
                if at + length > end:
                    raise ValueError
                if number == wanted:
                    yield at, at + length
                at += length
            elif kind in {_EIGHT, _FOUR}:
                at += 8 if kind == _EIGHT else 4
            else:
                raise ValueError
        if at != end:
            raise ValueError

    def text(self, part: Part) -> str:
        """Return the text of a part."""
        return self._raw[part[0] : part[1]].decode("utf-8")

    def _varint(self, at: int) -> tuple[int, int]:
        value = 0
        for shift in range(_LONGEST_VARINT):
            byte = self._raw[at + shift]
            value |= (byte & 127) << (7 * shift)
            if byte < 128:  # noqa: PLR2004 - the bit that says that more follows
                return value, at + shift + 1
        raise ValueError


def _external(fields: _Fields, model: Part) -> Iterator[str]:
    for graph in fields.parts(model, _GRAPH):
        yield from _of_graph(fields, graph, 0)


def _of_graph(fields: _Fields, graph: Part, depth: int) -> Iterator[str]:
    """Yield the names in a graph: of its weights, of constants, and of the graphs within its nodes."""
    if depth > _DEEPEST:
        raise ValueError
    for tensor in fields.parts(graph, _INITIALIZER):
        yield from _of_tensor(fields, tensor)
    for node in fields.parts(graph, _NODE):
        for attribute in fields.parts(node, _ATTRIBUTE):
            for tensor in fields.parts(attribute, _TENSOR):
                yield from _of_tensor(fields, tensor)
            for inner in fields.parts(attribute, _INNER_GRAPH):
                yield from _of_graph(fields, inner, depth + 1)


def _of_tensor(fields: _Fields, tensor: Part) -> Iterator[str]:
    for entry in fields.parts(tensor, _EXTERNAL):
        if [fields.text(one) for one in fields.parts(entry, _KEY)] == ["location"]:
            yield from (fields.text(one) for one in fields.parts(entry, _VALUE))
