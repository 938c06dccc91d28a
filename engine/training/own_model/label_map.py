"""Label map: which label of ours each type of a model made elsewhere is, as a table that a person edits."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.errors import LabelError, ModelError
from engine.labels.label_set import Kind, LabelSet, LabelType
from engine.labels.toml import to_toml

LEFT_OUT = ""
"""What stands in the file for a type that is left out on purpose."""

_UNFIT = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_NAME = 64
_KEYS = "123456789abcdefghijklnoqstuvwxyz"
_COLOURS = ("#d91d00", "#0067c0", "#107c10", "#8a2be2", "#b35900", "#007a7a", "#c2185b", "#5d4037", "#455a64")


def guessed(types: Sequence[str], labels: LabelSet) -> dict[str, str | None]:
    """Return for each of `types` the label of the same name or of an alias, or None where there is none."""
    return {name: labels.resolve(name) or labels.resolve(_spoken(name)) for name in types}


def read_label_map(path: Path, types: Sequence[str], labels: LabelSet) -> dict[str, str | None]:
    """Return what the file at `path` says: a TOML table ``[labels]`` of ``"theirs" = "ours"``.

    An empty ours leaves a type out.  Types that the file does not name are guessed.

    Raises:
        ModelError: the file cannot be read, or names a type that the model lacks.
        LabelError: it names a label that `labels` lacks.
    """
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ModelError(f"“{path.name}” cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"“{path.name}” is not a table of labels: it is not valid TOML.") from error
    said = table.get("labels", table)
    if not isinstance(said, dict) or not all(isinstance(one, str) for one in said.values()):
        raise ModelError(f'“{path.name}” is not a table of labels, with lines like: Disease = "problem".')
    for theirs in said:
        if theirs not in types:
            raise ModelError(f"“{path.name}” names “{theirs}”; the model has only {', '.join(types)}.")
    return checked(guessed(types, labels) | {theirs: ours or None for theirs, ours in said.items()}, labels)


def write_label_map(path: Path, said: Mapping[str, str | None]) -> None:
    """Write `said` to `path`, to be edited and read again; a file that is there is not touched.

    Raises:
        ModelError: there is a file already, or it cannot be written.
    """
    table = {"labels": {theirs: ours or LEFT_OUT for theirs, ours in said.items()}}
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write('# The model\'s types, and the label each is given; "" leaves a type out.\n')
            file.write(to_toml(table))
    except FileExistsError:
        raise ModelError(f"There is a file “{path.name}” already; it was left as it is.") from None
    except OSError as error:
        raise ModelError(f"“{path.name}” cannot be written: {error.strerror}.") from error


def checked(said: Mapping[str, str | None], labels: LabelSet) -> dict[str, str | None]:
    """Return `said` with labels as `labels` spells them.

    Raises:
        LabelError: a label is none of `labels`, or nothing is left that the model could say.
    """
    found: dict[str, str | None] = {}
    for theirs, ours in said.items():
        found[theirs] = None if ours is None else labels.resolve(ours)
        if ours is not None and found[theirs] is None:
            known = ", ".join(one.name for one in labels)
            raise LabelError(f"The label set “{labels.title}” has no label “{ours}”. It has: {known}.")
    if not any(found.values()):
        types = ", ".join(said)
        raise LabelError(
            f"None of the model’s types ({types}) is a label of “{labels.title}”. Please say what they "
            "are there, or keep them as a label set of their own."
        )
    return found


def own_label_set(name: str, title: str, types: Sequence[str]) -> tuple[LabelSet, dict[str, str | None]]:
    """Return a label set of the model's own `types`, and what each of them is called there."""
    said: dict[str, str | None] = {}
    made: list[LabelType] = []
    for number, theirs in enumerate(types):
        ours = _free_name(theirs, {one.name.casefold() for one in made})
        said[theirs] = ours
        key = _KEYS[number] if number < len(_KEYS) else ""
        made.append(
            LabelType(
                ours,
                Kind.ENTITY,
                _spoken(theirs) or ours,
                "",
                "",
                (),
                _COLOURS[number % len(_COLOURS)],
                key=key,
            )
        )
    words = "The types of a model that was made elsewhere, as they are called there."
    return LabelSet(name, "1", title, words, tuple(made), ()), said


def _free_name(theirs: str, taken: set[str]) -> str:
    """Return a name for `theirs` that a label set may have and that is not in `taken`."""
    plain = _UNFIT.sub("_", theirs).strip("_")[:_LONGEST_NAME] or "type"
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[: _LONGEST_NAME - 4]}_{number}"
    return name


def _spoken(name: str) -> str:
    """Return a type's name with spaces, as a person would write it."""
    return " ".join(re.split(r"[_\s]+", name)).strip()
