"""Tagging commands: this note, many notes, stop, models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from desktop.desk import Desk
from desktop.details.wording import count_words
from desktop.jobs.tagger_lane import Tagged
from desktop.notes.note_list import NoteList
from desktop.status_bar import StatusBar
from desktop.tagging.choose_model import chosen_model
from desktop.tagging.tagger_settings import TaggerSettings
from engine.errors import ModelError
from engine.jobs.job import Job
from engine.text.note import NoteId
from engine.text.sentence import sentences

if TYPE_CHECKING:
    from desktop.tagging.tag_dialog import Scope


LONG_ENOUGH = 40
"""A sentence of so many characters shows what a prompt is about."""


class TaggingCommands(QObject):
    """Starts runs and shows how far they are."""

    def __init__(self, window: QWidget, desk: Desk, notes: NoteList, bar: StatusBar) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._notes = notes
        self._bar = bar
        self._runs_on: dict[str, str] = {}
        self.settings = TaggerSettings(self)
        desk.project_opened.connect(self._project_opened)
        desk.project_closed.connect(bar.jobs.end)

    def commands(self) -> dict[str, Callable[[], object]]:
        """Return what the commands of this part do."""
        return {
            "tag-note": self.tag_note,
            "tag-notes": self.tag_notes,
            "stop-tagging": self.stop,
            "models": self.models,
        }

    def _project_opened(self) -> None:
        tagging = self._desk.tagging
        if tagging is not None:
            tagging.began.connect(self._began)
            tagging.ended.connect(self._bar.jobs.end)
            tagging.tagged.connect(self._tagged)
            tagging.model_changed.connect(self._model_runs)
        if self._desk.project is not None:
            self.settings.read(self._desk.project)
        self._runs_on = {}
        self._show_model()

    def _model_runs(self, title: str, device: str) -> None:
        self._runs_on = {title: device}
        self._bar.show_model(f"{title} on {device}")

    def _show_model(self) -> None:
        """Name the model that would tag; where it runs is known once it is loaded."""
        try:
            spec = chosen_model(self._desk.remembered)
        except ModelError:
            self._bar.show_model("No model")
            return
        title = spec.title or spec.name
        device = self._runs_on.get(title)
        self._bar.show_model(f"{title} on {device}" if device else title)

    def _began(self, job: Job) -> None:
        self._bar.jobs.follow(job)

    def _tagged(self, tagged: Tagged) -> None:
        self._bar.say(f"Tagged {count_words(tagged.notes, 'note')}.")

    # -- commands -----------------------------------------------------------------------

    def tag_note(self) -> None:
        """Tag the open note with the chosen model."""
        scene, tagging = self._desk.scene, self._desk.tagging
        if scene is None or tagging is None:
            return
        if scene.finished:
            self._bar.say("This note is finished. Reopen it to have it tagged again.")
            return
        try:
            spec = self.settings.spec(chosen_model(self._desk.remembered))
        except ModelError as error:
            self._desk.told.emit(str(error), "warning")
            return
        tagging.tag(spec, [scene.note])

    def tag_notes(self) -> None:
        """Ask which notes and which model, then tag."""
        from desktop.tagging.tag_dialog import scopes

        project, selected = self._desk.project, [NoteId(one) for one in self._notes.selected]
        if project is not None:
            project.ask(lambda store: scopes(store, selected), self._ask_scope)

    def _ask_scope(self, choices: Sequence[Scope]) -> None:
        from desktop.tagging.tag_dialog import TagDialog

        project = self._desk.project
        if project is None:
            return
        dialog = TagDialog(
            choices, self._desk.remembered, project, self.settings, self._window, self._sentence()
        )
        agreed = dialog.exec() == QDialog.DialogCode.Accepted
        base = dialog.base
        dialog.deleteLater()
        tagging = self._desk.tagging
        if agreed and base is not None and tagging is not None:
            dialog.model.keep()
            tagging.tag(self.settings.spec(base), dialog.scope.notes, dialog.scope.run)
        self._show_model()

    def _sentence(self) -> str:
        """Return a sentence of the open note that shows what a prompt is about, or nothing.

        Prose is wanted: no line of a form, no mark of what was taken out.
        """
        scene = self._desk.scene
        if scene is None:
            return ""
        found = [
            one
            for one in sentences(scene.text, scene.tokens)
            if len(one) >= LONG_ENOUGH and not any(one.overlaps(mark) for mark in scene.placeholders)
        ]
        words = [" ".join(one.of(scene.text).split()) for one in found]
        return next((one for one in words if one.endswith(".")), words[0] if words else "")

    def stop(self) -> None:
        """Stop the run; what was tagged stays."""
        tagging = self._desk.tagging
        if tagging is None or not tagging.busy:
            self._bar.say("No model is tagging.")
        else:
            self._bar.jobs.stop()

    def models(self) -> None:
        """Show the models that are here."""
        from desktop.tagging.model_list import ModelList

        page = ModelList(self._desk.remembered, self._window)
        page.used.connect(lambda _title: self._show_model())
        page.exec()
        page.deleteLater()
