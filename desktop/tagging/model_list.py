"""Model list: the models that are here, what they are made of, and whether their files are whole."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.fitting import open_at
from desktop.jobs.job_bar import JobBar
from desktop.jobs.job_runner import JobRunner
from desktop.plain_rows import lay_out_rows
from desktop.remembered import Remembered
from desktop.tagging.choose_model import MODEL, chosen_model
from desktop.tagging.model_card import card, download_card, findings
from engine.errors import ModelError, TagwellError
from engine.jobs.job import Job
from engine.model_files.downloads import Download, downloads
from engine.model_files.installed import InstalledModel, installed_models
from engine.model_files.label_sets import label_set_of
from engine.taggers.registry import spec_of

if TYPE_CHECKING:
    from engine.steps.check_model import ModelCheck
    from engine.steps.install_gguf import InstalledGguf

HEADINGS = ("Model", "Version", "Label set", "Size", "From")
MEGABYTE = 1_000_000


class ModelList(QDialog):
    """A table of models and the card of the chosen one; below those that are here, some to be carried over.

    Signals:
        used: another model is used from now on; its title.
    """

    used = Signal(str)

    def __init__(self, remembered: Remembered, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Models")
        open_at(self, 980, 600)
        self._remembered = remembered
        self._lane = JobRunner("checking models", self)
        self._problems: list[str] = []
        self._models: Sequence[InstalledModel] = installed_models(self._problems)
        self._offers: Sequence[Download] = self._offered()
        self.table = self._table()
        self.card = QTextBrowser()
        self.card.setOpenLinks(False)
        self.card.setAccessibleName("Model card")
        self.said = QLabel(
            " ".join(self._problems)
            or "Models run on this machine only. A bundle that was carried over is installed, a model made "
            "elsewhere taken in, a language model added from its GGUF file."
        )
        self.jobs = JobBar()
        self.said.setWordWrap(True)
        self.said.setObjectName("danger" if self._problems else "quiet")
        splitter = QSplitter()
        splitter.addWidget(self.table)
        splitter.addWidget(self.card)
        splitter.setSizes([560, 420])
        buttons = self._buttons()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(splitter, 1)
        column.addWidget(self.said)
        column.addWidget(self.jobs)
        column.addWidget(buttons)
        self._fill()

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.use = QPushButton("&Use this model")
        self.check = QPushButton("&Check on this machine")
        self.take = QPushButton("&Take in a model…")
        self.add = QPushButton("&Add a GGUF file…")
        self.install = QPushButton("&Install a bundle…")
        for button, act in (
            (self.use, self._use),
            (self.check, self._check),
            (self.take, self._take_in),
            (self.add, self._add_file),
            (self.install, self._install_bundle),
        ):
            box.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
            button.clicked.connect(act)
        box.rejected.connect(self.reject)
        return box

    def _offered(self) -> Sequence[Download]:
        """Return the models that may be carried over and are not here."""
        try:
            listed = downloads()
        except ModelError as error:
            self._problems.append(str(error))
            return ()
        here = {model.manifest.name for model in self._models}
        return [one for one in listed if one.name not in here]

    def _table(self) -> QTableWidget:
        table = QTableWidget(0, len(HEADINGS))
        table.setHorizontalHeaderLabels(list(HEADINGS))
        lay_out_rows(table, "Models", {1: 56, 2: 68, 3: 68, 4: 124}, stretched=0)
        table.itemSelectionChanged.connect(self._show_card)
        return table

    def _fill(self) -> None:
        try:
            now = chosen_model(self._remembered).id
        except ModelError:
            now = ""
        self.table.setRowCount(len(self._models) + len(self._offers))
        chosen = 0
        for row, model in enumerate(self._models):
            manifest = model.manifest
            in_use = spec_of(model).id == now
            chosen = row if in_use else chosen
            size = sum(entry.size for entry in manifest.files.values()) / MEGABYTE
            said = (
                f"{manifest.title}{' (in use)' if in_use else ''}",
                manifest.version,
                manifest.label_set,
                f"{size:,.1f} MB",
                "with the program" if model.shipped else "installed",
            )
            self._fill_row(row, said)
        for row, offer in enumerate(self._offers, start=len(self._models)):
            needed = f"{offer.gigabytes:,.1f} GB"
            self._fill_row(row, (offer.title, "", "", needed, "not here yet"), quiet=True)
        if self._models:
            self.table.selectRow(chosen)
        else:
            self.card.setPlainText("There is no model here.")
        self._enable()

    def _enable(self) -> None:
        for button in (self.use, self.check):
            button.setEnabled(self._chosen is not None)

    def _fill_row(self, row: int, said: Sequence[str], *, quiet: bool = False) -> None:
        for column, words in enumerate(said):
            item = QTableWidgetItem(words)
            item.setToolTip(words)
            if quiet:
                item.setForeground(self.palette().placeholderText())
            self.table.setItem(row, column, item)

    @property
    def _chosen(self) -> InstalledModel | None:
        row = self.table.currentRow()
        return self._models[row] if 0 <= row < len(self._models) else None

    def _show_card(self) -> None:
        row = self.table.currentRow() - len(self._models)
        if self._chosen is not None:
            self.card.setHtml(card(self._chosen.manifest))
        elif 0 <= row < len(self._offers):
            self.card.setHtml(download_card(self._offers[row]))
        self._enable()

    def _use(self) -> None:
        model = self._chosen
        if model is not None:
            self._remembered.keep(MODEL, spec_of(model).id)
            self._fill()
            self.used.emit(model.manifest.title)
            self._say(f"{model.manifest.title} tags from now on.", "quiet")

    def _take_in(self) -> None:
        """Convert a model that was made elsewhere, and list it."""
        from desktop.tagging.convert_dialog import ConvertDialog

        dialog = ConvertDialog(self)
        dialog.converted.connect(lambda new: self._show_new(new.model))
        dialog.exec()
        dialog.deleteLater()

    def _show_new(self, new: InstalledModel) -> None:
        self._models = installed_models(self._problems)
        self._offers = self._offered()
        self._fill()
        rows = [row for row, one in enumerate(self._models) if one.folder == new.folder]
        self.table.selectRow(rows[0] if rows else 0)
        self._say(f"{new.manifest.title} was taken in.", "good")

    def _check(self) -> None:
        model = self._chosen
        if model is None:
            return
        title = model.manifest.title
        self._say(f"Checking {title}: its files, then the model itself…", "quiet")
        job = self._lane.run(
            partial(_checked, model), partial(self._checked, model), self._refused, doing="checking a model"
        )
        self.jobs.follow(job)

    def _checked(self, model: InstalledModel, check: ModelCheck) -> None:
        self.jobs.end()
        if model is self._chosen:
            self.card.setHtml(findings(check) + card(model.manifest))
        title = model.manifest.title
        if check.usable:
            self._say(f"✓ {title} can be used here. What was found stands at the top of its card.", "good")
        else:
            wrong = next(one for one in check.findings if one.good is False)
            self._say(f"{title} cannot be used here. {wrong.what}: {wrong.said}", "danger")

    def _install_bundle(self) -> None:
        """Install a bundle that was carried over."""
        name = QFileDialog.getExistingDirectory(self, "Install a bundle", str(Path.home()))
        if name:
            self.add_bundle(Path(name))

    def add_bundle(self, folder: Path) -> None:
        """Install the bundle in `folder`, once its files have been verified."""
        self._say(f"Looking at {folder.name}…", "quiet")
        job = self._lane.run(
            partial(_installed, folder), self._took, self._refused, doing="installing a model"
        )
        self.jobs.follow(job)

    def _took(self, new: InstalledModel) -> None:
        self.jobs.end()
        self._show_new(new)

    def _add_file(self) -> None:
        """Install a language model from its file."""
        name, _ = QFileDialog.getOpenFileName(
            self, "Add a language model", str(Path.home()), "Models of llama.cpp (*.gguf)"
        )
        if name:
            self.add_file(Path(name))

    def add_file(self, file: Path) -> None:
        """Install the model in `file`, after a look at whether it can run here."""
        self._say(f"Looking at {file.name}…", "quiet")
        job = self._lane.run(partial(_added, file), self._added, self._refused, doing="adding a model")
        self.jobs.follow(job)

    def _added(self, new: InstalledGguf) -> None:
        self.jobs.end()
        self._show_new(new.model)
        remarks = " ".join(new.found.remarks)
        if new.found.shortage or remarks:
            self._say(new.found.shortage or remarks, "danger" if new.found.shortage else "quiet")

    def _refused(self, error: TagwellError) -> None:
        self.jobs.end()
        self._say(str(error), "danger")

    def _say(self, words: str, name: str) -> None:
        self.said.setText(words)
        self.said.setObjectName(name)
        self.said.style().unpolish(self.said)
        self.said.style().polish(self.said)

    @override
    def done(self, result: int) -> None:
        """Stop a check that is running before the page goes."""
        self._lane.close()
        super().done(result)


def _checked(model: InstalledModel, job: Job) -> ModelCheck:
    """Look at the files and try the model; on the lane."""
    from engine.steps.check_model import check_model

    labels = label_set_of(model.folder, model.manifest.label_set)
    return check_model(model, labels, job)


def _installed(folder: Path, job: Job) -> InstalledModel:
    from engine.steps.install_model import install_model

    return install_model(folder, job)


def _added(file: Path, job: Job) -> InstalledGguf:
    from engine.model_files.gguf_manifest import Wanted
    from engine.steps.install_gguf import install_gguf

    return install_gguf(file, Wanted(), job)
