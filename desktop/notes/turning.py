"""Turning: undo and redo, what they say, and where what they brought back stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.desk import Desk
from desktop.review.intents import Target
from desktop.review.marks import Marks

if TYPE_CHECKING:
    from engine.store.operations import Done


class Turning(QObject):
    """Undo and redo of the open project.

    Signals:
        said: a sentence for the status bar.
    """

    said = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._turned = False

    def commands(self) -> dict[str, Callable[[], object]]:
        """Return what the commands of this part do."""
        return {"undo": self.undo, "redo": self.redo}

    def undo(self) -> None:
        """Undo the last operation, and say which."""
        self._turn("undo", "Undone")

    def redo(self) -> None:
        """Redo what was undone last, and say which."""
        self._turn("redo", "Redone")

    def brought(self, before: Marks | None, now: Marks | None) -> Target | None:
        """Return the first mark that the last undo or redo brought into the open note, once."""
        turned, self._turned = self._turned, False
        if not turned or before is None or now is None:
            return None
        return next((one.target for one in now.new_since(before)), None)

    def _turn(self, way: str, word: str) -> None:
        project = self._desk.project
        if project is None:
            return
        title = getattr(project.undoable, way)
        if title is None:
            self.said.emit(f"There is nothing to {way}.")
            return

        def turned(done: Done | None) -> None:
            self.said.emit(f"{word}: {title}.")
            self._turned = done is not None and self._desk.note in done.changes.note_ids

        (project.undo if way == "undo" else project.redo)(turned)
