"""Span table: every annotation and suggestion of the open note, to look over and to jump to."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QCheckBox, QTableView, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.appearance.theme import Theme
from desktop.details.wording import one_line, percent
from desktop.labels.label_swatch import SIZE, key_swatch
from desktop.plain_rows import lay_out_rows, on_keys
from desktop.review.intents import Target
from desktop.review.marks import Mark, Marks
from desktop.review.scene import NoteScene
from engine.labels.label_set import Kind
from engine.text.span import surface

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ROW_HEIGHT = 24


class Column(IntEnum):
    """The columns, in their order."""

    LABEL = 0
    WORDS = 1
    STATE = 2


HEADINGS = ("Label", "Words", "Sure")
ANNOTATED = "✓"


class SpanModel(QAbstractTableModel):
    """The marks of one scene as rows, in reading order; or each label with the same words once.

    `together` holds the marks of each row, `marks` the first of them.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.marks: Sequence[Mark] = ()
        self.together: Sequence[Sequence[Mark]] = ()
        self.once = False
        self._scene: NoteScene | None = None
        self._theme: Theme | None = None
        self._row_of: dict[Target, int] = {}

    def show_marks(self, scene: NoteScene | None, marks: Marks | None, theme: Theme) -> None:
        """Show `marks` of `scene`, or nothing."""
        self.beginResetModel()
        self._scene, self._theme = scene, theme
        found = marks.all if marks is not None else ()
        self.together = _same_words(scene, found) if self.once and scene else [(one,) for one in found]
        self.marks = [some[0] for some in self.together]
        self._row_of = {mark.target: row for row, some in enumerate(self.together) for mark in some}
        self.endResetModel()

    def row_of(self, target: Target | None) -> int | None:
        """Return the row of `target`, or None."""
        return self._row_of.get(target) if target is not None else None

    @override
    def rowCount(self, parent: Index = ROOT) -> int:
        """Return the number of marks."""
        return 0 if parent.isValid() else len(self.marks)

    @override
    def columnCount(self, parent: Index = ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(Column)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the heading of a column."""
        if role == Qt.ItemDataRole.TextAlignmentRole and section == Column.STATE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows."""
        scene, theme = self._scene, self._theme
        if not index.isValid() or scene is None or theme is None:
            return None
        mark, column = self.marks[index.row()], Column(index.column())
        if self.once and column is Column.STATE and role == Qt.ItemDataRole.DisplayRole:
            return f"{len(self.together[index.row()]):,} ×"
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(scene, mark, column)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return state_words(mark) if column is Column.STATE else self._words(scene, mark, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column is Column.STATE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return self._look(scene, theme, mark, column, role)

    def _look(self, scene: NoteScene, theme: Theme, mark: Mark, column: Column, role: int) -> object:
        label = scene.labels.type(mark.label)
        if role == Qt.ItemDataRole.DecorationRole and column is Column.LABEL:
            colours = theme.label_colours(label.colour)
            return key_swatch(colours.bar, colours.on_bar, label.key, label.kind is Kind.MODIFIER)
        if role == Qt.ItemDataRole.FontRole and mark.target.suggested and column is Column.WORDS:
            font = QFont()
            font.setItalic(True)
            return font
        return None

    def _words(self, scene: NoteScene, mark: Mark, column: Column) -> str:
        if column is Column.LABEL:
            return scene.labels.type(mark.label).title
        if column is Column.WORDS:
            return one_line(scene.text, mark.spans)
        if not mark.target.suggested:
            return ANNOTATED
        return percent(mark.score) if mark.score is not None else "?"


def _same_words(scene: NoteScene, marks: Sequence[Mark]) -> list[Sequence[Mark]]:
    """Return the marks that have a label and words in common together: by label, then by words.

    White space within the words does not count; capitals do.
    """
    order = {one.name: number for number, one in enumerate(scene.labels)}
    found: dict[tuple[int, str], list[Mark]] = {}
    for mark in marks:
        words = " ".join(surface(scene.text, mark.spans).split())
        found.setdefault((order[mark.label], words), []).append(mark)
    return [found[key] for key in sorted(found, key=lambda key: (key[0], key[1].casefold(), key[1]))]


def state_words(mark: Mark) -> str:
    """Say whether a person stands behind `mark`, or how sure the model is of it."""
    if not mark.target.suggested:
        return "Annotated"
    return "Suggested" if mark.score is None else f"Suggested, {percent(mark.score)} sure"


class SpanTable(QWidget):
    """The table of all marks of the note.

    Signals:
        chosen: the user wants to go to this `Target`.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = SpanModel(self)
        self.view = QTableView()
        self.view.setObjectName("plain")
        self.view.setModel(self.model)
        self.view.setIconSize(SIZE)
        widths: dict[int, int] = {Column.LABEL: 128, Column.STATE: 56}
        lay_out_rows(self.view, "Spans of this note", widths, stretched=Column.WORDS)
        self.view.clicked.connect(self._choose)
        on_keys(self.view, dict.fromkeys(("Return", "Enter"), lambda: self._choose(self.view.currentIndex())))
        self.once = QCheckBox("&Equal words once")
        self.once.setToolTip("Show each label with the same words once, and how often it stands in the note.")
        self.once.toggled.connect(self._show_once)
        self._last: Target | None = None
        self._shown: tuple[NoteScene | None, Marks | None, Theme | None] = (None, None, None)
        self.setFocusProxy(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.view, 1)
        column.addWidget(self.once)

    def show_marks(self, scene: NoteScene | None, marks: Marks | None, theme: Theme) -> None:
        """Show `marks` of `scene`, keeping the scroll position."""
        self._shown = (scene, marks, theme)
        scroll = self.view.verticalScrollBar().value()
        self.model.show_marks(scene, marks, theme)
        self.view.verticalScrollBar().setValue(scroll)

    def mark_focused(self, target: Target | None) -> None:
        """Select the row of the focused span."""
        row = self.model.row_of(target)
        if row is None:
            self.view.clearSelection()
            return
        if self.view.currentIndex().row() != row or not self.view.selectionModel().hasSelection():
            self.view.selectRow(row)
            self.view.scrollTo(self.model.index(row, 0))

    def _show_once(self, once: bool) -> None:
        scene, marks, theme = self._shown
        self.model.once = once
        if theme is not None:
            self.show_marks(scene, marks, theme)

    def _choose(self, index: QModelIndex) -> None:
        """Go to the mark of a row; where it stands for several, to the next of them each time."""
        if index.isValid() and index.row() < len(self.model.marks):
            there = [mark.target for mark in self.model.together[index.row()]]
            at = there.index(self._last) + 1 if self._last in there else 0
            self._last = there[at % len(there)]
            self.chosen.emit(self._last)
