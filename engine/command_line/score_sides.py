"""Score sides: where gold and predicted tags come from: files in any format, or a layer of a project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from engine.command_line.opening import passphrase
from engine.errors import InputError
from engine.formats.document import Document
from engine.formats.format import ReadOptions
from engine.formats.problem import Problems
from engine.formats.reading import read_documents
from engine.labels.label_set import LabelSet
from engine.steps.layer_documents import (
    FINISHED,
    IMPORTED,
    find_layer,
    finished_documents,
    imported_documents,
    layer_documents,
    layer_title,
)
from engine.store.store import Store

_PROJECT = ".tagwell"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: its name for people, and its notes, read anew by each call."""

    title: str
    documents: Callable[[], Iterator[Document]]


class Sides:
    """Opens what a command compares.  Projects are opened once each, for reading, until the stack closes."""

    def __init__(self, stack: ExitStack, options: ReadOptions, problems: Problems, *, locked: bool) -> None:
        """Keep projects open in `stack`; with `locked` a passphrase is asked for, once for all."""
        self._stack = stack
        self.options = options
        self._problems = problems
        self._locked = locked
        self._passphrase: str | None = None
        self._stores: dict[Path, Store] = {}

    def label_set(self, *paths: Path) -> LabelSet | None:
        """Return the label set of the first project among `paths`, or None where all are files."""
        return next((self._store(path).label_set for path in paths if is_project(path)), None)

    def gold(self, path: Path, layer: str) -> Side:
        """Return the right tags: of a project its finished notes, unless `layer` names another layer.

        Raises:
            InputError: a layer was named of what is no project.
            StoreError: the project cannot be read, or has no such layer.
        """
        return self.said(path, layer or FINISHED) if is_project(path) else self.said(path, layer)

    def said(self, path: Path, layer: str) -> Side:
        """Return what was predicted: of a project, what `layer` or its newest run says.  Raises as `gold`."""
        if is_project(path):
            store = self._store(path)
            if layer == FINISHED:
                return Side(f"finished notes of {path.name}", lambda: finished_documents(store))
            if layer == IMPORTED:
                return Side(f"imported tags of {path.name}", lambda: imported_documents(store))
            found = find_layer(store, layer)
            return Side(f"{layer_title(found)} of {path.name}", lambda: layer_documents(store, found.id))
        if layer:
            raise InputError(f"“{path.name}” is no project, so it has no layer “{layer}”.")
        return Side(path.name, lambda: read_documents([path], self.options, self._problems))

    def other(self, said: str, predicted: Path) -> Side:
        """Return the run to compare with: a path, or a layer of the project that was predicted in."""
        if not Path(said).exists() and is_project(predicted):
            return self.said(predicted, said)
        return self.said(Path(said), "")

    def _store(self, path: Path) -> Store:
        if path not in self._stores:
            if self._locked and self._passphrase is None:
                self._passphrase = passphrase(wanted=True)
            self._stores[path] = self._stack.enter_context(Store.open(path, self._passphrase, read_only=True))
        return self._stores[path]


def is_project(path: Path) -> bool:
    """Return whether `path` is named like a project file."""
    return path.suffix.lower() == _PROJECT and not path.is_dir()
