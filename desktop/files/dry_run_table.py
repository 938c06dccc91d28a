"""Dry-run table: the notes that an import would bring, what was found in each, and what is done with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from typing_extensions import override

from engine.identifiers.classes import IdentifierClass
from engine.steps.import_notes import Choice, DryRun, SeenNote

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()

CHOICES = {Choice.KEEP: "Keep as it is", Choice.MASK: "Mask", Choice.SKIP: "Leave out"}
UNDECIDED = "Please decide"


class Column(IntEnum):
    """The columns, in their order."""

    NAME = 0
    CHARACTERS = 1
    TAGS = 2
    IDENTIFIERS = 3
    WHAT = 4


HEADINGS = ("Note", "Characters", "Tags", "Possible identifiers", "What happens")


class DryRunTable(QAbstractTableModel):
    """One row per note; notes with identifiers first, then those that are there already, then the others.

    Signals:
        decided: a choice was made; the counts are other ones now.
    """

    decided = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.notes: Sequence[SeenNote] = ()
        self.choices: dict[int, Choice] = {}
        self.warning = QColor("#8a5a00")

    def show_dry_run(self, dry_run: DryRun) -> None:
        """Show `dry_run`; nothing is decided yet."""
        self.beginResetModel()
        self.notes = sorted(dry_run.notes, key=lambda note: (not _open(note), not note.twin, note.place))
        self.choices = {}
        self.endResetModel()

    def decide(self, rows: Iterable[int], choice: Choice) -> int:
        """Take `choice` for the notes of `rows` that have identifiers; return how many those are."""
        changed = [row for row in rows if _open(self.notes[row])]
        for row in changed:
            self.choices[self.notes[row].place] = choice
        if changed:
            self.dataChanged.emit(self.index(min(changed), 0), self.index(max(changed), len(Column) - 1))
            self.decided.emit()
        return len(changed)

    @property
    def undecided(self) -> list[int]:
        """The rows whose notes still wait for a decision."""
        return [row for row, note in enumerate(self.notes) if _open(note) and note.place not in self.choices]

    @property
    def coming(self) -> int:
        """How many notes would be stored as things stand; undecided ones are not among them."""
        return sum(self._comes(note) for note in self.notes)

    def _comes(self, note: SeenNote) -> bool:
        if note.twin:
            return False
        return not note.findings or self.choices.get(note.place, Choice.SKIP) is not Choice.SKIP

    # -- Qt -----------------------------------------------------------------------------

    @override
    def rowCount(self, parent: Index = ROOT) -> int:
        """Return the number of notes."""
        return 0 if parent.isValid() else len(self.notes)

    @override
    def columnCount(self, parent: Index = ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(Column)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the heading of a column."""
        if role == Qt.ItemDataRole.TextAlignmentRole and section in (Column.CHARACTERS, Column.TAGS):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        note, column = self.notes[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(note, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return note.source if column is Column.NAME else self._words(note, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (Column.CHARACTERS, Column.TAGS):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and column is Column.WHAT and self._waits(note):
            return self.warning
        return None

    def _waits(self, note: SeenNote) -> bool:
        return _open(note) and note.place not in self.choices

    def _words(self, note: SeenNote, column: Column) -> str:
        said = {
            Column.NAME: note.name,
            Column.CHARACTERS: f"{note.characters:,}",
            Column.TAGS: f"{note.tags:,}" if note.tags else "",
            Column.IDENTIFIERS: class_words(note),
        }
        return said[column] if column in said else self._what_happens(note)

    def _what_happens(self, note: SeenNote) -> str:
        if note.twin:
            return f"Left out: same text as “{note.twin}”"
        if not note.findings:
            return "Imported"
        choice = self.choices.get(note.place)
        return UNDECIDED if choice is None else CHOICES[choice]


def class_words(note: SeenNote) -> str:
    """Return “2 dates, 1 name”."""
    return ", ".join(
        f"{count} {kind.singular if count == 1 else kind.plural}"
        for kind, count in sorted(
            note.classes.items(), key=lambda one: (-one[1], list(IdentifierClass).index(one[0]))
        )
    )


def _open(note: SeenNote) -> bool:
    """Whether the user has something to decide about `note`."""
    return bool(note.findings) and not note.twin
