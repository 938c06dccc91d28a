"""Install GGUF: a model file of llama.cpp becomes an installed model, with a manifest of our own."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.errors import ModelError
from engine.jobs.job import Job
from engine.model_files.adapters import check_adapter
from engine.model_files.checksum import sha256_of
from engine.model_files.gguf_manifest import SUFFIX, Wanted, checked_name, manifest_for, name_from
from engine.model_files.installed import InstalledModel, find_model
from engine.model_files.manifest import FileEntry, Manifest, Origin, write_manifest
from engine.model_files.places import installed_models_folder
from engine.model_files.preflight import Preflight, preflight
from engine.steps.install_model import check_welcome, installing

_COPY_BYTES = 8 * 1024 * 1024


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
    found = preflight(file, int(wanted.options.get("context", 0)))
    if found.fault:
        raise ModelError(found.fault)
    facts = found.facts
    origin = Origin(facts.name, f"the model file {file.name}", facts.licence or "not said")
    manifest = manifest_for(facts, wanted, origin)
    return InstalledGguf(_installed(manifest, {"model": file}, job), found)


def _install_adapter(file: Path, wanted: Wanted, job: Job) -> InstalledGguf:
    """Install a copy of the base model that always goes with the adapter in `file`."""
    base = find_model(wanted.base)
    model = base.manifest.path(base.folder, "model")
    check_adapter(file, model)
    said = base.manifest
    manifest = msgspec.structs.replace(
        said,
        name=checked_name(wanted.name or name_from(f"{said.name}-{file.stem}")),
        title=wanted.title or f"{said.title} with {file.stem}",
        label_set=wanted.label_set or said.label_set,
        summary=f"{said.summary} Changed by the adapter {file.name}.".strip(),
        options={**said.options, **wanted.options, "adapters": {"adapter": 1.0}},
        origins=(*said.origins, Origin(file.stem, f"the adapter {file.name}", "not said")),
        figures=(),
        self_test=(),
    )
    files = {"model": model, "adapter": file}
    return InstalledGguf(_installed(manifest, files, job), preflight(model, 0))


def _installed(manifest: Manifest, files: Mapping[str, Path], job: Job) -> InstalledModel:
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
