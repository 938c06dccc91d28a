"""Threshold choice: which thresholds a language model uses, and fitting new ones to the finished notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.jobs.job_bar import JobBar
from desktop.jobs.job_runner import JobRunner
from desktop.project import Project
from engine.errors import TagwellError
from engine.jobs.job import Job
from engine.model_files.thresholds import NONE, Thresholds, keep_thresholds, kept_thresholds
from engine.taggers.registry import TaggerSpec

if TYPE_CHECKING:
    from engine.taggers.tagger import Tagger

_FIT = (
    "Tags each finished note three times, to find for each type how sure the model must be. "
    "What that does is measured on notes other than those it was found on."
)


class ThresholdChoice(QWidget):
    """The thresholds kept for one model, and a button that fits some to this project.

    Signals:
        changed: others were chosen.
    """

    changed = Signal()

    def __init__(
        self, project: Project, base: TaggerSpec, chosen: str, options: Callable[[], Mapping[str, Any]]
    ) -> None:
        """Offer what is kept for `base`; `options` says how it is asked when thresholds are to be fitted."""
        super().__init__()
        self._project = project
        self._base = base
        self._options = options
        self._lane = JobRunner("fitting thresholds", self)
        self._lane.crashed.connect(self._crashed)
        self.box = QComboBox()
        self.box.setAccessibleName("Thresholds")
        self.fit = QPushButton("&Fit to this project")
        self.fit.setToolTip(_FIT)
        self.fit.clicked.connect(self.begin)
        self.jobs = JobBar()
        self.said = QLabel()
        self.said.setObjectName("quiet")
        self.said.setWordWrap(True)
        self._build()
        self.offer(chosen)
        self.box.currentIndexChanged.connect(self._choose)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.box, 1)
        row.addWidget(self.fit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.jobs)
        column.addWidget(self.said)
        self.setFocusProxy(self.box)

    @property
    def chosen(self) -> str:
        """The name of the thresholds that are chosen."""
        return str(self.box.currentData())

    def offer(self, chosen: str) -> None:
        """Show what is kept for the model, and choose `chosen`, also if that is gone."""
        self.box.blockSignals(True)
        self.box.clear()
        self.box.addItem("None", NONE)
        kept = kept_thresholds(self._base.sha256)
        for one in kept:
            self.box.addItem(one.name, one.name)
        if chosen not in {"", NONE, *(one.name for one in kept)}:
            self.box.addItem(f"{chosen} (not here)", chosen)
        self.box.setCurrentIndex(max(0, self.box.findData(chosen)))
        self.box.blockSignals(False)
        self._tell_chosen(kept)

    def begin(self) -> None:
        """Fit thresholds to the finished notes of the project, and choose them."""
        options = {
            name: value for name, value in self._options().items() if name not in {"bias", "thresholds"}
        }
        spec = replace(self._base, options={**self._base.options, **options})
        self.fit.setEnabled(False)
        self.said.setText("")
        work = partial(_fit_to, self._project, spec, _name_of(self._project.title))
        job = self._lane.run(work, self._fitted, self._refused, self._stopped, "fitting thresholds")
        self.jobs.follow(job)

    def leave(self) -> None:
        """Stop what is under way: the dialog closes."""
        self.jobs.end()
        self._lane.close(wait=False)

    def _choose(self) -> None:
        self._tell_chosen(kept_thresholds(self._base.sha256))
        self.changed.emit()

    def _tell_chosen(self, kept: list[Thresholds]) -> None:
        one = next((one for one in kept if one.name == self.chosen), None)
        self.said.setText(_effect(one) if one else "")
        self.said.setVisible(one is not None)

    def _end(self, words: str = "") -> None:
        self.jobs.end()
        self.fit.setEnabled(True)
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def _fitted(self, found: Thresholds) -> None:
        self._end()
        self.offer(found.name)
        self.changed.emit()

    def _refused(self, error: TagwellError) -> None:
        self._end(str(error))

    def _stopped(self) -> None:
        self._end("Stopped. Nothing was kept.")

    def _crashed(self, _bug: object) -> None:
        self._end("The thresholds could not be fitted.")


def _fit_to(project: Project, spec: TaggerSpec, name: str, job: Job) -> Thresholds:
    """Fit thresholds for `spec` to the finished notes and keep them; on the lane."""
    from engine.steps.example_bank import with_own_examples
    from engine.steps.fit_thresholds import as_thresholds, fit_thresholds
    from engine.steps.layer_documents import finished_documents
    from engine.workers.worker_process import WorkerProcess

    gold = project.ask_from_lane(lambda store: list(finished_documents(store)))
    ready = project.ask_from_lane(partial(with_own_examples, spec))

    def load(options: Mapping[str, Any]) -> Tagger:
        return WorkerProcess(replace(ready, options={**ready.options, **options}))

    fitted = fit_thresholds(load, gold, project.labels, job)
    found = as_thresholds(name, spec, project.labels, "finished notes of a project", fitted)
    keep_thresholds(found)
    return found


def _effect(one: Thresholds) -> str:
    """Return what thresholds do, with a word on whether that is more than chance."""
    surely = "They help." if one.low > 0 else "They harm." if one.high < 0 else "That may be chance."
    return (
        f"Over {one.notes:,} notes F1 is {one.cross_fitted:.3f} with such thresholds and {one.without:.3f} "
        f"without ({one.difference:+.3f}, 95 % {one.low:+.3f} to {one.high:+.3f}). {surely}"
    )


def _name_of(title: str) -> str:
    """Return a name that thresholds may have, from that of the project."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", title).strip("-_")[:60] or "project"
