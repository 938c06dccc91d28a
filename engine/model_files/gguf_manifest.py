"""GGUF manifest: what we write beside a model file of llama.cpp, made from what the file says of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import ModelError
from engine.model_files.manifest import FORMAT, Manifest, Origin
from engine.model_files.preflight import Facts

KIND = "llama-cpp.v1"
SUFFIX = ".gguf"

_USUAL_CONTEXT = 4096
_USUAL_LABELS = "kiwi"
_BILLION, _MILLION = 10**9, 10**6
_LONGEST_NAME = 64
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a user says of a model file; empty: as the file says.  `base` is for adapters alone."""

    name: str = ""
    title: str = ""
    label_set: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    licence: str = ""
    base: str = ""


def manifest_for(facts: Facts, wanted: Wanted, origin: Origin) -> Manifest:
    """Return the manifest of a model file, still without its files.

    Raises:
        ModelError: the wanted name cannot be a model's.
    """
    options = {"context": min(_USUAL_CONTEXT, facts.context or _USUAL_CONTEXT), **wanted.options}
    if facts.chat_template:
        options.setdefault("chat", True)
    return Manifest(
        FORMAT,
        KIND,
        checked_name(wanted.name or name_from(facts.name)),
        wanted.title or facts.name,
        "1",
        wanted.label_set or _USUAL_LABELS,
        summary=described(facts),
        licence=wanted.licence or facts.licence,
        options=options,
        origins=(origin,),
    )


def checked_name(name: str) -> str:
    """Return `name` if a model can be called so.

    Raises:
        ModelError: it cannot.
    """
    if not _NAME.fullmatch(name):
        raise ModelError(f"“{name}” cannot be a model’s name: small letters, digits, “.”, “-” and “_” only.")
    return name


def name_from(title: str) -> str:
    """Return a model's name made of `title`: small letters, digits and hyphens."""
    name = re.sub(r"[^a-z0-9.]+", "-", title.lower()).strip("-.")
    return name[:_LONGEST_NAME].strip("-.") or "model"


def described(facts: Facts) -> str:
    """Return a model file in one sentence."""
    large = facts.parameters >= _BILLION
    count = facts.parameters / (_BILLION if large else _MILLION)
    return (
        f"{facts.architecture} with {count:.1f} {'billion' if large else 'million'} weights "
        f"in {facts.quantization}, for texts of up to {facts.context:,} tokens."
    )
