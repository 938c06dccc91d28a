"""Label set files: reading, checking and writing label sets as TOML."""

from __future__ import annotations

import errno
import os
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from engine.errors import DiskFull, FormatError, InputError, LabelError
from engine.labels.checks import faults
from engine.labels.label_set import Kind, LabelSet, LabelType, Pair
from engine.labels.toml import to_toml

_FORMAT = 1
_SUFFIX = ".toml"
_MOST_FAULTS = 5
_LARGEST_BYTES = 4 * 1024 * 1024

_WHOLE = ("format", "name", "version", "title", "description", "licence", "types", "pairs", "aliases")
_TYPE = ("name", "kind", "title", "definition", "guideline", "examples", "colour", "key")
_PAIR = ("head", "tails", "relation")

Table = Mapping[str, object]


def load_label_set(path: Path) -> LabelSet:
    """Return the label set in the file at `path`.

    Raises:
        FormatError: not a label set; the message names the file and each place that is wrong.
        InputError: the file cannot be read.
    """
    reading = _Reading(path.name)
    try:
        labels = reading.label_set(reading.table(path))
    except OSError as error:
        raise InputError(f"“{path.name}” cannot be read: {error.strerror}.") from None
    found = faults(labels)
    if found:
        more = f" And {len(found) - _MOST_FAULTS} more." if len(found) > _MOST_FAULTS else ""
        raise FormatError(f"“{path.name}”: {' '.join(found[:_MOST_FAULTS])}{more}")
    return labels


def save_label_set(labels: LabelSet, path: Path) -> None:
    """Write `labels` to `path`, whole or not at all; `load_label_set` gives an equal one back.

    Raises:
        LabelError: it has faults, so that it could not be read again.
        InputError: the file cannot be written there.
        DiskFull: there is no space left.
    """
    found = faults(labels)
    if found:
        raise LabelError(f"The label set cannot be saved: {' '.join(found[:_MOST_FAULTS])}")
    try:
        said = to_toml(_as_table(labels)).encode("utf-8")
    except UnicodeEncodeError:
        raise LabelError("The label set holds a character that cannot be written to a file.") from None
    try:
        _replace(path, said)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(f"There is no space left for “{path.name}”; nothing was written.") from None
        raise InputError(f"“{path.name}” cannot be written: {error.strerror}.") from None


def shipped_label_sets(folder: Path) -> tuple[LabelSet, ...]:
    """Return the label sets that lie in `folder`, by name; `folder` is ``models/`` or its ``label_sets``.

    Raises:
        FormatError: one of the files is not a label set.
    """
    return tuple(sorted(map(load_label_set, _files(folder)), key=lambda one: one.name))


def find_label_set(name_or_path: str | Path, folder: Path) -> LabelSet:
    """Return the label set called so in `folder`, or else the one in the file at that path.

    Raises:
        LabelError: there is neither; the message lists what there is.
        FormatError: the file is not a label set.
    """
    files = {path.stem: path for path in _files(folder)}
    said = str(name_or_path)
    if said in files:
        return load_label_set(files[said])
    path = Path(name_or_path)
    if path.is_file():
        return load_label_set(path)
    known = ", ".join(sorted(files)) or "none"
    raise LabelError(f"There is no label set “{said}”. There are: {known}, or any label set file.")


def _files(folder: Path) -> list[Path]:
    inner = folder / "label_sets"
    return sorted((inner if inner.is_dir() else folder).glob(f"*{_SUFFIX}"))


