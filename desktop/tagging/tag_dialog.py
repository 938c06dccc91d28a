"""Tag dialog: which notes, which model, or an unfinished run to continue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.details.wording import count_words
from desktop.files.form import Form
from desktop.help.history_list import when
from desktop.remembered import Remembered
from desktop.tagging.choose_model import ModelChoice
from engine.annotation.annotation import RunId, Status
from engine.labels.label_set import LabelSet
from engine.store.notes import NoteQuery
from engine.store.runs import RunRow
from engine.store.store import Store
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
    """Choose notes and model; nothing is tagged yet."""

    def __init__(
        self,
        choices: Sequence[Scope],
        remembered: Remembered,
        labels: LabelSet,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "Tag notes",
            "&Tag",
            "The model proposes, you decide: suggestions never become annotations by themselves. "
            "Newer suggestions of a model replace its older ones; your annotations stay.",
            parent,
        )
        self._choices = list(choices)
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
        self.model = ModelChoice(remembered, labels)
        self.field("&Notes", box)
        self.field("&Model", self.model)

    @property
    def scope(self) -> Scope:
        """The notes that were chosen."""
        return self._choices[self.group.checkedId()]

    @override
    def check(self) -> str:
        """Return what is wrong, as a sentence."""
        if self.group.checkedId() < 0:
            return "Every note of this project is finished. Reopen a note to have it tagged again."
        return (
            ""
            if self.model.spec is not None
            else "There is no model here. Install one, or use a list of terms."
        )
