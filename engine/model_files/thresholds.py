"""Thresholds: how much a language model must prefer a tag, label by label, fitted once and kept by name.

They lie in this user's own folder, a file each.  A run that uses them records the numbers themselves,
so it can be repeated when the file has changed.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from engine.errors import ModelError
from engine.model_files.places import user_folder

NONE = "none"
"""What is said for: use none."""

_SHOWN = 12
"""So much of a model's hash stands in the name of a file: one name may be used for each model."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Biases by label, for one model, and where they come from; no words of any note.

    `sha256` is that of the model's files as `TaggerSpec` has it; `fitted` is when, `gold` the name of the
    notes.  `without` and `cross_fitted` are strict F1 of entities on them, the latter with thresholds
    from other notes than those measured; `difference`, its 95 % interval and its p are paired by note.
    """

    name: str
    model: str
    sha256: str
    label_set: str
    bias: dict[str, float]
    gold: str
    notes: int
    tags: int
    fitted: str
    without: float
    cross_fitted: float
    difference: float
    low: float
    high: float
    p: float


def keep_thresholds(thresholds: Thresholds) -> Path:
    """Keep `thresholds` under their name, in place of others of that name for that model; return the file.

    Raises:
        ModelError: the name cannot be one.
    """
    path = _path(thresholds.name, thresholds.sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = msgspec.json.format(msgspec.json.encode(thresholds), indent=2) + b"\n"
    new = path.with_suffix(".new")
    new.write_bytes(raw)
    new.replace(path)
    return path


def find_thresholds(name: str, sha256: str, model: str) -> Thresholds:
    """Return what is kept under `name` for the model called `model`, whose files have the hash `sha256`.

    Raises:
        ModelError: there is none of this name, it cannot be read, or it was fitted for another model.
    """
    path = _path(name, sha256)
    if path.is_file():
        found = _read(path)
        if found is None:
            raise ModelError(f"The thresholds “{name}” cannot be read. Please fit them again.")
        return found
    if any(one.name == name for one in _kept()):
        raise ModelError(
            f"The thresholds “{name}” were fitted for another model or version, and say nothing of "
            f"“{model}”. Please fit them again."
        )
    here = ", ".join(one.name for one in kept_thresholds(sha256)) or "none"
    raise ModelError(f"There are no thresholds called “{name}”. For this model there are: {here}.")


def kept_thresholds(sha256: str) -> list[Thresholds]:
    """Return all that are kept for the model whose files have the hash `sha256`, by name."""
    return [one for one in _kept() if one.sha256 == sha256]


def _kept() -> list[Thresholds]:
    return [one for one in map(_read, sorted(_folder().glob("*.json"))) if one is not None]


def _read(path: Path) -> Thresholds | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Thresholds)
    except (OSError, msgspec.DecodeError):
        return None


def _folder() -> Path:
    return user_folder() / "thresholds"


def _path(name: str, sha256: str) -> Path:
    if not _NAME.fullmatch(name) or name == NONE:
        raise ModelError(
            f"Thresholds cannot be called “{name}”. A name has letters of English, digits, - and _."
        )
    return _folder() / f"{name}.{sha256[:_SHOWN]}.json"
