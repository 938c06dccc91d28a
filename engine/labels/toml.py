"""TOML: a table written as text that `tomllib` reads back."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_INLINE_WIDTH = 100


def to_toml(table: Mapping[str, object]) -> str:
    """Return `table` as TOML, keys in their order, plain values before tables.

    Values may be strings, booleans, whole and decimal numbers, sequences and mappings
    of these.  Entries that are None are left out, since TOML has no word for nothing.

    Raises:
        TypeError: a value is of another type.
    """
    return "\n".join(_table(table, ())).strip("\n") + "\n"


def _table(table: Mapping[str, object], path: tuple[str, ...]) -> Iterator[str]:
    said = {key: value for key, value in table.items() if value is not None}
    for key, value in said.items():
        if not _tables(value):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in said.items():
        inner = (*path, key)
        name = ".".join(map(_key, inner))
        for one in _tables(value):
            yield ""
            yield f"[{name}]" if one is value else f"[[{name}]]"
            yield from _table(one, inner)


def _tables(value: object) -> Sequence[Mapping[str, object]]:
    """Return `value` as the tables it is written as: itself, its items, or none for a plain value."""
    if isinstance(value, Mapping):
        return [value]
    if isinstance(value, list | tuple) and all(isinstance(one, Mapping) for one in value):
        return value
    return []


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _string(key)


def _string(text: str) -> str:
    """Return `text` in quotes; JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _number(value: float) -> str:
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    said = repr(value)
    return said if "." in said or "e" not in said else said.replace("e", ".0e", 1)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items() if v is not None) + " }"
    if isinstance(value, Sequence):
        return _array([_value(one) for one in value])
    raise TypeError(f"TOML has no place for {type(value).__name__}")


def _array(items: list[str]) -> str:
    line = "[" + ", ".join(items) + "]"
    if len(line) <= _INLINE_WIDTH:
        return line
    return "[\n" + "".join(f"  {item},\n" for item in items) + "]"
