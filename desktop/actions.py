"""Actions: every command of the window, with its words, keys and menu, as one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from desktop.review.keyboard import Command as InNote
from desktop.review.keyboard import KeyMap


class When(Enum):
    """What must be there for a command to make sense."""

    ALWAYS = "always"
    PROJECT = "a project is open"
    NOTES = "the project has notes"
    NOTE = "a note is open"
    SUGGESTION = "the focused span is a suggestion"
    ANNOTATION = "the focused span is an annotation"
    SPAN = "a span is focused"
    UNDO = "there is something to undo"
    REDO = "there is something to redo"


@dataclass(frozen=True, slots=True)
class Command:
    """One command.  A `choice` names the group of which one is checked.

    `keys` act in the whole window.  `in_note` is a command of the note view, whose keys
    act only while that has the focus and are merely shown here: a letter must stay a
    letter in a text field.
    """

    name: str
    title: str
    menu: str
    group: int = 0
    keys: tuple[str, ...] = ()
    in_note: InNote | None = None
    when: When = When.ALWAYS
    choice: str = ""
    checkable: bool = False

    @property
    def words(self) -> str:
        """The title without mnemonics and dots, as the palette shows it."""
        return self.title.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")

    @property
    def shown_key(self) -> str:
        """The key that menus and the palette show, or nothing."""
        if self.in_note is not None:
            return KeyMap().chords(self.in_note)[0]
        return (
            QKeySequence(self.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if self.keys else ""
        )


MENUS = {
    "File": "&File",
    "Edit": "&Edit",
    "View": "&View",
    "Go": "&Go",
    "Annotate": "&Annotate",
    "Predict": "&Predict",
    "Help": "&Help",
}

P, N, V = When.PROJECT, When.NOTES, When.NOTE

COMMANDS: tuple[Command, ...] = (
    Command("new-project", "&New project…", "File", 0, ("Ctrl+N",)),
    Command("open-project", "&Open project…", "File", 0, ("Ctrl+O",)),
    Command("open-demo", "Open the &demo project", "File", 0),
    Command("import-notes", "&Import notes…", "File", 1, ("Ctrl+I",), when=P),
    Command("export", "&Export annotations…", "File", 1, ("Ctrl+E",), when=N),
    Command("build-training-set", "Build &fine-tuning set…", "File", 1, ("Ctrl+Shift+E",), when=N),
    Command("back-up", "&Back up now", "File", 2, when=P),
    Command("backups", "&Restore a backup…", "File", 2, when=P),
    Command("check-project", "Chec&k project", "File", 2, when=P),
    Command("change-passphrase", "Change &passphrase…", "File", 2, when=P),
    Command("close-project", "&Close project", "File", 3, ("Ctrl+W",), when=P),
    Command("quit", "&Quit", "File", 3, ("Ctrl+Q",)),
    Command("undo", "&Undo", "Edit", 0, ("Ctrl+Z",), when=When.UNDO),
    Command("redo", "&Redo", "Edit", 0, ("Ctrl+Y", "Ctrl+Shift+Z"), when=When.REDO),
    Command("history", "&History…", "Edit", 0, ("Ctrl+H",), when=P),
    Command("copy", "&Copy text", "Edit", 1, in_note=InNote.COPY, when=V),
    Command("find", "&Find in note…", "Edit", 2, ("Ctrl+F",), when=V),
    Command("find-next", "Find &next", "Edit", 2, ("F3",), when=V),
    Command("find-previous", "Find pre&vious", "Edit", 2, ("Shift+F3",), when=V),
    Command("find-in-project", "Find in &project…", "Edit", 2, ("Ctrl+Shift+F",), when=N),
    Command("remove-notes", "Rem&ove notes…", "Edit", 3, when=V),
    Command("label-set", "&Label set…", "Edit", 3, when=P),
    Command("annotator", "&Your name…", "Edit", 3),
    Command("show-notes", "&Note list", "View", 0, ("Ctrl+Shift+L",), checkable=True),
    Command("show-details", "&Details", "View", 0, ("Ctrl+Shift+D",), checkable=True),
    Command("text-larger", "&Larger text", "View", 1, ("Ctrl++", "Ctrl+=")),
    Command("text-smaller", "&Smaller text", "View", 1, ("Ctrl+-",)),
    Command("text-normal", "N&ormal text size", "View", 1, ("Ctrl+0",)),
    Command("theme-system", "Theme of the s&ystem", "View", 2, choice="theme"),
    Command("theme-light", "L&ight theme", "View", 2, choice="theme"),
    Command("theme-dark", "Dar&k theme", "View", 2, choice="theme"),
    Command("theme-contrast", "&High contrast", "View", 2, choice="theme"),
    Command("next-note", "&Next note", "Go", 0, ("Ctrl+PgDown",), when=N),
    Command("previous-note", "&Previous note", "Go", 0, ("Ctrl+PgUp",), when=N),
    Command("next-span", "Next &span", "Go", 1, in_note=InNote.NEXT_SPAN, when=V),
    Command("previous-span", "Pre&vious span", "Go", 1, in_note=InNote.PREVIOUS_SPAN, when=V),
    Command("go-to-note-list", "Note &list", "Go", 2, ("Ctrl+L",), when=P),
    Command("go-to-text", "&Text of the note", "Go", 2, ("Ctrl+T",), when=V),
    Command("go-to-details", "&Details", "Go", 2, ("Ctrl+D",), when=V),
    Command("accept", "&Accept suggestion", "Annotate", 0, in_note=InNote.ACCEPT, when=When.SUGGESTION),
    Command(
        "accept-next",
        "Accept and go to the ne&xt",
        "Annotate",
        0,
        in_note=InNote.ACCEPT_AND_NEXT,
        when=When.SUGGESTION,
    ),
    Command(
        "accept-all", "Accept all s&uggestions of this note…", "Annotate", 0, ("Ctrl+Shift+Return",), when=V
    ),
    Command(
        "remove",
        "&Reject suggestion or delete annotation",
        "Annotate",
        0,
        in_note=InNote.REMOVE,
        when=When.SPAN,
    ),
    Command("label-by-name", "&Label by name…", "Annotate", 1, in_note=InNote.CHOOSE_LABEL, when=V),
    Command("link", "&Join to another span…", "Annotate", 1, in_note=InNote.RELATION, when=When.SPAN),
    Command("modifier", "Add a &modifier…", "Annotate", 1, in_note=InNote.MODIFIER, when=When.SPAN),
    Command("end-right", "End one &token right", "Annotate", 2, in_note=InNote.END_RIGHT, when=When.SPAN),
    Command("end-left", "En&d one token left", "Annotate", 2, in_note=InNote.END_LEFT, when=When.SPAN),
    Command(
        "start-right", "&Start one token right", "Annotate", 2, in_note=InNote.START_RIGHT, when=When.SPAN
    ),
    Command("start-left", "Start one token l&eft", "Annotate", 2, in_note=InNote.START_LEFT, when=When.SPAN),
    Command(
        "finish", "&Finish note and go to the next", "Annotate", 3, ("Ctrl+Return", "Ctrl+Enter"), when=V
    ),
    Command("reopen", "Re&open note", "Annotate", 3, when=V),
    Command("tag-note", "&Tag this note", "Predict", 0, ("Ctrl+B",), when=V),
    Command("tag-notes", "T&ag notes…", "Predict", 0, ("Ctrl+Shift+B",), when=N),
    Command("stop-tagging", "&Stop tagging", "Predict", 0, when=N),
    Command("compare-layers", "&Compare layers…", "Predict", 1, ("Ctrl+Shift+K",), when=V),
    Command("runs", "&Runs…", "Predict", 1, ("Ctrl+Shift+R",), when=N),
    Command("models", "&Models…", "Predict", 2),
    Command("palette", "&Command palette…", "Help", 0, ("Ctrl+Shift+P",)),
    Command("keys", "&Keys", "Help", 0, ("F1",)),
    Command("network", "&Network…", "Help", 1),
    Command("about", "&About Tagwell", "Help", 1),
)
"""Every command, in the order of the menus."""


class Actions(QObject):
    """The commands as Qt actions, made once for the window.

    `do` maps each command's name to what it does; a command without one is a mistake
    that shows at once, so that no menu holds an item that does nothing.

    Raises:
        KeyError: `do` lacks a command.
    """

    def __init__(self, do: Mapping[str, Callable[[], object]], parent: QObject) -> None:
        super().__init__(parent)
        self.by_name: dict[str, QAction] = {}
        self._choices: dict[str, QActionGroup] = {}
        for command in COMMANDS:
            action = self._action(command)
            action.triggered.connect(lambda _checked=False, act=do[command.name]: act())
            self.by_name[command.name] = action

    def _action(self, command: Command) -> QAction:
        title = f"{command.title}\t{command.shown_key}" if command.in_note else command.title
        action = QAction(title, self)
        action.setObjectName(command.name)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.setCheckable(bool(command.choice) or command.checkable)
        action.setStatusTip(command.words)
        if command.choice:
            group = self._choices.setdefault(command.choice, QActionGroup(self))
            group.addAction(action)
        return action

    def fill(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Build the menus in `bar`; return them by name."""
        menus: dict[str, QMenu] = {}
        group_of: dict[str, int] = {}
        for command in COMMANDS:
            menu = menus.get(command.menu)
            if menu is None:
                menu = menus[command.menu] = bar.addMenu(MENUS[command.menu])
            elif group_of[command.menu] != command.group:
                menu.addSeparator()
            group_of[command.menu] = command.group
            menu.addAction(self.by_name[command.name])
        return menus

    def enable(self, there: Iterable[When]) -> None:
        """Enable the commands whose `when` is in `there`, disable the others."""
        now = frozenset(there) | {When.ALWAYS}
        for command in COMMANDS:
            self.by_name[command.name].setEnabled(command.when in now)

    def retitle(self, name: str, title: str) -> None:
        """Give the command called `name` another title, as for “Undo Add problem”."""
        self.by_name[name].setText(title)
