"""Note list: the notes of the project, with a filter, at the left of the window."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.notes.note_table import Column, NoteTable
from desktop.notes.status_icon import MEANINGS, TITLES, status_icon
from desktop.plain_rows import lay_out_rows
from desktop.project import Project
from engine.annotation.annotation import Status
from engine.annotation.changes import Changes

if TYPE_CHECKING:
    from engine.store.notes import NoteQuery

ROW_HEIGHT = 28
FILTER_DELAY_MS = 150
COUNT_DELAY_MS = 200


class NoteList(QWidget):
    """Filter, status chips and the table.

    The list is asked anew when notes come or go or when the filter changes, not when a
    status changes: the note someone works at stays where it is.

    Signals:
        chosen: the user wants to see the note of this id.
        shown: the list was filled; the number of notes in it.
    """

    chosen = Signal(int)
    shown = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._asked = 0
        self._current: int | None = None
        self.table = NoteTable(self)
        self.table.page_wanted.connect(self._fetch)
        self._delay = QTimer(self, singleShot=True, interval=FILTER_DELAY_MS)
        self._delay.timeout.connect(self.refresh)
        self._count_soon = QTimer(self, singleShot=True, interval=COUNT_DELAY_MS)
        self._count_soon.timeout.connect(self._recount)
        self._build()

    # -- building -----------------------------------------------------------------------

    def _build(self) -> None:
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName("Filter notes")
        self.filter.textChanged.connect(lambda _text: self._delay.start())
        self.filter.returnPressed.connect(self._enter_list)
        self.where = QComboBox()
        self.where.addItems(["Name", "Text"])
        self.where.setAccessibleName("Filter by name or by words in the text")
        self.where.currentIndexChanged.connect(self._where_changed)
        self._where_changed()
        self.chips = {status: self._chip(status) for status in Status}
        self.view = self._table_view()
        self.footer = QLabel()
        self.footer.setObjectName("quiet")
        self.empty = QLabel()
        self.empty.setObjectName("emptyWords")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.hide()
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.filter, 1)
        top.addWidget(self.where)
        chips = QHBoxLayout()
        chips.setSpacing(4)
        for chip in self.chips.values():
            chips.addWidget(chip)
        chips.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 4, 4)
        column.setSpacing(6)
        column.addLayout(top)
        column.addLayout(chips)
        column.addWidget(self.empty, 1)
        column.addWidget(self.view, 1)
        column.addWidget(self.footer)

    def _chip(self, status: Status) -> QToolButton:
        chip = QToolButton()
        chip.setObjectName("chip")
        chip.setCheckable(True)
        chip.setToolTip(f"Only {TITLES[status].lower()}: {MEANINGS[status].lower()}")
        chip.setAccessibleName(f"Only {TITLES[status].lower()} notes")
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.setText("0")
        chip.setIconSize(QSize(16, 16))
        chip.toggled.connect(lambda _on: self.refresh())
        return chip

    def _table_view(self) -> QTableView:
        view = QTableView()
        view.setModel(self.table)
        widths: dict[int, int] = {Column.STATUS: 34, Column.LEFT: 52}
        lay_out_rows(view, "Notes", widths, stretched=Column.NAME, height=ROW_HEIGHT)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.horizontalHeader().hide()
        view.selectionModel().currentRowChanged.connect(self._moved)
        view.activated.connect(self._activated)
        return view

    # -- what it shows ------------------------------------------------------------------

    def show_project(self, project: Project | None) -> None:
        """Show the notes of `project`, or nothing."""
        self._project = project
        self._current = None
        self.filter.clear()
        self._delay.stop()
        self._count_soon.stop()
        self.table.set_ids(array("q"))
        if project is not None:
            project.changed.connect(self._changed)
            self.refresh()

    def set_inks(self, inks: Mapping[Status, str], chosen: str) -> None:
        """Draw the status icons in these colours, and in `chosen` on selected rows."""
        self.table.ink, self.table.chosen_ink = dict(inks), chosen
        for status, chip in self.chips.items():
            chip.setIcon(status_icon(status, inks[status]))
        self.view.viewport().update()

    def query(self) -> NoteQuery:
        """Return the question that filter and chips put."""
        from engine.store.notes import NoteQuery  # late: the store costs time to load

        words = self.filter.text().strip()
        wanted = frozenset(status for status, chip in self.chips.items() if chip.isChecked())
        if self.where.currentIndex() == 1:
            return NoteQuery(text=words, status=wanted or frozenset(Status))
        return NoteQuery(name=words, status=wanted or frozenset(Status))

    @property
    def filtered(self) -> bool:
        """Whether the list shows a part of the notes only."""
        return bool(self.filter.text().strip()) or any(chip.isChecked() for chip in self.chips.values())

    def refresh(self) -> None:
        """Ask the project anew which notes to list."""
        project = self._project
        if project is None:
            return
        self._asked += 1
        asked, query = self._asked, self.query()
        project.ask(
            lambda store: (store.note_ids(query), store.status_counts()),
            lambda got: self._take(asked, *got),
            failed=lambda error: self._refused(asked, str(error)),
        )

    def _take(self, asked: int, ids: array[int], counts: Mapping[Status, int]) -> None:
        if asked != self._asked:  # an answer to an older filter
            return
        self._count(counts)
        scroll = self.view.verticalScrollBar().value()
        self.table.set_ids(ids)
        self._mark_current()
        self.view.verticalScrollBar().setValue(scroll)
        self._tell_empty("" if ids else self._why_empty())
        self.shown.emit(len(ids))

    def _refused(self, asked: int, words: str) -> None:
        if asked == self._asked:
            self.table.set_ids(array("q"))
            self._tell_empty(words)

    def _count(self, counts: Mapping[Status, int]) -> None:
        for status, chip in self.chips.items():
            chip.setText(f"{counts.get(status, 0):,}")
        total = sum(counts.values())
        finished = counts.get(Status.FINISHED, 0)
        self.footer.setText(f"{finished:,} of {total:,} notes finished" if total else "")

    def _why_empty(self) -> str:
        if not self.filtered:
            return "No notes yet.\n\nImport some with File, Import notes (Ctrl+I)."
        return "No note matches.\n\nClear the filter to see all notes."

    def _tell_empty(self, words: str) -> None:
        self.empty.setText(words)
        self.empty.setVisible(bool(words))
        self.view.setVisible(not words)

    def _where_changed(self) -> None:
        in_text = self.where.currentIndex() == 1
        self.filter.setPlaceholderText("Words in the text" if in_text else "Filter by name")
        if self.filter.text():
            self.refresh()

    def _fetch(self, page: int) -> None:
        project, ids = self._project, list(self.table.page_ids(page))
        if project is not None:
            project.ask(lambda store: store.note_rows(ids), lambda rows: self.table.fill(page, rows))

    def _changed(self, changes: Changes) -> None:
        if changes.notes:
            self.refresh()
            return
        if changes.note_ids:
            self.table.renew(changes.note_ids)
            self._count_soon.start()

    def _recount(self) -> None:
        if self._project is not None:
            self._project.ask(lambda store: store.status_counts(), self._count)

    # -- moving -------------------------------------------------------------------------

    @property
    def selected(self) -> list[int]:
        """The notes that are selected, in the order of the list."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return [self.table.ids[row] for row in rows]

    def set_current(self, note: int | None) -> None:
        """Mark `note` as the one that is shown, without announcing it."""
        self._current = note
        self._mark_current()

    def step(self, by: int) -> int | None:
        """Return the note that stands `by` rows from the current one, or None at the ends."""
        row = self.table.row_of(self._current) if self._current is not None else None
        if row is None:
            return self.table.ids[0] if len(self.table.ids) and by > 0 else None
        there = row + by
        return self.table.ids[there] if 0 <= there < len(self.table.ids) else None

    def _mark_current(self) -> None:
        row = self.table.row_of(self._current) if self._current is not None else None
        chosen = self.view.selectionModel()
        blocked = chosen.blockSignals(True)
        if row is None:
            chosen.clearSelection()
        elif self.view.currentIndex().row() != row or not chosen.isRowSelected(row, QModelIndex()):
            self.view.selectRow(row)
            self.view.scrollTo(self.table.index(row, Column.NAME))
        chosen.blockSignals(blocked)
        self.view.viewport().update()

    def _moved(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            note = self.table.ids[current.row()]
            if note != self._current:
                self._current = note
                self.chosen.emit(note)

    def _activated(self, index: QModelIndex) -> None:
        self.chosen.emit(self.table.ids[index.row()])

    def _enter_list(self) -> None:
        self._delay.stop()
        self.refresh()
        self.view.setFocus()
