"""Tag dialog: which notes, which model, or an unfinished run to continue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.details.wording import count_words
from desktop.files.form import Form
from desktop.help.history_list import when
from desktop.project import Project
from desktop.remembered import Remembered
from desktop.tagging.choose_model import ModelChoice, summary_of
from desktop.tagging.reading_choice import ReadingChoice, makes_sense
from desktop.tagging.run_time import RunTime
from desktop.tagging.tagger_settings import LLM, ModelSettings, TaggerSettings
from engine.annotation.annotation import RunId, Status
from engine.errors import ModelError
from engine.model_files.manifest import read_manifest
from engine.store.notes import NoteQuery
from engine.store.runs import RunRow
from engine.store.store import Store
from engine.taggers.registry import TaggerSpec
from engine.text.note import NoteId


@dataclass(frozen=True, slots=True)
class Scope:
    """One choice of notes: what it is called, and the notes."""

    title: str
    notes: Sequence[NoteId]
    run: RunId | None = None


def scopes(store: Store, selected: Sequence[NoteId]) -> list[Scope]:
    """Return the choices of notes in the project now; those without a note are left out."""
    made = [_unfinished(store, run) for run in store.unfinished_runs()[:1]]
    found: Mapping[str, frozenset[Status]] = {
        "Notes that no model has tagged": frozenset({Status.NEW}),
        "All notes that are not finished": frozenset({Status.NEW, Status.SUGGESTED, Status.STARTED}),
    }
    if len(selected) > 1:
        made.append(Scope("The selected notes", selected))
    made += [
        Scope(title, [NoteId(one) for one in store.note_ids(NoteQuery(status=status))])
        for title, status in found.items()
    ]
    return [scope for scope in made if scope.notes]


def _unfinished(store: Store, run: RunRow) -> Scope:
    title = f"Continue the run of {when(run.started)[:16]} with {run.record.tagger_name}"
    return Scope(title, store.run_left(run.id), run.id)


class TagDialog(Form):
    """Choose notes and model, and how that is asked; nothing is tagged yet.

    `sentence` is one of the open note, for which the prompt is shown.
    What is set of a model is kept for the project once the dialog is agreed to.
    """

    def __init__(
        self,
        choices: Sequence[Scope],
        remembered: Remembered,
        project: Project,
        settings: TaggerSettings,
        parent: QWidget | None = None,
        sentence: str = "",
    ) -> None:
        super().__init__(
            "Tag notes",
            "&Tag",
            "The model proposes, you decide: suggestions never become annotations by themselves. "
            "Newer suggestions of a model replace its older ones; your annotations stay.",
            parent,
        )
        self._choices = list(choices)
        self._project = project
        self._settings = settings
        self._sentence = sentence
        self._now = ModelSettings()
        self.model = ModelChoice(remembered, project.labels)
        self.prompt = QPushButton("&How it is asked…")
        self.reading = ReadingChoice(remembered)
        self.time = RunTime(project)
        self.field("&Notes", self._scopes())
        self.terms = QPushButton("&List of terms…")
        self.terms.setToolTip("Tag the words of a list (CSV, TSV or text file) instead of using a model.")
        self.field("&Model", self.model, self._beside_model())
        self.about = self.remark()
        self.field("&Reads", self.reading)
        self.field("T&ime", self.time)
        self.prompt.clicked.connect(self.set_prompt)
        self.terms.clicked.connect(self.model.ask_for_terms)
        self.model.currentIndexChanged.connect(self._show_model)
        self.time.wanted.connect(self._estimate)
        self._show_model()

    def _scopes(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.group = QButtonGroup(self)
        for number, choice in enumerate(self._choices):
            button = QRadioButton(f"{choice.title} ({count_words(len(choice.notes), 'note')})")
            self.group.addButton(button, number)
            column.addWidget(button)
        first = self.group.button(0)
        if first is not None:
            first.setChecked(True)
            box.setFocusProxy(first)
        return box

    def _beside_model(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for button in (self.prompt, self.terms):
            row.addWidget(button)
        return box

    @property
    def scope(self) -> Scope:
        """The notes that were chosen."""
        return self._choices[self.group.checkedId()]

    @property
    def base(self) -> TaggerSpec | None:
        """The chosen model, as it comes."""
        return self.model.spec

    @property
    def settings(self) -> ModelSettings:
        """How the chosen model is set now."""
        return self.reading.change(self._now) if makes_sense(self.base) else self._now

    def set_prompt(self) -> None:
        """Show how the chosen model is asked, to be changed."""
        from desktop.tagging.draft_choice import DraftChoice
        from desktop.tagging.prompt_settings import PromptSettings
        from desktop.tagging.threshold_choice import ThresholdChoice

        base = self.base
        if base is None:
            return
        manifest = read_manifest(base.folder)
        labels, options = self._project.labels, self._now.options
        page = PromptSettings(manifest.title, manifest.options, options, labels, self._sentence, self)
        kept = str(options.get("thresholds", ""))
        page.add_thresholds(ThresholdChoice(self._project, base, kept, lambda: page.chosen))
        page.add_draft(DraftChoice(self._project, str(options.get("draft", ""))))
        if page.exec() == QDialog.DialogCode.Accepted:
            self._now = replace(self._now, options=page.chosen)
        page.deleteLater()

    def _show_model(self) -> None:
        base = self.base
        self._now = self._settings.of(base) if base is not None else ModelSettings()
        self.prompt.setVisible(base is not None and base.kind == LLM)
        self.about.setText(summary_of(base) if base is not None else "")
        self.about.setVisible(bool(self.about.text()))
        self.rows.setRowVisible(self.reading, makes_sense(base))
        self.reading.show_settings(self._now)
        self.time.forget()

    def _estimate(self) -> None:
        words = self.check()
        self.tell(words)
        if not words and self.base is not None:
            self.time.ask(self.settings.of(self.base), self.scope.notes)

    @override
    def check(self) -> str:
        """Return what is wrong, as a sentence."""
        if self.group.checkedId() < 0:
            return "Every note of this project is finished. Reopen a note to have it tagged again."
        if self.base is None:
            return "There is no model here. Install one, or use a list of terms."
        try:
            self.settings.of(self.base)
        except ModelError as error:
            return str(error)
        return ""

    @override
    def done(self, result: int) -> None:
        """Keep what was set if it was agreed to; stop an estimate that is running."""
        self.time.leave()
        if result == QDialog.DialogCode.Accepted and self.base is not None:
            self._settings.keep(self.base, self.settings)
        super().done(result)
