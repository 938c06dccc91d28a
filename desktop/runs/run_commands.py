"""Run commands: the list of runs, a run again or on, and layers side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.desk import Desk
from desktop.details.wording import count_words
from desktop.jobs.tagger_lane import Tagged
from desktop.tagging.choose_model import available
from desktop.theme_choice import ThemeChoice
from engine.annotation.annotation import RunId
from engine.errors import ModelError
from engine.text.note import NoteId

if TYPE_CHECKING:
    from engine.steps.replay_run import Repeated
    from engine.store.operations import Done
    from engine.store.runs import RunRow


class RunCommands(QObject):
    """What is done with runs that are there already."""

    def __init__(self, window: QWidget, desk: Desk, themes: ThemeChoice) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._themes = themes
        self._replayed: RunId | None = None
        desk.project_opened.connect(self._project_opened)

    def commands(self) -> dict[str, Callable[[], object]]:
        """Return what the commands of this part do."""
        return {"runs": self.runs, "compare-layers": self.compare_layers}

    def _project_opened(self) -> None:
        self._replayed = None
        if self._desk.tagging is not None:
            self._desk.tagging.tagged.connect(self._tagged)
            self._desk.tagging.began.connect(self._began)

    # -- commands -----------------------------------------------------------------------

    def compare_layers(self) -> None:
        """Lay what two producers say of the open note side by side."""
        from desktop.comparing.compare_page import Look, compare_layers

        project, note = self._desk.project, self._desk.note
        if project is not None and note is not None:
            look = Look(self._themes.theme, self._desk.remembered.number("zoom", 100) / 100)
            compare_layers(
                project, note, look, self._window, lambda words: self._desk.told.emit(words, "note")
            )

    def runs(self) -> None:
        """Show the runs of the project."""
        from desktop.runs.run_list import RunList

        if self._desk.project is None:
            return
        page = RunList(self._desk.project, self._window)
        page.replay_wanted.connect(self.replay)
        page.continue_wanted.connect(self.resume)
        page.withdraw_wanted.connect(self.withdraw)
        page.exec()
        page.deleteLater()

    def replay(self, row: RunRow) -> None:
        """Do a run again: the same notes, model and options; then say whether the tags are the same."""
        project = self._desk.project
        if project is not None:
            project.ask(lambda store: store.run_notes(row.id), partial(self._begin, row, None))

    def resume(self, row: RunRow) -> None:
        """Tag the notes that a run has not answered yet."""
        project = self._desk.project
        if project is not None:
            project.ask(lambda store: store.run_left(row.id), partial(self._begin, row, row.id))

    def withdraw(self, row: RunRow) -> None:
        """Take back the suggestions of a run, and say what became of them."""
        project, name = self._desk.project, row.record.tagger_name

        def told(done: Done | None) -> None:
            notes = count_words(len(done.changes.note_ids) if done is not None else 0, "note")
            self._desk.told.emit(
                f"The suggestions of {name} were taken back from {notes}. What was decided of them stays; "
                "undo brings them back.",
                "note",
            )

        if project is not None:
            project.do(lambda store: store.withdraw_run(row.id, project.annotator), told)

    def _begin(self, row: RunRow, run: RunId | None, notes: Sequence[NoteId]) -> None:
        from engine.steps.replay_run import replayed_tagger

        project, tagging = self._desk.project, self._desk.tagging
        if project is None or tagging is None:
            return
        terms = [one for one in available(self._desk.remembered) if not one.sha256]
        try:
            spec = replayed_tagger(row.record, project.labels, terms)
        except ModelError as error:
            self._desk.told.emit(str(error), "warning")
            return
        if tagging.tag(spec, notes, run) and run is None:
            self._replayed = row.id

    # -- what became of it --------------------------------------------------------------

    def _tagged(self, tagged: Tagged) -> None:
        first, project = self._replayed, self._desk.project
        self._replayed = None
        if first is None or project is None:
            return
        from engine.steps.replay_run import compared_runs

        project.ask(lambda store: compared_runs(store, first, tagged.run), self._tell_repeated)

    def _began(self) -> None:
        """Forget a replay that was stopped: there is nothing to compare the next run with."""
        self._replayed = None

    def _tell_repeated(self, found: Repeated) -> None:
        same, other = count_words(found.same, "note"), len(found.different)
        if not other:
            self._desk.told.emit(f"The run was repeated: the tags of {same} are the same.", "note")
            return
        self._desk.told.emit(
            f"The run was repeated: the tags of {same} are the same, those of {other:,} are not. "
            "Compare layers shows how a note differs.",
            "warning",
        )
