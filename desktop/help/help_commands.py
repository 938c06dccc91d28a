"""Help commands: palette, keys, network, history, about.  The pages are loaded when they are wanted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QInputDialog, QLineEdit, QWidget

from desktop.desk import Desk
from desktop.help.command_palette import CommandPalette, Entry

NAME_AT_MOST = 80


class HelpCommands(QObject):
    """Opens the pages that explain; changes nothing but the user's own name."""

    def __init__(self, window: QWidget, desk: Desk, entries: Callable[[], list[Entry]]) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._entries = entries

    def commands(self) -> dict[str, Callable[[], object]]:
        """Return what the commands of this part do."""
        return {
            "palette": self.palette,
            "keys": self.keys,
            "network": self.network,
            "about": self.about,
            "history": self.history,
            "annotator": self.annotator,
        }

    def palette(self) -> None:
        """Open the command palette."""
        CommandPalette.choose(self._entries(), "Command", self._window)

    def keys(self) -> None:
        """Show all keys."""
        from desktop.help.key_overlay import KeyOverlay

        project = self._desk.project
        _run(KeyOverlay(project.labels if project is not None else None, self._window))

    def network(self) -> None:
        """Show how the program is kept off the network."""
        from desktop.help.network_page import NetworkPage

        _run(NetworkPage(self._window))

    def about(self) -> None:
        """Show versions and licences."""
        from desktop.help.about import About

        _run(About(self._window))

    def history(self) -> None:
        """Show what was done in this project."""
        from desktop.help.history_list import HistoryList

        project = self._desk.project
        if project is None:
            return
        page = HistoryList(project, self._window)
        page.undo_wanted.connect(project.undo)
        page.redo_wanted.connect(project.redo)
        _run(page)

    def annotator(self) -> None:
        """Ask for the name under which annotations are stored."""
        name, agreed = QInputDialog.getText(
            self._window,
            "Your name",
            "Annotations and history are stored under this name:",
            QLineEdit.EchoMode.Normal,
            self._desk.remembered.annotator,
        )
        name = " ".join(name.split())[:NAME_AT_MOST]
        if agreed and name and name != self._desk.remembered.annotator:
            self._desk.remembered.keep("annotator", name)
            self._desk.remembered.save()
            if self._desk.project is not None:
                self._desk.told.emit(f"Your name is “{name}” from the next time a project is opened.", "note")


def _run(dialog: QDialog) -> None:
    dialog.exec()
    dialog.deleteLater()
