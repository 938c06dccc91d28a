"""Label sets of models: those that came with the program, and those that models brought along."""

from __future__ import annotations

from pathlib import Path

from engine.errors import LabelError
from engine.labels.files import find_label_set, load_label_set, shipped_label_sets
from engine.labels.label_set import LabelSet
from engine.model_files.installed import installed_models
from engine.model_files.manifest import MANIFEST_NAME, Manifest, read_manifest
from engine.model_files.places import models_folder

ROLE = "labels"
"""The role of a label set's file in a manifest, for models whose label set is not one of ours."""


def label_sets_here() -> tuple[LabelSet, ...]:
    """Return our label sets, then those that installed models brought, each by name.

    Raises:
        FormatError: one of the files is not a label set.
    """
    ours = shipped_label_sets(models_folder())
    brought = {one.name: one for one in _brought() if one.name not in {our.name for our in ours}}
    return (*ours, *(brought[name] for name in sorted(brought)))


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
