"""Import source: the first page of the import: which files, of which format, read how."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from engine.formats.format import ReadOptions
from engine.formats.registry import detect, formats
from engine.labels.label_set import LabelSet

ENCODINGS = {
    "Recognise": "",
    "UTF-8": "utf-8",
    "Windows-1252 (Western)": "cp1252",
    "Latin-1": "latin-1",
    "UTF-16": "utf-16",
}
TABLES = frozenset({"csv", "tsv", "xlsx", "jsonl"})


class PathList(QListWidget):
    """Paths, one a line; files and folders may be dropped on it.

    Signals:
        dropped: the paths that were dropped.
    """

    dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, nothing else."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take files, nothing else."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on the files of this machine."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Say what belongs here while nothing is."""
        super().paintEvent(event)
        if self.count() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(
                self.viewport().rect(),
                Qt.AlignmentFlag.AlignCenter,
                "Add files or a folder, or drop them here",
            )
            painter.end()


class ImportSource(QWidget):
    """Paths and how to read them."""

    def __init__(self, labels: LabelSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels = labels
        self._paths: list[Path] = []
        self._readable = [one for one in formats() if one.reads]
        self._build()
        self._show_columns()

    def _build(self) -> None:
        words = QLabel(
            "Text files, tables with a column of notes, or annotated files. Nothing is stored yet: "
            "the next page shows what was found."
        )
        words.setWordWrap(True)
        self.list = PathList()
        self.list.dropped.connect(self.add)
        self.list.setAccessibleName("Files and folders to import")
        self.list.setMinimumHeight(110)
        self.files, self.folder = QPushButton("Add &files…"), QPushButton("Add f&older…")
        self.remove = QPushButton("&Remove")
        self.files.clicked.connect(self._add_files)
        self.folder.clicked.connect(self._add_folder)
        self.remove.clicked.connect(self._remove)
        self.typed = QLineEdit()
        self.typed.setPlaceholderText("or type a path")
        self.typed.setAccessibleName("Path of a file or folder to import")
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.files, self.folder):
            buttons.addWidget(button)
        buttons.addWidget(self.typed, 1)
        buttons.addWidget(self.remove)
        self._make_fields()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(words)
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        column.addLayout(self.rows)

    def _make_fields(self) -> None:
        self.rows = QFormLayout()
        self.rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.rows.setHorizontalSpacing(12)
        self.rows.setVerticalSpacing(8)
        self.format = QComboBox()
        self.format.addItem("Recognise by the file", "")
        for one in self._readable:
            self.format.addItem(f"{one.title}: {one.hint.rstrip('.')}" if one.hint else one.title, one.name)
        self.format.currentIndexChanged.connect(lambda _index: self._show_columns())
        self.encoding = QComboBox()
        for title, codec in ENCODINGS.items():
            self.encoding.addItem(title, codec)
        self.column, self.id_column = QLineEdit(), QLineEdit()
        self.patient_column, self.encounter_column = QLineEdit(), QLineEdit()
        for field, words in (
            (self.column, "recognised by its name, such as text or note"),
            (self.id_column, "recognised by its name, such as id"),
            (self.patient_column, "optional; fine-tuning sets are split by patient"),
            (self.encounter_column, "optional"),
        ):
            field.setPlaceholderText(words)
        for title, widget in (
            ("Fo&rmat", self.format),
            ("&Encoding", self.encoding),
            ("Column with the &text", self.column),
            ("Column with the note’s &name", self.id_column),
            ("Column with the &patient", self.patient_column),
            ("Column with the en&counter", self.encounter_column),
        ):
            label = QLabel(title)
            label.setBuddy(widget)
            widget.setAccessibleName(title.replace("&", ""))
            self.rows.addRow(label, widget)

    # -- what was filled in -------------------------------------------------------------

    @property
    def paths(self) -> Sequence[Path]:
        """The files and folders, in order."""
        return tuple(self._paths)

    @property
    def options(self) -> ReadOptions:
        """How to read them."""
        return ReadOptions(
            format=str(self.format.currentData() or ""),
            labels=self._labels,
            encoding=str(self.encoding.currentData() or ""),
            column=self.column.text().strip(),
            id_column=self.id_column.text().strip(),
            patient_column=self.patient_column.text().strip(),
            encounter_column=self.encounter_column.text().strip(),
        )

    def add(self, paths: Sequence[Path]) -> None:
        """Add files and folders."""
        for path in paths:
            if path not in self._paths:
                self._paths.append(path)
                self.list.addItem(str(path))
        self._show_columns()

    def take_typed(self) -> str:
        """Add the path that was typed, if any; return why it cannot be, as a sentence, or nothing."""
        words = self.typed.text().strip()
        if not words:
            return ""
        path = Path(words).expanduser()
        if not path.exists():
            return "There is no file or folder at the path that was typed."
        self.typed.clear()
        self.add([path])
        return ""

    def _add_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, "Files to import", self._start())
        self.add([Path(name) for name in names])

    def _add_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Folder to import", self._start())
        if name:
            self.add([Path(name)])

    def _start(self) -> str:
        return str(self._paths[-1].parent if self._paths else Path.home())

    def _remove(self) -> None:
        row = self.list.currentRow() if self.list.currentRow() >= 0 else self.list.count() - 1
        if row >= 0:
            self.list.takeItem(row)
            del self._paths[row]
            self._show_columns()

    def _show_columns(self) -> None:
        """Show the columns where the files may be tables."""
        name = str(self.format.currentData() or "")
        kinds = {name} if name else {detect(path) for path in self._paths if path.is_file()}
        is_table = bool(kinds & TABLES)
        for field in (self.column, self.id_column, self.patient_column, self.encounter_column):
            self.rows.setRowVisible(field, is_table)
