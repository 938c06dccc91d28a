"""Install model: a bundle folder becomes an installed model, verified, or nothing happens."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.errors import DiskFull, ModelError
from engine.jobs.job import Job
from engine.model_files.installed import InstalledModel, installed_models
from engine.model_files.manifest import MANIFEST_NAME, Manifest, read_manifest
from engine.model_files.places import installed_models_folder
from engine.taggers.registry import TAGGERS

_PAPERS = ("LICENSE*", "LICENCE*", "NOTICE*", "*.md")


def install_model(bundle: Path, job: Job) -> InstalledModel:
    """Copy the model in the folder `bundle` to this user's models and return it.

    Only the manifest, the files that it names, licences and model cards are taken.  The
    copies are hashed, not the originals, and stand in their place at once or not at all.
    A model of the same name that was installed before is replaced.

    Raises:
        Cancelled: the job was cancelled; nothing was installed.
        DiskFull: there is no room; nothing was installed.
        ModelError: no bundle, a kind that this version does not know, the name of a
            shipped model, or a file that is missing, cut short or another one.
    """
    manifest = read_manifest(bundle)
    source = bundle if bundle.is_dir() else bundle.parent
    check_welcome(manifest)
    with installing(manifest.name) as (copy, target):
        _copy(source, copy, manifest, job)
        InstalledModel(manifest, copy).check(job)
    return InstalledModel(manifest, target)


@contextmanager
def installing(name: str) -> Iterator[tuple[Path, Path]]:
    """Give the body a folder to fill, which then stands in the place of the model `name`, or never.

    The second folder is where it will stand.

    Raises:
        DiskFull: there is no room; nothing was installed.
        ModelError: the disk refused; nothing was installed.
    """
    target = installed_models_folder() / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".installing-", dir=target.parent) as room:
            copy = Path(room) / "new"
            copy.mkdir()
            yield copy, target
            _put_in_place(copy, target, Path(room) / "old")
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull("The disk is full. The model was not installed.") from error
        raise ModelError(f"The model cannot be installed: {error.strerror}.") from error


def _put_in_place(new: Path, target: Path, old: Path) -> None:
    """Let `new` stand where `target` stood, which moves to `old`; where that fails it moves back."""
    if target.exists():
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise


def check_welcome(manifest: Manifest) -> None:
    """See that a model of this kind and name may be installed.

    Raises:
        ModelError: this version does not know its kind, or a shipped model has its name.
    """
    if manifest.kind not in TAGGERS:
        raise ModelError(
            f"The model “{manifest.title}” is of the kind “{manifest.kind}”, "
            "which this version of the program does not know."
        )
    if any(model.shipped and model.manifest.name == manifest.name for model in installed_models()):
        raise ModelError(f"A model called “{manifest.name}” came with this program. It is not replaced.")


def _copy(source: Path, copy: Path, manifest: Manifest, job: Job) -> None:
    """Copy the files of the model; the check that follows decides whether they are good."""
    for path in dict.fromkeys(_wanted(source, manifest)):
        job.report(f"Copying {path}")
        original = source / path
        if not original.is_file():
            raise ModelError(f"The file “{path}” of the model “{manifest.title}” is missing.")
        place = copy / path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(original, place)


def _wanted(source: Path, manifest: Manifest) -> Iterator[str]:
    yield MANIFEST_NAME
    yield from (entry.path for entry in manifest.files.values())
    for pattern in _PAPERS:
        yield from sorted(path.name for path in source.glob(pattern) if path.is_file())
