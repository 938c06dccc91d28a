"""Keyboard: which key means what in the note, as one table that the user may change.

A chord is written as in menus: ``Ctrl+Right``, ``Alt+]``, ``Space``.  A chord of one character
means that character, however a keyboard comes by it (AltGr, Shift, a key of its own), so that
``]`` is found on German and French keyboards too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from engine.labels.label_set import LabelSet


class Command(Enum):
    """All that a key can ask of the note view; the value is its stable name in settings."""

    LEFT = "caret-left"
    RIGHT = "caret-right"
    UP = "caret-up"
    DOWN = "caret-down"
    TOKEN_LEFT = "token-left"  # noqa: S105 - words, not passwords
    TOKEN_RIGHT = "token-right"  # noqa: S105 - words, not passwords
    LINE_START = "line-start"
    LINE_END = "line-end"
    PAGE_UP = "page-up"
    PAGE_DOWN = "page-down"
    NOTE_START = "note-start"
    NOTE_END = "note-end"
    SELECT_LEFT = "select-left"
    SELECT_RIGHT = "select-right"
    SELECT_UP = "select-up"
    SELECT_DOWN = "select-down"
    SELECT_TOKEN_LEFT = "select-token-left"  # noqa: S105 - words, not passwords
    SELECT_TOKEN_RIGHT = "select-token-right"  # noqa: S105 - words, not passwords
    SELECT_LINE_START = "select-line-start"
    SELECT_LINE_END = "select-line-end"
    SELECT_PAGE_UP = "select-page-up"
    SELECT_PAGE_DOWN = "select-page-down"
    SELECT_NOTE_START = "select-note-start"
    SELECT_NOTE_END = "select-note-end"
    SELECT_LEFT_EXACT = "select-left-exact"
    SELECT_RIGHT_EXACT = "select-right-exact"
    SELECT_ALL = "select-all"
    COPY = "copy"
    NEXT_SPAN = "next-span"
    PREVIOUS_SPAN = "previous-span"
    ACCEPT = "accept"
    ACCEPT_AND_NEXT = "accept-and-next"
    BACK = "back"
    REMOVE = "remove"
    END_RIGHT = "end-right"
    END_LEFT = "end-left"
    START_RIGHT = "start-right"
    START_LEFT = "start-left"
    END_RIGHT_EXACT = "end-right-exact"
    END_LEFT_EXACT = "end-left-exact"
    START_RIGHT_EXACT = "start-right-exact"
    START_LEFT_EXACT = "start-left-exact"
    RELATION = "relation"
    MODIFIER = "modifier"
    CHOOSE_LABEL = "choose-label"
    PROPAGATE = "propagate"
    ESCAPE = "escape"
    SHOW_KEYS = "show-keys"
    ZOOM_IN = "zoom-in"
    ZOOM_OUT = "zoom-out"
    ZOOM_RESET = "zoom-reset"


@dataclass(frozen=True, slots=True)
class Binding:
    """One line of the table: what it does, in the user's words, and the chords that do it."""

    group: str
    title: str
    chords: tuple[str, ...]


_MOVE, _SELECT, _REVIEW, _BORDER, _JOIN, _VIEW = (
    "Move in the note",
    "Select words",
    "Review",
    "Move a border",
    "Label and join",
    "View",
)

