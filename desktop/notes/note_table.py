"""Note table: all notes of a question to the project, by id, with pages fetched when looked at."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Collection, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from typing_extensions import override

from desktop.notes.status_icon import MEANINGS, TITLES, status_icon
from engine.annotation.annotation import Status

if TYPE_CHECKING:
    from engine.store.notes import NoteRow

PAGE = 200
PAGES_KEPT = 50

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class Column(IntEnum):
    """The columns, in their order."""

    STATUS = 0
    NAME = 1
    LEFT = 2


HEADINGS = {Column.STATUS: "", Column.NAME: "Note", Column.LEFT: "Left"}


class NoteTable(QAbstractTableModel):
    """Rows by id.  Shows nothing of a row until its page came, and keeps 50 pages.

    Signals:
        page_wanted: the page of this number is looked at; answer with `fill`.
    """

    page_wanted = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ids = array("q")
        self.ink: dict[Status, str] = dict.fromkeys(Status, "#707070")
        self.chosen_ink = ""
        self._pages: OrderedDict[int, dict[int, NoteRow]] = OrderedDict()
        self._asked: set[int] = set()
        self._row_of: dict[int, int] | None = None

    # -- filling ------------------------------------------------------------------------

    def set_ids(self, ids: array[int]) -> None:
        """Show the notes `ids`, in this order."""
        self.beginResetModel()
        self.ids = ids
        self._row_of = None
        self._pages.clear()
        self._asked.clear()
        self.endResetModel()

    def page_ids(self, page: int) -> Sequence[int]:
        """Return the ids on the page of this number."""
        return self.ids[page * PAGE : (page + 1) * PAGE]

    def fill(self, page: int, rows: Sequence[NoteRow]) -> None:
        """Show `rows` as the page of this number; rows of another list are dropped."""
        self._asked.discard(page)
        here = self.page_ids(page)
        self._pages[page] = {row.id: row for row in rows if row.id in here}
        self._pages.move_to_end(page)
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        if here:
            first = page * PAGE
            self.dataChanged.emit(self.index(first, 0), self.index(first + len(here) - 1, len(Column) - 1))

    def renew(self, notes: Collection[int]) -> None:
        """Ask again for the pages that hold one of `notes`; their old rows stay until then."""
        pages = {row // PAGE for note in notes if (row := self.row_of(note)) is not None}
        for page in sorted(pages & self._pages.keys()):
            self._asked.add(page)
            self.page_wanted.emit(page)

    # -- questions ----------------------------------------------------------------------

    def row_of(self, note: int) -> int | None:
        """Return where `note` stands in the list, or None."""
        if self._row_of is None:
            self._row_of = {one: row for row, one in enumerate(self.ids)}
        return self._row_of.get(note)

    def row(self, number: int) -> NoteRow | None:
        """Return the row, or None until its page came; asks for it in that case."""
        page = number // PAGE
        rows = self._pages.get(page)
        if rows is None:
            if page not in self._asked:
                self._asked.add(page)
                self.page_wanted.emit(page)
            return None
        self._pages.move_to_end(page)
        return rows.get(self.ids[number])

    # -- Qt -----------------------------------------------------------------------------

    @override
    def rowCount(self, parent: Index = ROOT) -> int:
        """Return the number of notes."""
        return 0 if parent.isValid() else len(self.ids)

    @override
    def columnCount(self, parent: Index = ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(Column)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the heading of a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[Column(section)]
        if role == Qt.ItemDataRole.ToolTipRole and section == Column.LEFT:
            return "Suggestions left to look at"
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows."""
        if not index.isValid() or index.row() >= len(self.ids):
            return None
        column = Column(index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column is Column.LEFT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        row = self.row(index.row())
        if row is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole and column is Column.NAME else None
        return self._told(row, column, role)

    def _told(self, row: NoteRow, column: Column, role: int) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(row, column)
        if role == Qt.ItemDataRole.DecorationRole and column is Column.STATUS:
            return status_icon(row.status, self.ink[row.status], self.chosen_ink)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row, column)
        return None

    def _shown(self, row: NoteRow, column: Column) -> str:
        if column is Column.NAME:
            return row.name
        if column is Column.LEFT and row.suggestions_left:
            return f"{row.suggestions_left:,}"
        return ""

    def _spoken(self, row: NoteRow, column: Column) -> str:
        if column is Column.NAME:
            return f"{row.name}, {TITLES[row.status]}"
        if column is Column.STATUS:
            return TITLES[row.status]
        return f"{row.suggestions_left} suggestions left"


def _tip(row: NoteRow) -> str:
    lines = [row.name, f"{TITLES[row.status]}: {MEANINGS[row.status].lower()}", f"{row.length:,} characters"]
    if row.patient:
        lines.append(f"Patient {row.patient}")
    if row.encounter:
        lines.append(f"Encounter {row.encounter}")
    lines.append(f"{row.annotations:,} annotations, {row.suggestions_left:,} suggestions left")
    return "\n".join(lines)
