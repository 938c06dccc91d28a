"""New project: name, folder, label set, and a passphrase for those who want one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFileDialog, QLineEdit, QPushButton, QWidget
from typing_extensions import override

from desktop.details.wording import count_words
from desktop.files.form import Form, secret_field
from desktop.labels.label_set_editor import LabelSetEditor
from engine.errors import TagwellError
from engine.labels.editing import free_name
from engine.labels.label_set import LabelSet
from engine.model_files.label_sets import keep_label_set

SUFFIX = ".tagwell"
SHORTEST_PASSPHRASE = 8
CANNOT_RECOVER = (
    "The file can then be opened with this passphrase only. It is stored nowhere, and we cannot recover it: "
    "if it is lost, so are the notes and annotations."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user filled in."""

    path: Path
    title: str
    labels: LabelSet
    passphrase: str | None


class NewProject(Form):
    """The form for a new project file."""

    def __init__(self, label_sets: Sequence[LabelSet], folder: Path, parent: QWidget | None = None) -> None:
        super().__init__("New project", "&Create project", "A project is one file on this machine.", parent)
        self._label_sets = list(label_sets)
        self.name = QLineEdit()
        self.name.setPlaceholderText("for example Cardiology pilot")
        self.folder = QLineEdit(str(folder))
        browse = QPushButton("C&hoose…")
        browse.clicked.connect(self._browse)
        self.labels = QComboBox()
        self._fill_labels(0)
        self.encrypt = QCheckBox("&Encrypt the project with a passphrase")
        self.passphrase, self.again = secret_field(), secret_field()
        self.field("&Name", self.name)
        self.field("&Folder", self.folder, browse)
        self.where = self.remark()
        self.make = QPushButton("&Make one…")
        self.make.setToolTip("A label set of your own, beginning with a copy of the chosen one.")
        self.make.clicked.connect(self.make_label_set)
        self.field("&Label set", self.labels, self.make)
        self.about = self.remark()
        self.rows.addRow("", self.encrypt)
        self.field("&Passphrase", self.passphrase)
        self.field("&Again", self.again)
        self.warned = self.remark(CANNOT_RECOVER)
        self.name.textChanged.connect(lambda _text: self._show_path())
        self.folder.textChanged.connect(lambda _text: self._show_path())
        self.labels.currentIndexChanged.connect(self._show_labels)
        self.encrypt.toggled.connect(self._show_secret)
        self._show_path()
        self._show_labels(self.labels.currentIndex())
        self._show_secret(False)

    @property
    def wanted(self) -> Wanted:
        """What was filled in; for when the form was accepted."""
        return Wanted(
            self._path(),
            self.name.text().strip(),
            self._label_sets[self.labels.currentIndex()],
            self.passphrase.text() if self.encrypt.isChecked() else None,
        )

    @override
    def check(self) -> str:
        """Return what is wrong, as a sentence."""
        if not self.name.text().strip():
            self.name.setFocus()
            return "Please give the project a name."
        if not Path(self.folder.text()).expanduser().is_dir():
            self.folder.setFocus()
            return "There is no such folder."
        if self._path().exists():
            self.name.setFocus()
            return f"There is a file “{self._path().name}” in this folder already."
        return self._check_secret() if self.encrypt.isChecked() else ""

    def make_label_set(self) -> None:
        """Let the user make a label set from a copy of the chosen one; it is kept for later projects, too."""
        chosen = self._label_sets[self.labels.currentIndex()]
        name = free_name(chosen.name, [one.name for one in self._label_sets])
        editor = LabelSetEditor(
            replace(chosen, name=name, title=f"My {chosen.title}", version="1"),
            "&Keep label set",
            parent=self,
        )
        if editor.exec() == QDialog.DialogCode.Accepted:
            try:
                keep_label_set(editor.labels)
            except TagwellError as error:
                self.tell(str(error))
            else:
                self._label_sets = [one for one in self._label_sets if one.name != editor.labels.name]
                self._label_sets.append(editor.labels)
                self._fill_labels(len(self._label_sets) - 1)
        editor.deleteLater()

    def _fill_labels(self, chosen: int) -> None:
        self.labels.clear()
        for one in self._label_sets:
            self.labels.addItem(one.title)
        self.labels.setCurrentIndex(chosen)

    def _check_secret(self) -> str:
        words = passphrase_trouble(self.passphrase.text(), self.again.text())
        if words:
            self.passphrase.setFocus()
        return words

    def _path(self) -> Path:
        name = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", self.name.text().strip()).strip(". ")
        return Path(self.folder.text()).expanduser() / f"{name or 'project'}{SUFFIX}"

    def _show_path(self) -> None:
        named = bool(self.name.text().strip())
        self.where.setText(f"The file will be {self._path()}" if named else "")
        self.where.setVisible(named)

    def _show_labels(self, index: int) -> None:
        if 0 <= index < len(self._label_sets):
            chosen = self._label_sets[index]
            counts = [count_words(len(chosen.entities), "entity type")]
            if chosen.modifiers:
                counts.append(count_words(len(chosen.modifiers), "modifier"))
            names = ", ".join(one.title.lower() for one in chosen.entities[:8])
            more = "…" if len(chosen.entities) > 8 else ""  # noqa: PLR2004 - as many as fit a line
            self.about.setText(f"{chosen.description}\n{' and '.join(counts)}: {names}{more}")

    def _show_secret(self, on: bool) -> None:
        for widget in (self.passphrase, self.again):
            self.rows.setRowVisible(widget, on)
        self.rows.setRowVisible(self.warned, on)
        if on:
            self.passphrase.setFocus()

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Folder for the project", self.folder.text())
        if chosen:
            self.folder.setText(chosen)


def passphrase_trouble(passphrase: str, again: str) -> str:
    """Return why this cannot be a passphrase, as a sentence, or nothing."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        return f"Please use a passphrase of at least {SHORTEST_PASSPHRASE} characters."
    if passphrase != again:
        return "The two passphrases differ."
    return ""