DEFAULTS: Mapping[Command, Binding] = {
    Command.LEFT: Binding(_MOVE, "One character left", ("Left",)),
    Command.RIGHT: Binding(_MOVE, "One character right", ("Right",)),
    Command.UP: Binding(_MOVE, "One line up", ("Up",)),
    Command.DOWN: Binding(_MOVE, "One line down", ("Down",)),
    Command.TOKEN_LEFT: Binding(_MOVE, "One token left", ("Ctrl+Left",)),
    Command.TOKEN_RIGHT: Binding(_MOVE, "One token right", ("Ctrl+Right",)),
    Command.LINE_START: Binding(_MOVE, "Start of the line", ("Home",)),
    Command.LINE_END: Binding(_MOVE, "End of the line", ("End",)),
    Command.PAGE_UP: Binding(_MOVE, "One page up", ("PgUp",)),
    Command.PAGE_DOWN: Binding(_MOVE, "One page down", ("PgDown",)),
    Command.NOTE_START: Binding(_MOVE, "Start of the note", ("Ctrl+Home",)),
    Command.NOTE_END: Binding(_MOVE, "End of the note", ("Ctrl+End",)),
    Command.SELECT_LEFT: Binding(_SELECT, "Select to the left", ("Shift+Left",)),
    Command.SELECT_RIGHT: Binding(_SELECT, "Select to the right", ("Shift+Right",)),
    Command.SELECT_UP: Binding(_SELECT, "Select one line up", ("Shift+Up",)),
    Command.SELECT_DOWN: Binding(_SELECT, "Select one line down", ("Shift+Down",)),
    Command.SELECT_TOKEN_LEFT: Binding(_SELECT, "Select one token to the left", ("Ctrl+Shift+Left",)),
    Command.SELECT_TOKEN_RIGHT: Binding(_SELECT, "Select one token to the right", ("Ctrl+Shift+Right",)),
    Command.SELECT_LINE_START: Binding(_SELECT, "Select to the start of the line", ("Shift+Home",)),
    Command.SELECT_LINE_END: Binding(_SELECT, "Select to the end of the line", ("Shift+End",)),
    Command.SELECT_PAGE_UP: Binding(_SELECT, "Select one page up", ("Shift+PgUp",)),
    Command.SELECT_PAGE_DOWN: Binding(_SELECT, "Select one page down", ("Shift+PgDown",)),
    Command.SELECT_NOTE_START: Binding(_SELECT, "Select to the start of the note", ("Ctrl+Shift+Home",)),
    Command.SELECT_NOTE_END: Binding(_SELECT, "Select to the end of the note", ("Ctrl+Shift+End",)),
    Command.SELECT_LEFT_EXACT: Binding(
        _SELECT, "Select one character to the left, exactly", ("Alt+Shift+Left",)
    ),
    Command.SELECT_RIGHT_EXACT: Binding(
        _SELECT, "Select one character to the right, exactly", ("Alt+Shift+Right",)
    ),
    Command.SELECT_ALL: Binding(_SELECT, "Select the whole note", ("Ctrl+A",)),
    Command.COPY: Binding(_SELECT, "Copy the selected words", ("Ctrl+C", "Ctrl+Ins")),
    Command.NEXT_SPAN: Binding(_REVIEW, "Next span", ("Tab",)),
    Command.PREVIOUS_SPAN: Binding(_REVIEW, "Previous span", ("Shift+Tab",)),
    Command.ACCEPT: Binding(_REVIEW, "Accept the suggestion, or pick from a stack", ("Return", "Enter")),
    Command.ACCEPT_AND_NEXT: Binding(_REVIEW, "Accept and go to the next", ("Space",)),
    Command.BACK: Binding(_REVIEW, "Go back to the previous", ("Shift+Space",)),
    Command.REMOVE: Binding(_REVIEW, "Reject the suggestion, delete the span", ("Backspace", "Del")),
    Command.END_RIGHT: Binding(_BORDER, "End one token right", ("]", ".", "Alt+Right")),
    Command.END_LEFT: Binding(_BORDER, "End one token left", ("[", ",", "Alt+Left")),
    Command.START_RIGHT: Binding(_BORDER, "Start one token right", ("}", ">")),
    Command.START_LEFT: Binding(_BORDER, "Start one token left", ("{", "<")),
    Command.END_RIGHT_EXACT: Binding(_BORDER, "End one character right", ("Alt+]", "Alt+.")),
    Command.END_LEFT_EXACT: Binding(_BORDER, "End one character left", ("Alt+[", "Alt+,")),
    Command.START_RIGHT_EXACT: Binding(_BORDER, "Start one character right", ("Alt+}", "Alt+>")),
    Command.START_LEFT_EXACT: Binding(_BORDER, "Start one character left", ("Alt+{", "Alt+<")),
    Command.RELATION: Binding(_JOIN, "Join to another span; again: the other way round", ("r",)),
    Command.MODIFIER: Binding(_JOIN, "Add a modifier to the span", ("m",)),
    Command.CHOOSE_LABEL: Binding(_JOIN, "Choose a label by typing its name", (";",)),
    Command.PROPAGATE: Binding(_JOIN, "Propose the label for the same words elsewhere", ("p",)),
    Command.ESCAPE: Binding(_JOIN, "Leave the mode, then unselect", ("Esc",)),
    Command.SHOW_KEYS: Binding(_VIEW, "Show the keys", ("?",)),
    Command.ZOOM_IN: Binding(_VIEW, "Larger text", ("Ctrl++", "Ctrl+=")),
    Command.ZOOM_OUT: Binding(_VIEW, "Smaller text", ("Ctrl+-",)),
    Command.ZOOM_RESET: Binding(_VIEW, "Normal text size", ("Ctrl+0",)),
}

