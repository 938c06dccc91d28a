"""Key overlay: all keys on one page, for this project's labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.actions import COMMANDS
from desktop.fitting import open_at
from desktop.help.matching import NO_MATCH, score
from desktop.review.keyboard import DEFAULTS, KeyMap, chord_of_label
from engine.labels.label_set import Kind, LabelSet

COLUMNS = 3
Line = tuple[str, Sequence[str]]
Group = tuple[str, list[Line]]


def groups(labels: LabelSet | None) -> Iterator[Group]:
    """Yield (title, lines), each line (what it does, its keys), first what is used most."""
    in_note: dict[str, list[Line]] = {}
    for command, binding in DEFAULTS.items():
        in_note.setdefault(binding.group, []).append((binding.title, KeyMap().chords(command)))
    first = ("Review", "Label and join", "Move a border")
    yield from ((name, in_note.pop(name)) for name in first if name in in_note)
    if labels is not None:
        yield from _of_labels(labels)
    yield from in_note.items()
    yield from _of_window()


def _of_window() -> Iterator[Group]:
    for menu in dict.fromkeys(command.menu for command in COMMANDS):
        lines: list[Line] = [(one.words, one.keys) for one in COMMANDS if one.menu == menu and one.keys]
        if lines:
            yield f"Window: {menu}", lines


def _of_labels(labels: LabelSet) -> Iterator[Group]:
    for kind, title in ((Kind.ENTITY, "Labels: entities"), (Kind.MODIFIER, "Labels: modifiers")):
        chords = [(one.title, chord_of_label(labels, one.name)) for one in labels if one.kind is kind]
        lines: list[Line] = [(words, (chord,)) for words, chord in chords if chord]
        if lines:
            yield title, lines


class KeyOverlay(QDialog):
    """Groups of keys in columns, with a field to find one."""

    def __init__(self, labels: LabelSet | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        open_at(self, 1120, 720)
        self._lines: list[tuple[QWidget, str]] = []
        self.field = QLineEdit()
        self.field.setPlaceholderText("Find a key: type what it should do")
        self.field.setAccessibleName("Find a key")
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._filter)
        inside = QWidget()
        columns = QHBoxLayout(inside)
        columns.setContentsMargins(4, 4, 12, 4)
        columns.setSpacing(32)
        for part in _in_columns(list(groups(labels))):
            columns.addWidget(self._column(part), 1, Qt.AlignmentFlag.AlignTop)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        words = QLabel(
            "Letters and digits act while the note has the focus; Ctrl+T goes there from anywhere."
        )
        words.setObjectName("quiet")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(10)
        column.addWidget(self.field)
        column.addWidget(area, 1)
        foot = QHBoxLayout()
        foot.addWidget(words, 1)
        foot.addWidget(buttons)
        column.addLayout(foot)
        self.field.setFocus()

    def _column(self, parts: list[Group]) -> QWidget:
        column = QWidget()
        grid = QVBoxLayout(column)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        for title, lines in parts:
            heading = QLabel(title)
            heading.setObjectName("heading")
            grid.addWidget(heading)
            self._lines.append((heading, " ".join(words for words, _ in lines)))
            for words, keys in lines:
                line = _line(words, keys)
                self._lines.append((line, words))
                grid.addWidget(line)
            grid.addSpacing(12)
        return column

    def _filter(self, typed: str) -> None:
        for widget, words in self._lines:
            widget.setVisible(not typed.strip() or score(words, typed) != NO_MATCH)


def _line(words: str, keys: Sequence[str]) -> QWidget:
    line = QWidget()
    grid = QGridLayout(line)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    said = QLabel(words)
    said.setWordWrap(True)
    grid.addWidget(said, 0, 0)
    caps = QHBoxLayout()
    caps.setSpacing(4)
    for key in keys[:2]:
        cap = QLabel(key.upper() if len(key) == 1 and key.isalpha() and key.islower() else key)
        cap.setObjectName("keycap")
        caps.addWidget(cap)
    grid.addLayout(caps, 0, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    grid.setColumnStretch(0, 1)
    return line


def _in_columns(parts: list[Group]) -> list[list[Group]]:
    """Deal the groups out, in order, to columns of about the same height."""
    height = sum(len(lines) + 2 for _, lines in parts)
    columns: list[list[Group]] = [[]]
    filled = 0
    for part in parts:
        size = len(part[1]) + 2
        if columns[-1] and filled + size / 2 > height / COLUMNS and len(columns) < COLUMNS:
            columns.append([])
            filled = 0
        columns[-1].append(part)
        filled += size
    return columns
