"""Find in project: words or a pattern in all notes, hits in context, jump to them."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.details.wording import count_words
from desktop.fitting import open_at
from desktop.plain_rows import lay_out_rows, on_keys
from desktop.project import Project
from engine.errors import TagwellError
from engine.jobs.job import Job
from engine.store.search import CONTEXT, Hit
from engine.store.store import Store
from engine.text.span import Span

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
HITS_AT_MOST = 2000
LOOK_MS = 100
HEADINGS = ("Note", "Before", "Found", "After")
BEFORE, FOUND = 1, 2
ROW_HEIGHT = 24


class HitModel(QAbstractTableModel):
    """Hits as rows: note, the words before, the hit, the words after."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hits: list[Hit] = []

    def clear(self) -> None:
        """Show no hit."""
        self.beginResetModel()
        self.hits = []
        self.endResetModel()

    def add(self, hits: list[Hit]) -> None:
        """Show more hits below."""
        if hits:
            first = len(self.hits)
            self.beginInsertRows(QModelIndex(), first, first + len(hits) - 1)
            self.hits.extend(hits)
            self.endInsertRows()

    @override
    def rowCount(self, parent: Index = ROOT) -> int:
        """Return the number of hits."""
        return 0 if parent.isValid() else len(self.hits)

    @override
    def columnCount(self, parent: Index = ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(HEADINGS)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the heading of a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        hit = self.hits[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (hit.name, _whole(hit.before, last=True), one_line(hit.surface), _whole(hit.after))[
                index.column()
            ]
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == BEFORE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and index.column() == FOUND:
            font = QFont()
            font.setBold(True)
            return font
        return None


def one_line(words: str) -> str:
    """Return `words` with every white space as one blank."""
    return " ".join(words.split())


def _whole(words: str, *, last: bool = False) -> str:
    """Return the words around a hit without the one that the context cuts in two."""
    if len(words) < CONTEXT:  # the note begins or ends here
        return one_line(words)
    cut = words.split(maxsplit=1)[1:] if last else words.rsplit(maxsplit=1)[:1]
    return f"… {one_line(cut[0])}" if last and cut else f"{one_line(cut[0])} …" if cut else ""


class FindInProject(QDialog):
    """Stays open beside the window.  Hits stream in; a new search stops the old one.

    Signals:
        chosen: (note id, `Span`): go there.
    """

    chosen = Signal(int, object)

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Find in project")
        open_at(self, 860, 460)
        self._project = project
        self._job: Job | None = None
        self._found: list[Hit] = []
        self._finding = threading.Lock()
        self.model = HitModel(self)
        self._poll = QTimer(self, interval=LOOK_MS)
        self._poll.timeout.connect(self._take_found)
        self._build()

    def _build(self) -> None:
        self.field = QLineEdit()
        self.field.setPlaceholderText("Words, or a “phrase in quotation marks”")
        self.field.setAccessibleName("Find in all notes")
        self.field.setClearButtonEnabled(True)
        self.pattern = QCheckBox("&Regular expression")
        self.pattern.toggled.connect(self._way_changed)
        self.search = QPushButton("&Search")
        self.search.setDefault(True)
        self.search.clicked.connect(self.start)
        self.stop = QPushButton("S&top")
        self.stop.clicked.connect(self._stop)
        self.stop.hide()
        self.said = QLabel("Type words and press Enter.")
        self.said.setObjectName("quiet")
        self.said.setWordWrap(True)
        self.view = self._table()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        for widget in (self.pattern, self.search, self.stop):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.said)
        column.addWidget(self.view, 1)

    def _table(self) -> QTableView:
        view = QTableView()
        view.setModel(self.model)
        lay_out_rows(view, "Hits", {0: 170, FOUND: 130}, stretched=BEFORE)
        view.horizontalHeader().setSectionResizeMode(FOUND + 1, QHeaderView.ResizeMode.Stretch)
        view.clicked.connect(self._choose)
        on_keys(view, dict.fromkeys(("Return", "Enter"), lambda: self._choose(view.currentIndex())))
        return view

    def enter(self) -> None:
        """Show the dialog with the field ready."""
        if self.isVisible():
            self.raise_()
        self.show()
        self.activateWindow()
        self.field.selectAll()
        self.field.setFocus()

    def start(self) -> None:
        """Search for what stands in the field."""
        words = self.field.text().strip()
        self._stop()
        self.model.clear()
        with self._finding:
            self._found.clear()
        if not words:
            self.said.setText("Type words and press Enter.")
            return
        pattern = self.pattern.isChecked()

        def work(store: Store, job: Job) -> int:
            return self._gather(job, hits_of(store, words, pattern, job))

        self.said.setText("Searching…")
        self.stop.show()
        self._poll.start()
        # Each search knows its own job, so that the end of a stopped one is not taken for this one's.
        job = self._project.read(
            work, lambda count: self._ended(job, count), lambda error: self._refused(job, error)
        )
        self._job = job

    def end(self) -> None:
        """Stop and close; the project goes."""
        self._stop()
        self.close()

    def _gather(self, job: Job, hits: Iterator[Hit]) -> int:
        """Take hits on the read lane; the window looks at them ten times a second."""
        count = 0
        for hit in hits:
            job.check()
            with self._finding:
                self._found.append(hit)
            count += 1
        return count

    def _take_found(self) -> None:
        with self._finding:
            found, self._found = self._found, []
        self.model.add(found)
        if found and self._job is not None:
            self.said.setText(f"Searching… {count_words(len(self.model.hits), 'hit')} so far")

    def _ended(self, job: Job, count: int) -> None:
        if job is not self._job:
            return
        self._take_found()
        self._rest()
        notes = len({hit.note for hit in self.model.hits})
        words = f"{count_words(count, 'hit')} in {count_words(notes, 'note')}"
        self.said.setText(
            f"The first {words}. Search for more words to see fewer."
            if count == HITS_AT_MOST
            else words
            if count
            else "Not found in any note."
        )
        if count:
            self.view.selectRow(0)
            self.view.setFocus()

    def _refused(self, job: Job, error: TagwellError) -> None:
        if job is self._job:
            self._rest()
            self.said.setText(str(error))

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._take_found()
            self.said.setText(f"Stopped after {count_words(len(self.model.hits), 'hit')}.")
        self._rest()

    def _rest(self) -> None:
        self._job = None
        self._poll.stop()
        self.stop.hide()

    def _way_changed(self, pattern: bool) -> None:
        self.field.setPlaceholderText(
            "A regular expression, such as  \\d+ ?mg"
            if pattern
            else "Words, or a “phrase in quotation marks”"
        )

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            hit = self.model.hits[index.row()]
            span: Span = hit.span
            self.chosen.emit(int(hit.note), span)

    @override
    def reject(self) -> None:
        """Esc: stop the search and hide."""
        self._stop()
        super().reject()


def hits_of(store: Store, words: str, pattern: bool, job: Job) -> Iterator[Hit]:
    """Return the hits of `words`, or of the regular expression `words`, in all notes."""
    if pattern:
        return store.search_pattern(words, limit=HITS_AT_MOST, job=job)
    return store.search(words, limit=HITS_AT_MOST, job=job)
