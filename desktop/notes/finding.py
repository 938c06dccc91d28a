"""Finding: in the open note, and in all notes of the project."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.desk import Desk
from desktop.notes.note_pane import NotePane

if TYPE_CHECKING:
    from desktop.notes.find_in_project import FindInProject


class Finding(QObject):
    """Opens the find bar and the search over all notes, which goes with its project.

    Signals:
        chosen: (note id, `Span`): the user wants to see this hit.
    """

    chosen = Signal(int, object)

    def __init__(self, window: QWidget, desk: Desk, pane: NotePane) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._pane = pane
        self.search: FindInProject | None = None
        desk.project_closed.connect(self._close_search)

    def commands(self) -> dict[str, Callable[[], object]]:
        """Return what the commands of this part do."""
        return {
            "find": self._pane.find_in_note,
            "find-next": partial(self._step, 1),
            "find-previous": partial(self._step, -1),
            "find-in-project": self.find_in_project,
        }

    def find_in_project(self) -> None:
        """Open the search over all notes, or bring it to the front."""
        if self._desk.project is None:
            return
        if self.search is None:
            from desktop.notes.find_in_project import FindInProject

            self.search = FindInProject(self._desk.project, self._window)
            self.search.chosen.connect(self.chosen)
        self.search.enter()

    def _step(self, by: int) -> None:
        if self._pane.finder.isHidden() or not self._pane.finder.field.text():
            self._pane.find_in_note()
        else:
            self._pane.finder.step(by)

    def _close_search(self) -> None:
        if self.search is not None:
            self.search.end()
            self.search.deleteLater()
            self.search = None
