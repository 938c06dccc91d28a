"""GGUF: what a model file of llama.cpp says of itself, read without llama.cpp.

The format: github.com/ggml-org/ggml, docs/gguf.md, versions 2 and 3.  A file may come from
anyone, so every length is held against the file's own size before anything is read.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

from engine.errors import ModelError

Value: TypeAlias = "bool | int | float | str | list[Value] | Counted"

MAGIC = b"GGUF"
_OLD = {b"ggml", b"lmgg", b"fmgg", b"tjgg", b"GGML", b"GGMF", b"GGJT"}
_VERSIONS = (2, 3)
_KEPT_ITEMS = 4096
"""Longer lists, such as a vocabulary, are counted and passed over."""
_MOST_KEYS = 100_000
_MOST_TENSORS = 1_000_000
_MOST_DIMENSIONS = 8
_DEEPEST_LIST = 4
_ALIGNMENT = 32

_STRING, _LIST, _BOOL = 8, 9, 7
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 10: "Q", 11: "q", 12: "d"}

QUANTIZATIONS: dict[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20), 6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 40), 10: ("Q2_K", 256, 84),
    11: ("Q3_K", 256, 110), 12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176), 14: ("Q6_K", 256, 210),
    15: ("Q8_K", 256, 292), 16: ("IQ2_XXS", 256, 66), 17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98),
    19: ("IQ1_S", 256, 50), 20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136), 24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4), 27: ("I64", 1, 8),
    28: ("F64", 1, 8), 29: ("IQ1_M", 256, 56), 30: ("BF16", 1, 2), 34: ("TQ1_0", 256, 54),
    35: ("TQ2_0", 256, 66), 39: ("MXFP4", 32, 17), 40: ("NVFP4", 64, 36), 41: ("Q1_0", 128, 18),
}  # fmt: skip
"""Number of a tensor type: its name, and how many weights take how many bytes together."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A list that was counted and passed over."""

    length: int


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor: `shape` with the fastest dimension first, `kind` a key of `QUANTIZATIONS`."""

    name: str
    shape: tuple[int, ...]
    kind: int
    offset: int

    @property
    def weights(self) -> int:
        """How many numbers it holds."""
        count = 1
        for one in self.shape:
            count *= one
        return count

    @property
    def size(self) -> int:
        """How many bytes it takes, 0 where its type is unknown."""
        _, block, bytes_ = QUANTIZATIONS.get(self.kind, ("", 1, 0))
        return -(-self.weights // block) * bytes_


@dataclass(frozen=True, slots=True)
class GgufFile:
    """The head of a GGUF file.  `metadata` is as it stands there, long lists as `Counted`."""

    name: str
    size: int
    version: int
    metadata: Mapping[str, Value]
    tensors: tuple[Tensor, ...]
    data_start: int

    def text(self, key: str) -> str:
        """Return a text of the metadata, or empty."""
        value = self.metadata.get(key)
        return value if isinstance(value, str) else ""

    def number(self, key: str, default: int = 0) -> int:
        """Return a whole number of the metadata; the largest of a list; `default` where there is none."""
        value = self.metadata.get(key)
        if isinstance(value, list):
            numbers = [one for one in value if isinstance(one, int)]
            return max(numbers, default=default)
        return value if isinstance(value, int) and not isinstance(value, bool) else default

    def length(self, key: str) -> int:
        """Return the length of a list of the metadata, 0 where there is none."""
        value = self.metadata.get(key)
        if isinstance(value, Counted):
            return value.length
        return len(value) if isinstance(value, list) else 0


def read_gguf(path: Path) -> GgufFile:
    """Return the head of the file at `path`, once all the data that it promises is there.

    Raises:
        ModelError: the file cannot be read, is no GGUF file, or is cut short or damaged.
    """
    try:
        with path.open("rb") as file:
            head = _Reading(file, path).head()
    except FileNotFoundError:
        raise ModelError(f"The file “{path.name}” is missing.") from None
    except OSError as error:
        raise ModelError(f"The file “{path.name}” cannot be read: {error.strerror}.") from error
    needed = head.data_start + max((one.offset + one.size for one in head.tensors), default=0)
    if needed > head.size:
        raise ModelError(
            f"The file “{path.name}” is cut short: {head.size:,} of at least {needed:,} bytes. "
            "Please copy or download it again."
        )
    return head


class _Reading:
    """A file being read from its start, never further than its end."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._name = path.name
        self._size = path.stat().st_size
        self._at = 0

    def head(self) -> GgufFile:
        version = self._version()
        tensors, keys = self._number("Q"), self._number("Q")
        if tensors > _MOST_TENSORS or keys > _MOST_KEYS:
            raise self._damaged()
        metadata: dict[str, Value] = {}
        for _ in range(keys):
            key = self._string()
            metadata[key] = self._value(self._number("I"))
        infos = tuple(self._tensor() for _ in range(tensors))
        alignment = metadata.get("general.alignment", _ALIGNMENT)
        if not isinstance(alignment, int) or not 0 < alignment <= 1 << 20:
            raise self._damaged()
        start = -(-self._at // alignment) * alignment
        return GgufFile(self._name, self._size, version, metadata, infos, start)

    def _version(self) -> int:
        magic = self._file.read(4)
        self._at = len(magic)
        if magic in _OLD:
            raise ModelError(
                f"“{self._name}” is in a form that llama.cpp gave up in 2023. Please get it as a GGUF file."
            )
        if magic != MAGIC:
            raise ModelError(f"“{self._name}” is not a GGUF file.")
        version = self._number("I")
        if version not in _VERSIONS:
            swapped = int.from_bytes(version.to_bytes(4, "little"), "big")
            what = "written for another kind of processor" if swapped in _VERSIONS else f"version {version}"
            raise ModelError(f"The GGUF file “{self._name}” is {what}, which cannot be read here.")
        return version

    def _tensor(self) -> Tensor:
        name = self._string()
        dimensions = self._number("I")
        if dimensions > _MOST_DIMENSIONS:
            raise self._damaged()
        shape = tuple(self._number("Q") for _ in range(dimensions))
        return Tensor(name, shape, self._number("I"), self._number("Q"))

    def _value(self, kind: int, depth: int = 0) -> Value:
        if kind == _STRING:
            return self._string()
        if kind == _LIST:
            return self._list(depth)
        if kind == _BOOL:
            return bool(self._number("B"))
        if kind not in _NUMBERS:
            raise self._damaged()
        (value,) = struct.unpack("<" + _NUMBERS[kind], self._bytes(struct.calcsize("<" + _NUMBERS[kind])))
        return value  # type: ignore[no-any-return]

    def _list(self, depth: int) -> Value:
        kind, length = self._number("I"), self._number("Q")
        if depth > _DEEPEST_LIST or length > self._size - self._at:
            raise self._damaged()
        if length <= _KEPT_ITEMS:
            return [self._value(kind, depth + 1) for _ in range(length)]
        if kind in _NUMBERS or kind == _BOOL:
            self._pass_over(length * struct.calcsize("<" + _NUMBERS.get(kind, "B")))
        elif kind == _STRING:
            for _ in range(length):
                self._pass_over(self._number("Q"))
        else:
            raise self._damaged()
        return Counted(length)

    def _string(self) -> str:
        return self._bytes(self._number("Q")).decode("utf-8", "replace")

    def _number(self, kind: str) -> int:
        (value,) = struct.unpack("<" + kind, self._bytes(struct.calcsize("<" + kind)))
        return int(value)

    def _bytes(self, count: int) -> bytes:
        self._room_for(count)
        self._at += count
        return self._file.read(count)

    def _pass_over(self, count: int) -> None:
        self._room_for(count)
        self._at += count
        self._file.seek(self._at)

    def _room_for(self, count: int) -> None:
        if count > self._size - self._at:
            raise ModelError(
                f"The file “{self._name}” is cut short or damaged: it ends within its own description. "
                "Please copy or download it again."
            )

    def _damaged(self) -> ModelError:
        return ModelError(
            f"The GGUF file “{self._name}” is damaged: its description makes no sense. "
            "Please copy or download it again."
        )
