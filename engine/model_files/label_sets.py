"""Label sets: those that came with the program, this user's own, and those that models brought along."""

from __future__ import annotations

from pathlib import Path

from engine.errors import LabelError
from engine.labels.files import find_label_set, load_label_set, save_label_set, shipped_label_sets
from engine.labels.label_set import LabelSet
from engine.model_files.installed import installed_models
from engine.model_files.manifest import MANIFEST_NAME, Manifest, read_manifest
from engine.model_files.places import models_folder, user_folder

ROLE = "labels"
"""The role of a label set's file in a manifest, for models whose label set is not one of ours."""


def own_label_sets_folder() -> Path:
    """Return where this user's own label sets are; it may not be there yet."""
    return user_folder() / "label_sets"


def keep_label_set(labels: LabelSet) -> Path:
    """Write `labels` to this user's own, in place of an older one of the same name; return its file.

    Raises:
        LabelError: it has faults, or the name of a label set that came with the program.
        DiskFull, InputError: it cannot be written.
    """
    if labels.name in {one.name for one in shipped_label_sets(models_folder())}:
        raise LabelError(f"“{labels.name}” is a label set of the program. Give yours another name.")
    folder = own_label_sets_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{labels.name}.toml"
    save_label_set(labels, path)
    return path


def label_sets_here() -> tuple[LabelSet, ...]:
    """Return our label sets, then this user's own and those that installed models brought, each by name.

    Raises:
        FormatError: one of the files is not a label set.
    """
    ours = shipped_label_sets(models_folder())
    own = shipped_label_sets(folder) if (folder := own_label_sets_folder()).is_dir() else ()
    more = {one.name: one for one in (*_brought(), *own) if one.name not in {our.name for our in ours}}
    return (*ours, *(more[name] for name in sorted(more)))


def label_set_named(name_or_path: str) -> LabelSet:
    """Return the label set called so, ours before those of models, or the one in the file at that path.

    Raises:
        LabelError: there is neither; the message lists what there is.
        FormatError: the file is not a label set.
    """
    try:
        return find_label_set(name_or_path, models_folder())
    except LabelError:
        here = label_sets_here()
        for one in here:
            if one.name == name_or_path:
                return one
        known = ", ".join(one.name for one in here)
        raise LabelError(
            f"There is no label set “{name_or_path}”. There are: {known}, or any label set file."
        ) from None


def label_set_of(folder: Path, name: str) -> LabelSet:
    """Return the label set called `name` of the model in `folder`, which may have brought its own.

    Raises:
        LabelError: there is none.
        FormatError: the file is not a label set.
        ModelError: the model's manifest cannot be read.
    """
    found = _own(folder, read_manifest(folder)) if (folder / MANIFEST_NAME).is_file() else None
    return found if found is not None and found.name == name else label_set_named(name)


def _brought() -> list[LabelSet]:
    found = (_own(model.folder, model.manifest) for model in installed_models())
    return [one for one in found if one is not None]


def _own(folder: Path, manifest: Manifest) -> LabelSet | None:
    return load_label_set(manifest.path(folder, ROLE)) if ROLE in manifest.files else None
