"""Installed: which models are here, and whether their files are what they should be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ModelError
from engine.jobs.job import Job
from engine.model_files.checksum import sha256_of
from engine.model_files.manifest import MANIFEST_NAME, FileEntry, Manifest, read_manifest
from engine.model_files.places import installed_models_folder, models_folder, user_folder

_SETTING = "TAGWELL_DEFAULT_MODEL"


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model that is here: its manifest, its folder, and whether it came with the program."""

    manifest: Manifest
    folder: Path
    shipped: bool = False

    def check(self, job: Job | None = None) -> None:
        """Compare every file with the manifest: there, whole, and with the same hash.

        Raises:
            Cancelled: the job was cancelled meanwhile.
            ModelError: a file is missing, cut short, too long, or another file.
        """
        for entry in self.manifest.files.values():
            check_file(self.folder, entry, self.manifest.title, job)


def check_file(folder: Path, entry: FileEntry, title: str, job: Job | None = None) -> None:
    """Compare one file of the model called `title` with its entry in the manifest.

    Raises:
        Cancelled: the job was cancelled meanwhile.
        ModelError: the file is missing, leads out of its folder, or differs.
    """
    path = folder / entry.path
    whose = f"“{entry.path}” of the model “{title}”"
    if not path.is_file():
        raise ModelError(f"The file {whose} is missing. Please install the model again.")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ModelError(f"The file {whose} leads out of the model’s own folder.")
    size = path.stat().st_size
    if size < entry.size:
        raise ModelError(
            f"The file {whose} is cut short: {size:,} of {entry.size:,} bytes. "
            "Please install the model again."
        )
    if size > entry.size or sha256_of(path, job) != entry.sha256:
        raise ModelError(
            f"The file {whose} is not the file that the model was made with (its SHA-256 differs). "
            "It may be damaged or changed. Please install the model again."
        )


def installed_models(problems: list[str] | None = None) -> list[InstalledModel]:
    """Return the models that are here: the chosen default, then shipped ones, each part sorted by name.

    A folder whose manifest cannot be read is left out; its sentence goes to `problems`.
    The files themselves are not hashed: that is `InstalledModel.check`.
    """
    found: dict[str, InstalledModel] = {}
    for manifest, shipped in _manifests():
        try:
            model = InstalledModel(read_manifest(manifest), manifest.parent, shipped)
        except ModelError as error:
            if problems is not None:
                problems.append(str(error))
            continue
        found.setdefault(model.manifest.name, model)
    chosen = chosen_default()
    return sorted(
        found.values(),
        key=lambda model: (model.manifest.name != chosen, not model.shipped, model.manifest.name),
    )


def _manifests() -> Iterator[tuple[Path, bool]]:
    shipped = models_folder() / "default"
    for root, is_shipped in ((shipped, True), (installed_models_folder(), False)):
        if root.is_dir():
            for path in sorted(root.glob(f"*/{MANIFEST_NAME}")):
                yield path, is_shipped


def find_model(name_or_path: str) -> InstalledModel:
    """Return the model with this name, or the one in this folder or manifest file.

    Raises:
        ModelError: there is no such model; the message names those that are here.
    """
    models = installed_models()
    for model in models:
        if model.manifest.name == name_or_path:
            return model
    place = Path(name_or_path)
    if place.is_dir() or place.suffix == ".toml":
        manifest = read_manifest(place)
        return InstalledModel(manifest, place if place.is_dir() else place.parent)
    here = ", ".join(model.manifest.name for model in models) or "none"
    raise ModelError(f"There is no model called “{name_or_path}”. Models here: {here}.")


def default_model() -> InstalledModel:
    """Return the model that is used where none is named: the chosen default, else the first shipped one.

    Raises:
        ModelError: the chosen default is not here, or no model came with this program.
    """
    chosen = chosen_default()
    for model in installed_models():
        if model.manifest.name == chosen or (model.shipped and not chosen):
            return model
    if chosen:
        raise ModelError(f"The model “{chosen}”, which is set as the default here, is not on this machine.")
    raise ModelError("This program came without a model. Please install one.")


def chosen_default() -> str:
    """Return the name of the model that was set as the default, or an empty text.

    The environment variable ``TAGWELL_DEFAULT_MODEL`` decides, for a whole site; else what
    `choose_default` remembered for this user.
    """
    if name := os.environ.get(_SETTING, "").strip():
        return name
    try:
        return _choice_file().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def choose_default(name: str) -> None:
    """Remember the model called `name` as the default of this user; an empty name forgets it.

    Raises:
        ModelError: there is no such model, or the choice cannot be kept.
    """
    if name:
        name = find_model(name).manifest.name
    path = _choice_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name}\n", encoding="utf-8")
    except OSError as error:
        raise ModelError(f"The choice cannot be kept in “{path.name}”: {error.strerror}.") from error


def _choice_file() -> Path:
    return user_folder() / "default-model"
