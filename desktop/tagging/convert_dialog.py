"""Convert dialog: a model that was made elsewhere is looked at, given a name and labels, and taken in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.fitting import open_at
from desktop.jobs.working_dialog import WorkingDialog
from desktop.tagging.check_list import CheckList
from desktop.tagging.label_table import LabelTable
from engine.errors import TagwellError
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files.label_sets import label_sets_here
from engine.steps.convert_model import NewModel, convert_model, label_set_for, name_fault, texts_of
from engine.training.own_model.conversion import Wish
from engine.training.own_model.looking import Look, look_at

OWN_LABELS = "The model’s own types"
_WORDS = (
    "A folder from Hugging Face for token classification (BERT, RoBERTa, DistilBERT or ELECTRA), or an "
    "ONNX file with tokenizer.json beside it. It is looked at first; nothing in it is executed."
)


class ConvertDialog(WorkingDialog):
    """Choose, look, name, convert.  Cancel, at any moment, leaves nothing half-way.

    Signals:
        converted: `NewModel`, once it is installed.
    """

    converted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("converting a model", parent)
        self.setWindowTitle("Take in a model")
        open_at(self, 1040, 640)
        self._look: Look | None = None
        self._label_sets = label_sets_here()
        self._finished = False
        self.checks = CheckList()
        self.labels = LabelTable()
        words = QLabel(_WORDS)
        words.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(10)
        column.addWidget(words)
        column.addLayout(self._make_source())
        column.addLayout(self._make_middle(), 1)
        column.addWidget(self.trouble)
        column.addLayout(self._make_foot())
        self._show_state()
        self.place.setFocus()

    # -- what it is made of ---------------------------------------------------------------

    def _make_source(self) -> QFormLayout:
        self.place, self.tags, self.notes = QLineEdit(), QLineEdit(), QLineEdit()
        self.tags.setPlaceholderText("only where no file tells what its columns mean: one tag a line")
        self.notes.setPlaceholderText("optional: notes on which its 8-bit weights are compared as well")
        folder, file = QPushButton("F&older…"), QPushButton("ONN&X file…")
        tags, notes = QPushButton("Choose…"), QPushButton("Choose…")
        tags.setAccessibleName("Choose the list of tags")
        notes.setAccessibleName("Choose the folder of notes")
        self.look = QPushButton("&Look at it")
        self.look.clicked.connect(self.start_look)
        self.place.returnPressed.connect(self.start_look)
        self.place.textChanged.connect(lambda _text: self._forget())
        self.tags.textChanged.connect(lambda _text: self._forget())
        folder.clicked.connect(lambda: self._choose(self.place, folder=True, look=True))
        file.clicked.connect(lambda: self._choose(self.place, "ONNX files (*.onnx)", look=True))
        tags.clicked.connect(lambda: self._choose(self.tags, "Lists of tags (*.txt *.json)", look=True))
        notes.clicked.connect(lambda: self._choose(self.notes, folder=True))
        rows = _rows()
        _field(rows, "&Model", self.place, folder, file, self.look)
        _field(rows, "&Tags", self.tags, tags)
        _field(rows, "&Compare on", self.notes, notes)
        return rows

    def _make_middle(self) -> QHBoxLayout:
        self.name, self.title, self.licence = QLineEdit(), QLineEdit(), QLineEdit()
        self.name.setPlaceholderText("small letters, digits, - _ .")
        self.licence.setPlaceholderText("under which you hold it")
        self.label_set = QComboBox()
        self.label_set.addItem(OWN_LABELS)
        for one in self._label_sets:
            self.label_set.addItem(one.title)
        self.label_set.currentIndexChanged.connect(lambda _index: self._show_labels())
        self.eight_bits = QCheckBox("&8-bit weights where they say the same (smaller and faster)")
        self.eight_bits.setChecked(True)
        rows = _rows()
        _field(rows, "&Name", self.name)
        _field(rows, "T&itle", self.title)
        _field(rows, "Lic&ence", self.licence)
        _field(rows, "La&bel set", self.label_set)
        rows.addRow("", self.eight_bits)
        self.left = QWidget()
        left = QVBoxLayout(self.left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(8)
        left.addLayout(rows)
        left.addWidget(self.labels, 1)
        both = QHBoxLayout()
        both.setSpacing(12)
        both.addWidget(self.left, 1)
        both.addWidget(self.checks, 1)
        return both

    def _make_foot(self) -> QHBoxLayout:
        self.convert = QPushButton("Con&vert and install")
        self.convert.setObjectName("primary")
        self.convert.clicked.connect(self.start_convert)
        self.cancel = QPushButton("Cancel")
        self.cancel.clicked.connect(self.reject)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.jobs)
        foot.addStretch(1)
        foot.addWidget(self.convert)
        foot.addWidget(self.cancel)
        return foot

    # -- looking --------------------------------------------------------------------------

    def _choose(self, field: QLineEdit, files: str = "", *, folder: bool = False, look: bool = False) -> None:
        start = field.text() or str(Path.home())
        if folder:
            name = QFileDialog.getExistingDirectory(self, "Choose a folder", start)
        else:
            name, _ = QFileDialog.getOpenFileName(self, "Choose a file", start, files)
        if name:
            field.setText(name)
            if look and self.place.text().strip():
                self.start_look()

    def _forget(self) -> None:
        """Another model is named: what was seen of the last one does not hold for it."""
        if self._look is not None:
            self._look = None
            self.checks.show_checks(())
            self.labels.setRowCount(0)
            self._show_state()

    def start_look(self) -> None:
        """Look at the model, on the lane."""
        said, tags = self.place.text().strip(), self.tags.text().strip()
        if not said or self.work is not None:
            self.tell("" if said else "Please choose a folder or an ONNX file first.")
            return
        self.tell("")
        place, listed = Path(said).expanduser(), Path(tags).expanduser() if tags else None
        self._run(lambda _job: look_at(place, listed), self._looked, "looking at a model")

    def _looked(self, look: Look) -> None:
        self._end()
        self._look = look
        self.checks.show_checks(look.checks)
        self.tell(look.fault)
        if not look.fault:
            name = _name_from(look.place)
            self.name.setText(self.name.text() or name)
            self.title.setText(self.title.text() or look.place.stem)
            self._show_labels()
            self.name.setFocus()
        self._show_state()

    def _show_labels(self) -> None:
        """Show the types of the model in the chosen label set, as they are guessed."""
        if self._look is None or self._look.fault:
            return
        labels, said = self._guess(self._look)
        self.labels.show_types(said, labels)
        self.labels.setEnabled(self._chosen_set is not None)

    @property
    def _chosen_set(self) -> LabelSet | None:
        row = self.label_set.currentIndex()
        return self._label_sets[row - 1] if row > 0 else None

    def _guess(self, look: Look) -> tuple[LabelSet, dict[str, str | None]]:
        name = self.name.text().strip()
        return label_set_for(look, name or "own", self.title.text().strip() or name, self._chosen_set)

    # -- converting -----------------------------------------------------------------------

    def start_convert(self) -> None:
        """Convert the model that was looked at, on the lane."""
        look = self._look
        if look is None or look.fault or self.work is not None:
            self.tell("Please look at a model first.")
            return
        name = self.name.text().strip()
        if fault := name_fault(name):
            self.tell(fault)
            self.name.setFocus()
            return
        self.tell("")
        labels, said = self._guess(look)
        if self._chosen_set is not None:
            said = self.labels.said
        wish = Wish(name, self.title.text().strip() or name, labels, said, self.licence.text().strip())
        notes, eight_bits = self.notes.text().strip(), self.eight_bits.isChecked()

        def work(job: Job) -> NewModel:
            texts = texts_of([Path(notes).expanduser()], job) if notes else ()
            return convert_model(look, replace(wish, texts=texts, eight_bits=eight_bits), job)

        self._run(work, self._converted, "converting a model")

    def _converted(self, new: NewModel) -> None:
        self._end()
        self._finished = True
        self.checks.show_checks(new.checks)
        self.checks.scrollToBottom()
        self._show_state()
        self.convert.hide()
        self.cancel.setText("Close")
        self.cancel.setFocus()
        self.converted.emit(new)

    # -- the work in progress -------------------------------------------------------------

    def _run(self, work: Callable[[Job], object], then: Callable[..., None], doing: str) -> None:
        self.work = self.lane.run(work, then, self._refused, self._stopped, doing)
        self.jobs.follow(self.work)
        self._show_state()

    def _end(self) -> None:
        self.work = None
        self.jobs.end()

    def _stopped(self) -> None:
        self._end()
        self.tell("Stopped. Nothing was installed.")
        self._show_state()

    def _refused(self, error: TagwellError) -> None:
        self._end()
        self.tell(str(error))
        self._show_state()

    def _show_state(self) -> None:
        free = self.work is None and not self._finished
        ready = self._look is not None and not self._look.fault
        for widget in (self.place, self.tags, self.notes, self.look):
            widget.setEnabled(free)
        self.left.setEnabled(free and ready)
        self.convert.setEnabled(free and ready)


def _rows() -> QFormLayout:
    rows = QFormLayout()
    rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    rows.setHorizontalSpacing(12)
    rows.setVerticalSpacing(8)
    return rows


def _field(rows: QFormLayout, title: str, field: QWidget, *buttons: QPushButton) -> None:
    label = QLabel(title)
    label.setBuddy(field)
    field.setAccessibleName(title.replace("&", ""))
    row = QHBoxLayout()
    row.setSpacing(6)
    row.addWidget(field, 1)
    for button in buttons:
        row.addWidget(button)
    rows.addRow(label, row)


def _name_from(place: Path) -> str:
    """Return a name that a model may have, from that of its folder or file."""
    return re.sub(r"[^a-z0-9._-]+", "-", place.stem.lower()).strip("-._")[:64] or "own"
