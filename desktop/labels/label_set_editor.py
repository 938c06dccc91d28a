"""Label set editor: types, definitions, guidelines and legal pairs, made or changed by a person."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.fitting import open_at
from desktop.labels.label_swatch import key_swatch
from desktop.labels.type_form import TypeForm
from engine.labels.checks import faults
from engine.labels.editing import added_type, changed_type, joined_to, moved_type, without_type
from engine.labels.label_set import Kind, LabelSet

NO_FAULT = "Each change of a definition or guideline is in the prompts of the next run."


class LabelSetEditor(QDialog):
    """A label set, changed in the window; `labels` is what it came to.

    The name stands fixed where `named` is False: a project goes on with the set it has.
    """

    def __init__(self, labels: LabelSet, do: str, named: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Label set")
        open_at(self, 980, 760)
        self.labels = labels
        self.title, self.name, self.version = (
            QLineEdit(labels.title),
            QLineEdit(labels.name),
            QLineEdit(labels.version),
        )
        self.name.setEnabled(named)
        self.description = QLineEdit(" ".join(labels.description.split()))
        self.description.setCursorPosition(0)
        self.types = QListWidget()
        self.types.setAccessibleName("Types")
        self.form = TypeForm()
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.do = QPushButton(do)
        self.do.setObjectName("primary")
        self._build()
        for field in (self.title, self.name, self.version):
            field.textEdited.connect(self._take_whole)
        self.description.textEdited.connect(self._take_description)
        self.types.currentRowChanged.connect(self._show_type)
        self.form.changed.connect(self._take_type)
        self._fill(0)

    # -- building -----------------------------------------------------------------------

    def _build(self) -> None:
        splitter = QSplitter()
        splitter.addWidget(self._left())
        splitter.addWidget(self.form)
        splitter.setSizes([300, 660])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.do, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(10)
        column.addLayout(self._whole())
        column.addWidget(splitter, 1)
        column.addWidget(self.said)
        column.addWidget(buttons)

    def _whole(self) -> QFormLayout:
        rows = QFormLayout()
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        rows.setHorizontalSpacing(12)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.version.setFixedWidth(72)
        for title, field in (("N&ame", self.name), ("&Version", self.version)):
            label = QLabel(title)
            label.setBuddy(field)
            line.addWidget(label)
            line.addWidget(field)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.title, 1)
        top.addLayout(line)
        heading = QLabel("&Label set")
        heading.setBuddy(self.title)
        rows.addRow(heading, top)
        about = QLabel("&What for")
        about.setBuddy(self.description)
        rows.addRow(about, self.description)
        for field, name in (
            (self.title, "Label set"), (self.name, "Name"), (self.version, "Version"),
            (self.description, "What for"),
        ):  # fmt: skip
            field.setAccessibleName(name)
        return rows

    def _left(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.types, 1)
        self.entity = QPushButton("Add e&ntity")
        self.modifier = QPushButton("Add &modifier")
        self.remove = QPushButton("&Remove")
        self.up, self.down = QPushButton("U&p"), QPushButton("D&own")
        for some in ((self.entity, self.modifier), (self.up, self.down, self.remove)):
            row = QHBoxLayout()
            row.setSpacing(6)
            for button in some:
                button.setAutoDefault(False)
                row.addWidget(button)
            column.addLayout(row)
        self.entity.clicked.connect(lambda: self.add(Kind.ENTITY))
        self.modifier.clicked.connect(lambda: self.add(Kind.MODIFIER))
        self.remove.clicked.connect(self.remove_type)
        self.up.clicked.connect(lambda: self.move_type(-1))
        self.down.clicked.connect(lambda: self.move_type(1))
        return left

    # -- changing -----------------------------------------------------------------------

    def add(self, kind: Kind) -> None:
        """Add a type and show it."""
        self.labels = added_type(self.labels, kind)
        self._fill(len(self.labels.types) - 1)
        self.form.title.setFocus()
        self.form.title.selectAll()

    def remove_type(self) -> None:
        """Take the shown type away, with its pairs."""
        row = self.types.currentRow()
        if row >= 0:
            self.labels = without_type(self.labels, self.labels.types[row].name)
            self._fill(min(row, len(self.labels.types) - 1))

    def move_type(self, by: int) -> None:
        """Move the shown type up or down."""
        row = self.types.currentRow()
        if row >= 0:
            self.labels = moved_type(self.labels, self.labels.types[row].name, by)
            self._fill(min(max(row + by, 0), len(self.labels.types) - 1))

    def _take_whole(self) -> None:
        self.labels = replace(
            self.labels,
            title=self.title.text(),
            name=self.name.text().strip(),
            version=self.version.text(),
        )
        self._judge()

    def _take_description(self, words: str) -> None:
        self.labels = replace(self.labels, description=words)

    def _take_type(self) -> None:
        row = self.types.currentRow()
        if row < 0:
            return
        new = self.form.type
        before = self.labels.types[row]
        if any(one.name == new.name for one in self.labels if one is not before):
            self._say(f"There is another type with the name “{new.name}”.", wrong=True)
            return
        self.labels = joined_to(changed_type(self.labels, before.name, new), new.name, self.form.joined)
        self._show_item(row)
        self._judge()

    # -- showing ------------------------------------------------------------------------

    def _fill(self, row: int) -> None:
        self.types.blockSignals(True)
        self.types.clear()
        for number in range(len(self.labels.types)):
            self.types.addItem(QListWidgetItem())
            self._show_item(number)
        self.types.setCurrentRow(row)
        self.types.blockSignals(False)
        self._show_type(row)
        self._judge()

    def _show_item(self, row: int) -> None:
        one = self.labels.types[row]
        item = self.types.item(row)
        item.setText(one.title or one.name)
        if len(one.colour) == len("#rrggbb"):
            item.setIcon(key_swatch(one.colour, "#ffffff", one.key, one.kind is Kind.MODIFIER))

    def _show_type(self, row: int) -> None:
        there = 0 <= row < len(self.labels.types)
        self.form.setEnabled(there)
        for button in (self.remove, self.up, self.down):
            button.setEnabled(there)
        if there:
            self.form.show_type(self.labels, self.labels.types[row])

    def _judge(self) -> None:
        found = faults(self.labels)
        self._say(found[0] if found else NO_FAULT, wrong=bool(found))

    def _say(self, words: str, wrong: bool) -> None:
        self.said.setText(words)
        self.said.setObjectName("danger" if wrong else "quiet")
        self.said.style().unpolish(self.said)
        self.said.style().polish(self.said)
        self.do.setEnabled(not wrong)