def _replace(path: Path, said: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(said)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _as_table(labels: LabelSet) -> dict[str, object]:
    return {
        "format": _FORMAT,
        "name": labels.name,
        "version": labels.version,
        "title": labels.title,
        "description": labels.description,
        "licence": labels.licence,
        "aliases": dict(labels.aliases),
        "types": [
            {
                "name": one.name,
                "kind": one.kind.value,
                "title": one.title,
                "definition": one.definition,
                "guideline": one.guideline,
                "examples": list(one.examples),
                "colour": one.colour,
                "key": one.key,
            }
            for one in labels.types
        ],
        "pairs": [
            {"head": head, "relation": relation, "tails": [pair.tail for pair in same]}
            for (head, relation), same in groupby(labels.pairs, key=lambda pair: (pair.head, pair.relation))
        ],
    }


class _Reading:
    """One file being read; every complaint names it and the place."""

    def __init__(self, file: str) -> None:
        self._file = file

    def table(self, path: Path) -> Table:
        if path.stat().st_size > _LARGEST_BYTES:
            raise self._wrong("the file is far too large to be a label set")
        try:
            return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise self._wrong("the file is not UTF-8 text") from None
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise self._wrong(f"the file is not valid TOML: {error}") from None

    def label_set(self, table: Table) -> LabelSet:
        version = table.get("format")
        if isinstance(version, int) and version > _FORMAT:
            raise self._wrong("the label set was made for a newer version of the program")
        if version != _FORMAT:
            raise self._wrong("the first line of a label set is “format = 1”; it is missing")
        self._only(table, _WHOLE, "at the top")
        top = "at the top"
        return LabelSet(
            name=self._text(table, "name", top),
            version=self._text(table, "version", top),
            title=self._text(table, "title", top),
            description=self._text(table, "description", top, ""),
            types=tuple(self._type(one, f"in type {i}") for i, one in self._tables(table, "types")),
            pairs=tuple(
                pair for i, one in self._tables(table, "pairs") for pair in self._pairs(one, f"in pairs {i}")
            ),
            licence=self._text(table, "licence", top, ""),
            aliases=self._aliases(table),
        )

    def _type(self, table: Table, place: str) -> LabelType:
        self._only(table, _TYPE, place)
        kind = self._text(table, "kind", place)
        if kind not in {one.value for one in Kind}:
            raise self._wrong(f"{place} the kind is neither “entity” nor “modifier”")
        return LabelType(
            name=self._text(table, "name", place),
            kind=Kind(kind),
            title=self._text(table, "title", place),
            definition=self._text(table, "definition", place, ""),
            guideline=self._text(table, "guideline", place, ""),
            examples=self._texts(table, "examples", place),
            colour=self._text(table, "colour", place),
            key=self._text(table, "key", place, ""),
        )

    def _pairs(self, table: Table, place: str) -> Iterable[Pair]:
        self._only(table, _PAIR, place)
        head, relation = self._text(table, "head", place), self._text(table, "relation", place)
        tails = self._texts(table, "tails", place)
        if not tails:
            raise self._wrong(f"{place} the entry “tails” names no type")
        return [Pair(head, tail, relation) for tail in tails]

    def _aliases(self, table: Table) -> tuple[tuple[str, str], ...]:
        aliases = table.get("aliases", {})
        if not isinstance(aliases, dict):
            raise self._wrong("at the top the entry “aliases” is not a table")
        return tuple((alias, self._text(aliases, alias, "among the aliases")) for alias in aliases)

    def _tables(self, table: Table, key: str) -> list[tuple[int, Table]]:
        found = table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self._wrong(f"the entries “{key}” are not written as [[{key}]]")
        return list(enumerate(found, start=1))

    def _text(self, table: Table, key: str, place: str, default: str | None = None) -> str:
        found = table.get(key, default)
        if found is None:
            raise self._wrong(f"{place} the entry “{key}” is missing")
        if not isinstance(found, str):
            raise self._wrong(f"{place} the entry “{key}” is not text in quotes")
        return found

    def _texts(self, table: Table, key: str, place: str) -> tuple[str, ...]:
        found = table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise self._wrong(f"{place} the entry “{key}” is not a list of texts in quotes")
        return tuple(found)

    def _only(self, table: Table, known: tuple[str, ...], place: str) -> None:
        for key in table:
            if key not in known:
                raise self._wrong(f"{place} there is no entry “{key}”; known are {', '.join(known)}")

    def _wrong(self, what: str) -> FormatError:
        return FormatError(f"“{self._file}”: {what}.")
