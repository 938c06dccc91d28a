"""Choose model: the taggers that are here, and which of them is used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from desktop.remembered import Remembered
from engine.errors import ModelError
from engine.labels.label_set import LabelSet
from engine.model_files.manifest import read_manifest
from engine.taggers.registry import TaggerSpec, find_tagger, taggers_here

MODEL = "model"
LAST_DICTIONARY = "last-dictionary"


def available(remembered: Remembered) -> list[TaggerSpec]:
    """Return the taggers that can be chosen: installed ones, and the file of terms used last."""
    found = taggers_here()
    terms = remembered.text(LAST_DICTIONARY)
    if terms:
        try:
            found.append(find_tagger(terms))
        except ModelError:
            remembered.keep(LAST_DICTIONARY, "")  # the file is gone
    return found


def chosen_model(remembered: Remembered) -> TaggerSpec:
    """Return the model used last, or the one that came with the program.

    Raises:
        ModelError: there is none.
    """
    name = remembered.text(MODEL)
    for spec in available(remembered):
        if spec.id == name:
            return spec
    return find_tagger()


def suits(spec: TaggerSpec, labels: LabelSet) -> bool:
    """Whether the model says labels of this set, as far as its manifest tells."""
    return spec.fits(labels.name)


def summary_of(spec: TaggerSpec) -> str:
    """Return what the files of a model say of it in short, or nothing."""
    try:
        return read_manifest(spec.folder).summary
    except ModelError:  # a list of terms has none
        return ""


class ModelChoice(QComboBox):
    """A list of the taggers that are here."""

    def __init__(self, remembered: Remembered, labels: LabelSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._remembered = remembered
        self._labels = labels
        self._specs: Sequence[TaggerSpec] = ()
        self._fill(remembered.text(MODEL))

    @property
    def spec(self) -> TaggerSpec | None:
        """The chosen tagger, or None where none is here."""
        row = self.currentIndex()
        return self._specs[row] if 0 <= row < len(self._specs) else None

    def keep(self) -> None:
        """Use the chosen one the next time, too."""
        if self.spec is not None:
            self._remembered.keep(MODEL, self.spec.id)

    def ask_for_terms(self) -> None:
        """Have the user name a file of terms, and choose it."""
        name, _ = QFileDialog.getOpenFileName(
            self, "List of terms", str(Path.home()), "Lists of terms (*.csv *.tsv *.txt)"
        )
        if name:
            self.take_terms(name)

    def take_terms(self, name: str) -> None:
        """Choose the file of terms called `name`."""
        self._remembered.keep(LAST_DICTIONARY, name)
        self._fill(find_tagger(name).id)

    def _fill(self, wanted: str) -> None:
        self._specs = available(self._remembered)
        self.clear()
        for spec in self._specs:
            fits = "" if suits(spec, self._labels) else f" (made for the label set “{spec.label_set}”)"
            self.addItem(f"{spec.title or spec.name}{fits}")
        rows = [row for row, spec in enumerate(self._specs) if spec.id == wanted]
        self.setCurrentIndex(rows[0] if rows else 0)
