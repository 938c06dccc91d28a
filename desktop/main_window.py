"""Main window: the frame, its menus and parts; it decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QSplitter, QStackedWidget
from typing_extensions import override

from desktop.actions import COMMANDS, Actions, When
from desktop.appearance.palette import text_on
from desktop.appearance.theme import Theme
from desktop.desk import Desk
from desktop.details.details import Details
from desktop.files.file_commands import FileCommands
from desktop.files.project_commands import ProjectCommands
from desktop.fitting import open_at
from desktop.help.command_palette import Entry
from desktop.help.help_commands import HelpCommands
from desktop.notes.note_commands import NoteCommands
from desktop.notes.note_header import ink_of
from desktop.notes.note_list import NoteList
from desktop.notes.note_pane import NotePane
from desktop.remembered import Remembered
from desktop.review.intents import Target
from desktop.runs.run_commands import RunCommands
from desktop.status_bar import StatusBar
from desktop.tagging.tagging_commands import TaggingCommands
from desktop.theme_choice import CHOICES, ThemeChoice
from desktop.welcome import Welcome
from engine.annotation.annotation import Status

SIZE = (1400, 860)
SIZES = (310, 750, 340)
"""The window, and the widths of list, note and details, at the first start."""

REMEMBER_PLACE_MS = 2000
OPENING = "Opening the project…"


class MainWindow(QMainWindow):
    """List left, note in the middle, details right, status bar below."""

    def __init__(self, remembered: Remembered) -> None:
        super().__init__()
        self.remembered = remembered
        self.desk = Desk(remembered, self)
        self.themes = ThemeChoice(remembered, self)
        self.notes = NoteList()
        self.pane = NotePane(self.themes.theme)
        self.details = Details(self.themes.theme)
        self.welcome = Welcome()
        self.bar = StatusBar()
        self._build()
        self.on_project = ProjectCommands(self, self.desk)
        self.on_files = FileCommands(self, self.desk)
        self.on_notes = NoteCommands(self, self.desk, self.notes, self.pane, self.details)
        self.on_tagging = TaggingCommands(self, self.desk, self.notes, self.bar)
        self.on_runs = RunCommands(self, self.desk, self.themes)
        self.on_help = HelpCommands(self, self.desk, self._entries)
        self.actions_ = Actions(dict(self._commands()), self)
        menus = self.actions_.fill(self.menuBar())
        self.recent = QMenu("Open &recent", self)
        menus["File"].insertMenu(self.actions_.by_name["open-demo"], self.recent)
        for action in self.actions_.by_name.values():
            self.addAction(action)  # shortcuts work with the menu bar hidden, too
        self._connect()
        self._restore()
        self._themed(self.themes.theme)
        self.show_opened()

    # -- building -----------------------------------------------------------------------

    def _build(self) -> None:
        self.setWindowTitle("Tagwell")
        open_at(self, *SIZE)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.notes, self.pane, self.details):
            self.splitter.addWidget(part)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setCollapsible(1, False)
        self.splitter.setSizes(list(SIZES))
        self.notes.setMinimumWidth(220)
        self.pane.setMinimumWidth(420)  # in a small window the sides give way first
        self.details.setMinimumWidth(260)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.welcome)
        self.stack.addWidget(self.splitter)
        self.setCentralWidget(self.stack)
        self.setStatusBar(self.bar)
        self._remember = QTimer(self, interval=REMEMBER_PLACE_MS)
        self._remember.timeout.connect(self.desk.remember_place)
        self._remember.start()

    def _commands(self) -> Iterator[tuple[str, Callable[[], object]]]:
        for part in (
            self.on_project,
            self.on_files,
            self.on_notes,
            self.on_tagging,
            self.on_runs,
            self.on_help,
            self.themes,
        ):
            yield from part.commands().items()
        yield "quit", self.close
        yield "show-notes", lambda: self.notes.setVisible(self.actions_.by_name["show-notes"].isChecked())
        yield (
            "show-details",
            lambda: self.details.setVisible(self.actions_.by_name["show-details"].isChecked()),
        )

    def _connect(self) -> None:
        self.desk.opening.connect(lambda on: self.bar.showMessage(OPENING if on else ""))
        self.desk.project_opened.connect(self._project_opened)
        self.desk.project_closed.connect(self._project_closed)
        self.desk.told.connect(lambda words, kind: self.pane.message.tell(words, kind=kind))
        self.desk.refused.connect(self.bar.say)
        self.desk.note_opened.connect(lambda _note: self.pane.message.pass_by())
        self.pane.view.intended.connect(lambda _intent: self.pane.message.pass_by())
        self.desk.scene_shown.connect(lambda _scene: self.show_opened())
        self.pane.view.focus_changed.connect(lambda _target: self.show_opened())
        self.pane.import_wanted.connect(self.on_files.import_notes)
        self.on_notes.said.connect(self.bar.say)
        self.on_notes.place_changed.connect(self.bar.show_place)
        self.on_notes.keys_wanted.connect(self.on_help.keys)
        self.desk.work_began.connect(self.bar.jobs.follow)
        self.desk.work_ended.connect(self.bar.jobs.end)
        self.themes.changed.connect(self._themed)
        self.notes.shown.connect(lambda _count: self.show_opened())
        self.recent.aboutToShow.connect(self._fill_recent)
        self.welcome.commanded.connect(lambda name: self.actions_.by_name[name].trigger())
        self.welcome.chosen.connect(self.on_project.open)
        self.bar.network_wanted.connect(self.on_help.network)
        self.bar.models_wanted.connect(self.on_tagging.models)

    # -- what is open -------------------------------------------------------------------

    def _project_opened(self) -> None:
        project = self.desk.project
        if project is None:
            return
        project.saving_changed.connect(lambda saving: self.bar.show_saved(saving, opened=True))
        project.undoable_changed.connect(self.show_opened)
        project.labels_changed.connect(lambda: self.details.show_labels(project.labels))
        self.bar.show_saved(saving=False, opened=True)
        self.details.show_labels(project.labels)
        self.notes.show_project(project)
        self.stack.setCurrentWidget(self.splitter)
        self.notes.filter.setFocus()  # until a note is shown
        self.setWindowTitle(f"{project.title or project.path.stem} – Tagwell")
        self.show_opened()

    def _project_closed(self) -> None:
        self.notes.show_project(None)
        self.details.show_labels(None)
        self.pane.message.clear()
        self.bar.show_saved(saving=False, opened=False)
        self.bar.show_model("")
        self.stack.setCurrentWidget(self.welcome)
        self.welcome.setFocus()
        self.setWindowTitle("Tagwell")
        self.show_opened()

    def show_opened(self) -> None:
        """Enable what makes sense now, and name what undo and redo would do."""
        self.actions_.enable(self._there())
        undoable = self.desk.project.undoable if self.desk.project is not None else None
        for name, title in (("undo", "Undo"), ("redo", "Redo")):
            what = getattr(undoable, name, None)
            self.actions_.retitle(name, f"&{title} {_plain(what)}" if what else f"&{title}")
        if self.desk.project is None:
            self.welcome.show_recent(self.remembered.recent())

    def _there(self) -> Iterator[When]:
        project = self.desk.project
        if project is None:
            return
        yield When.PROJECT
        if project.undoable.undo:
            yield When.UNDO
        if project.undoable.redo:
            yield When.REDO
        if len(self.notes.table.ids) or self.notes.filtered:
            yield When.NOTES
        if self.desk.scene is not None:
            yield When.NOTE
            yield from _focused(self.pane.view.focused)

    def _entries(self) -> list[Entry]:
        """Return what the command palette offers now: every command that makes sense, then the labels."""
        commands = [
            Entry(command.words, command.shown_key, self.actions_.by_name[command.name].trigger)
            for command in COMMANDS
            if command.name != "palette" and self.actions_.by_name[command.name].isEnabled()
        ]
        return commands + self.on_notes.label_entries()

    def _fill_recent(self) -> None:
        self.recent.clear()
        for path in self.remembered.recent():
            self.recent.addAction(_plain(path.stem), partial(self.on_project.open, path))
        if self.recent.isEmpty():
            self.recent.addAction("None yet").setEnabled(False)

    # -- look ---------------------------------------------------------------------------

    def _themed(self, theme: Theme) -> None:
        self.pane.set_theme(theme)
        project = self.desk.project
        self.details.set_theme(theme, project.labels if project is not None else None)
        self.notes.set_inks({status: ink_of(status, theme) for status in Status}, text_on(theme.accent))
        for name in CHOICES:
            self.actions_.by_name[f"theme-{name}"].setChecked(self.themes.chosen == name)

    def _restore(self) -> None:
        self.restoreGeometry(self.remembered.bytes("window"))
        self.splitter.restoreState(self.remembered.bytes("columns"))
        self.details.splitter.restoreState(self.remembered.bytes("details"))
        self.pane.view.set_zoom(self.remembered.number("zoom", 100) / 100)
        for name, part in (("show-notes", self.notes), ("show-details", self.details)):
            shown = self.remembered.number(name, 1) == 1
            part.setVisible(shown)
            self.actions_.by_name[name].setChecked(shown)

    def _keep(self) -> None:
        self.remembered.keep("window", self.saveGeometry())
        self.remembered.keep("columns", self.splitter.saveState())
        self.remembered.keep("details", self.details.splitter.saveState())
        for name, part in (("show-notes", self.notes), ("show-details", self.details)):
            self.remembered.keep(name, int(not part.isHidden()))

    # -- end ----------------------------------------------------------------------------

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what runs, close the project last, remember how it looked."""
        self._keep()
        self._remember.stop()
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            self.desk.close_project()
        finally:
            QApplication.restoreOverrideCursor()
        self.remembered.save()
        event.accept()


def _plain(title: str) -> str:
    """Return a title in which no character is a mnemonic."""
    return title.replace("&", "&&")


def _focused(target: Target | None) -> Iterator[When]:
    if target is not None:
        yield When.SPAN
        yield When.SUGGESTION if target.suggested else When.ANNOTATION