RESERVED = frozenset(chord for one in DEFAULTS.values() for chord in one.chords if len(chord) == 1) | {" "}
"""Characters that a label set cannot have as keys, as long as nobody remapped anything."""

_NAMES = {
    Qt.Key.Key_Left: "Left", Qt.Key.Key_Right: "Right", Qt.Key.Key_Up: "Up", Qt.Key.Key_Down: "Down",
    Qt.Key.Key_Home: "Home", Qt.Key.Key_End: "End", Qt.Key.Key_PageUp: "PgUp", Qt.Key.Key_PageDown: "PgDown",
    Qt.Key.Key_Tab: "Tab", Qt.Key.Key_Backtab: "Tab", Qt.Key.Key_Return: "Return", Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Backspace: "Backspace", Qt.Key.Key_Delete: "Del", Qt.Key.Key_Insert: "Ins",
    Qt.Key.Key_Escape: "Esc", Qt.Key.Key_Space: "Space",
}  # fmt: skip


def chords_of(event: QKeyEvent) -> Iterator[str]:
    """Yield the names under which a pressed key may be bound, the most telling first."""
    held = event.modifiers()
    text = event.text()
    control, alt, shift = (
        bool(held & one)
        for one in (
            Qt.KeyboardModifier.ControlModifier,
            Qt.KeyboardModifier.AltModifier,
            Qt.KeyboardModifier.ShiftModifier,
        )
    )
    if text.isprintable() and text not in {"", " "}:
        if not control or alt:  # Windows calls AltGr "Ctrl+Alt": what came of it is the character
            yield ("Alt+" if alt and not control else "") + text
        if control and alt:
            return
    name = _NAMES.get(Qt.Key(event.key())) or (chr(event.key()) if 0x21 <= event.key() <= 0x7E else "")  # noqa: PLR2004 - ASCII
    if name:
        plain = ("Ctrl+" if control else "") + ("Alt+" if alt else "")
        if len(name) > 1 or control or alt:
            yield plain + ("Shift+" if shift else "") + name
        if shift and len(name) == 1 and not name.isalpha() and control:
            yield plain + name  # digits and + need Shift on some keyboards


def character_of(event: QKeyEvent) -> str:
    """Return the single character a key types by itself, or nothing."""
    chord = next(chords_of(event), "")
    return chord if len(chord) == 1 else ""


@dataclass(frozen=True)
class KeyMap:
    """The table in force.  `changed` holds what the user bound differently."""

    changed: Mapping[Command, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        table: dict[str, Command] = {}
        for command in Command:
            for chord in self.chords(command):
                table.setdefault(chord, command)
        object.__setattr__(self, "_table", table)

    def chords(self, command: Command) -> tuple[str, ...]:
        """Return the chords of a command, the first being the one that menus show."""
        return self.changed.get(command, DEFAULTS[command].chords)

    def clashes(self) -> dict[str, list[Command]]:
        """Return the chords that more than one command has; only the first of them would act."""
        owners: dict[str, list[Command]] = {}
        for command in Command:
            for chord in self.chords(command):
                owners.setdefault(chord, []).append(command)
        return {chord: commands for chord, commands in owners.items() if len(commands) > 1}

    def meaning(self, event: QKeyEvent, labels: LabelSet | None) -> Command | str | None:
        """Return the command or the label that a pressed key stands for, or None.

        Commands come first.  Labels without a key of their own are reached by Ctrl and a digit, in
        the order of the set.  With Caps Lock on, a capital means its small letter where it has no
        meaning of its own.
        """
        table: dict[str, Command] = self._table  # type: ignore[attr-defined]
        keys = label_keys(labels) if labels is not None else {}
        pressed = list(chords_of(event))
        for chord in (*pressed, *(one.lower() for one in pressed if len(one) == 1)):
            if chord in table:
                return table[chord]
            if chord in keys:
                return keys[chord]
        return None


def label_keys(labels: LabelSet) -> dict[str, str]:
    """Return the chord of each label that has one: its own key, or Ctrl and a digit by order."""
    own = {one.key: one.name for one in labels if one.key}
    left = (one.name for one in labels if not one.key)
    return own | {f"Ctrl+{digit}": name for digit, name in zip("123456789", left, strict=False)}


def chord_of_label(labels: LabelSet, label: str) -> str:
    """Return the chord of `label` for menus and lists, or nothing."""
    return next((chord for chord, name in label_keys(labels).items() if name == label), "")
