"""Model list: the models that are here, what they are made of, and whether their files are whole."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
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

from desktop.jobs.job_runner import JobRunner
from desktop.plain_rows import lay_out_rows
from desktop.remembered import Remembered
from desktop.tagging.choose_model import MODEL, chosen_model
from engine.errors import ModelError, TagwellError
from engine.model_files.installed import InstalledModel, installed_models
from engine.model_files.manifest import Manifest
from engine.taggers.registry import spec_of

HEADINGS = ("Model", "Version", "Label set", "Size", "Comes")
MEGABYTE = 1_000_000
SHOWN_FIGURES = {
    "strict_f1": "strict F1",
    "relaxed_f1": "relaxed F1",
    "precision": "precision",
    "recall": "recall",
}
"""The figures of a manifest that the card shows, and what they are called there."""


class ModelList(QDialog):
    """A table of models and the card of the chosen one.

    Signals:
        used: another model is used from now on; its title.
    """

    used = Signal(str)

    def __init__(self, remembered: Remembered, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Models")
        self.resize(980, 600)
        self._remembered = remembered
        self._lane = JobRunner("checking models", self)
        self._problems: list[str] = []
        self._models: Sequence[InstalledModel] = installed_models(self._problems)
        self.table = self._table()
        self.card = QTextBrowser()
        self.card.setOpenLinks(False)
        self.card.setAccessibleName("Model card")
        self.said = QLabel(
            " ".join(self._problems)
            or "Models run on this machine only. A model made elsewhere can be taken in; a bundle for this "
            "program is put in place by “tagwell models install”."
        )
        self.said.setWordWrap(True)
        self.said.setObjectName("danger" if self._problems else "quiet")
        splitter = QSplitter()
        splitter.addWidget(self.table)
        splitter.addWidget(self.card)
        splitter.setSizes([500, 460])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.check = QPushButton("&Check files")
        self.use = QPushButton("&Use this model")
        for button, act in ((self.use, self._use), (self.check, self._check)):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
            button.clicked.connect(act)
            button.setEnabled(bool(self._models))
        self.take = QPushButton("&Take in a model…")
        buttons.addButton(self.take, QDialogButtonBox.ButtonRole.ActionRole)
        self.take.clicked.connect(self._take_in)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(splitter, 1)
        column.addWidget(self.said)
        column.addWidget(buttons)
        self._fill()

    def _table(self) -> QTableWidget:
        table = QTableWidget(0, len(HEADINGS))
        table.setHorizontalHeaderLabels(list(HEADINGS))
        lay_out_rows(table, "Models", {1: 60, 2: 80, 3: 80, 4: 110}, stretched=0)
        table.itemSelectionChanged.connect(self._show_card)
        return table

    def _fill(self) -> None:
        try:
            now = chosen_model(self._remembered).id
        except ModelError:
            now = ""
        self.table.setRowCount(len(self._models))
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
            for column, words in enumerate(said):
                self.table.setItem(row, column, QTableWidgetItem(words))
        if self._models:
            self.table.selectRow(chosen)
        else:
            self.card.setPlainText("There is no model here.")

    @property
    def _chosen(self) -> InstalledModel | None:
        row = self.table.currentRow()
        return self._models[row] if 0 <= row < len(self._models) else None

    def _show_card(self) -> None:
        if self._chosen is not None:
            self.card.setHtml(card(self._chosen.manifest))

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
        self._fill()
        rows = [row for row, one in enumerate(self._models) if one.folder == new.folder]
        self.table.selectRow(rows[0] if rows else 0)
        self._say(f"{new.manifest.title} was taken in.", "good")

    def _check(self) -> None:
        model = self._chosen
        if model is None:
            return
        title = model.manifest.title
        self._say(f"Checking {title}…", "quiet")
        self._lane.run(
            model.check,
            lambda _nothing: self._say(f"✓ Every file of {title} is what it should be (SHA-256).", "good"),
            self._refused,
            doing="checking a model",
        )

    def _refused(self, error: TagwellError) -> None:
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


def card(manifest: Manifest) -> str:
    """Return what a manifest says of its model, as a page."""
    parts = [f"<h3>{html.escape(manifest.title)}</h3>"]
    if manifest.summary:
        parts.append(f"<p>{html.escape(manifest.summary)}</p>")
    if manifest.licence:
        parts.append(f"<p><b>Licence</b>: {html.escape(manifest.licence)}</p>")
    if manifest.origins:
        items = "".join(
            f"<li>{html.escape(one.name)}: {html.escape(one.what)} ({html.escape(one.licence)})</li>"
            for one in manifest.origins
        )
        parts.append(f"<p><b>Made from</b></p><ul>{items}</ul>")
    if manifest.figures:
        parts.append("<p><b>Figures</b></p>" + _figures(manifest.figures))
    if manifest.known_weak:
        items = "".join(f"<li>{html.escape(one)}</li>" for one in manifest.known_weak)
        parts.append(f"<p><b>Known weak spots</b></p><ul>{items}</ul>")
    files = "".join(
        f"<li>{html.escape(one.path)}: {one.size:,} bytes, SHA-256 {one.sha256[:16]}…</li>"
        for one in manifest.files.values()
    )
    parts.append(f"<p><b>Files</b></p><ul>{files}</ul>")
    return "".join(parts)


def _figures(figures: Sequence[dict[str, object]]) -> str:
    """Return the figures as tables, one for each thing that was measured, with as many columns as fit."""
    there = [name for name in SHOWN_FIGURES if any(name in figure for figure in figures)]
    head = "".join(f"<th align='right'>{html.escape(SHOWN_FIGURES[name])}</th>" for name in there)
    parts: list[str] = []
    for what in dict.fromkeys(str(figure.get("what", "")) for figure in figures):
        rows = "".join(
            f"<tr><td>{html.escape(str(figure.get('label', '')))}</td>"
            + "".join(
                f"<td align='right'>{html.escape(_number(figure.get(name, '')))}</td>" for name in there
            )
            + "</tr>"
            for figure in figures
            if str(figure.get("what", "")) == what
        )
        parts.append(
            f"<p>{html.escape(what)}</p><table cellspacing='0' cellpadding='3'>"
            f"<tr><th align='left'>Label</th>{head}</tr>{rows}</table>"
        )
    return "".join(parts)


def _number(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
