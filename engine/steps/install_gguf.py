"""Install GGUF: a model file of llama.cpp becomes an installed model, with a manifest of our own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import ModelError
from engine.jobs.job import Job
from engine.model_files.adapters import check_adapter
from engine.model_files.checksum import sha256_of
from engine.model_files.installed import InstalledModel, find_model
from engine.model_files.manifest import FORMAT, FileEntry, Manifest, Origin, write_manifest
from engine.model_files.places import installed_models_folder
from engine.model_files.preflight import Facts, Preflight, preflight
from engine.steps.install_model import check_welcome, installing

KIND = "llama-cpp.v1"
SUFFIX = ".gguf"

_USUAL_CONTEXT = 4096
_USUAL_LABELS = "kiwi"
_COPY_BYTES = 8 * 1024 * 1024
_BILLION, _MILLION = 10**9, 10**6
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a user says of a model file; empty: as the file says.  `base` is for adapters alone."""

    name: str = ""
    title: str = ""
    label_set: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    base: str = ""


@dataclass(frozen=True, slots=True)
class InstalledGguf:
    """The model as it was installed, and what its file told before."""

    model: InstalledModel
    found: Preflight


def install_gguf(file: Path, wanted: Wanted, job: Job) -> InstalledGguf:
    """Copy the model file `file` to this user's models, hashed, and return it; or nothing happens.

    That this machine has no memory for it just now does not stand in the way; `found` says so.

    Raises:
        Cancelled: the job was cancelled; nothing was installed.
        DiskFull: there is no room; nothing was installed.
        ModelError: the file cannot be used as a tagger, or a name or option is not right.
    """
    if wanted.base:
        return _install_adapter(file, wanted, job)
    context = int(wanted.options.get("context", 0))
    found = preflight(file, context)
    if found.fault:
        raise ModelError(found.fault)
    facts = found.facts
    options = {"context": min(_USUAL_CONTEXT, facts.context or _USUAL_CONTEXT), **wanted.options}
    if facts.chat_template:
        options.setdefault("chat", True)
    manifest = Manifest(
        FORMAT,
        KIND,
        wanted.name or name_from(facts.name),
        wanted.title or facts.name,
        "1",
        wanted.label_set or _USUAL_LABELS,
        summary=described(facts),
        licence=facts.licence,
        options=options,
        origins=(Origin(facts.name, f"the model file {file.name}", facts.licence or "not said"),),
    )
    return InstalledGguf(_installed(manifest, {"model": file}, job), found)


def _install_adapter(file: Path, wanted: Wanted, job: Job) -> InstalledGguf:
    """Install a copy of the base model that always goes with the adapter in `file`."""
    base = find_model(wanted.base)
    model = base.manifest.path(base.folder, "model")
    check_adapter(file, model)
    found = preflight(model, 0)
    said = base.manifest
    manifest = Manifest(
        FORMAT,
        KIND,
        wanted.name or name_from(f"{said.name}-{file.stem}"),
        wanted.title or f"{said.title} with {file.stem}",
        "1",
        wanted.label_set or said.label_set,
        summary=f"{said.summary} Changed by the adapter {file.name}.".strip(),
        licence=said.licence,
        options={**said.options, **wanted.options, "adapters": {"adapter": 1.0}},
        origins=(*said.origins, Origin(file.stem, f"the adapter {file.name}", "not said")),
    )
    return InstalledGguf(_installed(manifest, {"model": model, "adapter": file}, job), found)


def _installed(manifest: Manifest, files: Mapping[str, Path], job: Job) -> InstalledModel:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", manifest.name):
        raise ModelError(
            f"“{manifest.name}” cannot be a model’s name: small letters, digits, “.”, “-” and “_” only."
        )
    check_welcome(manifest)
    with installing(manifest.name) as (copy, target):
        entries = {}
        for role, original in files.items():
            path = copy / f"{role}{SUFFIX}"
            _copy(original, path, job)
            entries[role] = FileEntry(path.name, sha256_of(path, job), path.stat().st_size)
        whole = msgspec.structs.replace(manifest, files=entries)
        write_manifest(copy, whole)
    return InstalledModel(whole, target)


def _copy(original: Path, copy: Path, job: Job) -> None:
    """Copy a file, which may have gigabytes, with progress.

    A file of an installed model is never written again, so it may stand in two places and take room once.
    """
    if original.is_relative_to(installed_models_folder()):
        with suppress(OSError):
            copy.hardlink_to(original)
            return
    total, done = original.stat().st_size, 0
    with original.open("rb") as source, copy.open("wb") as target:
        while chunk := source.read(_COPY_BYTES):
            job.report(f"Copying {original.name}", done, total)
            target.write(chunk)
            done += len(chunk)


def name_from(title: str) -> str:
    """Return a model's name made of `title`: small letters, digits and hyphens."""
    name = re.sub(r"[^a-z0-9.]+", "-", title.lower()).strip("-.")
    return name[:_LONGEST_NAME].strip("-.") or "model"


def described(facts: Facts) -> str:
    """Return a model file in one sentence."""
    count, unit = (facts.parameters / _BILLION, "billion") if facts.parameters >= _BILLION else (
        facts.parameters / _MILLION, "million")  # fmt: skip
    return (
        f"{facts.architecture} with {count:.1f} {unit} weights in {facts.quantization}, "
        f"for texts of up to {facts.context:,} tokens."
    )
