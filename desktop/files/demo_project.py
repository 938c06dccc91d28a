"""Demo project: made-up notes to look around in, copied into the user's own folder."""

from __future__ import annotations

from pathlib import Path

from engine.errors import StoreError
from engine.formats.format import ReadOptions
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder, user_folder
from engine.steps.import_notes import Choice, Decisions, import_notes, known_in, look
from engine.store.operations import Done
from engine.store.store import Store

TITLE = "Demo project"
LABELS = "kiwi"


def demo_path() -> Path:
    """Return where this user's demo project lies; it need not exist yet.

    Raises:
        StoreError: the folder for it cannot be made.
    """
    folder = user_folder() / "demo"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder “{folder}” for the demo project cannot be made: {error.strerror}."
        ) from error
    return folder / "Demo project.tagwell"


def demo_labels() -> LabelSet:
    """Return the label set of the demo project.

    Raises:
        ModelError, LabelError: the program's files are incomplete.
    """
    return find_label_set(LABELS, models_folder())


def demo_folders() -> list[Path]:
    """Return where the made-up notes lie: annotated ones first, as the same texts stand among all notes."""
    demo = models_folder() / "demo"
    return [folder for folder in (demo / "annotated", demo / "notes") if folder.is_dir()]


def import_demo_notes(store: Store, annotator: str) -> Done | None:
    """Bring the made-up notes into a new demo project; for the store lane."""
    job = Job()
    options = ReadOptions(labels=store.label_set)
    dry_run = look(demo_folders(), options, known_in(store), job)
    return import_notes(store, dry_run, Decisions(identifiers=Choice.KEEP), annotator, job).done
