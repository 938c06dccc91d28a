"""Type form: one type of a label set, to be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QColorDialog,
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from engine.labels.label_set import Kind, LabelSet, LabelType

KINDS = {Kind.ENTITY: "Entity", Kind.MODIFIER: "Modifier: said of an entity"}


class TypeForm(QWidget):
    """The fields of one type.

    Signals:
        changed: something was changed; `type` and `heads` say what it is now.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before: LabelType | None = None
        self._filling = False
        self._colour = ""
        self.title, self.name, self.key = QLineEdit(), QLineEdit(), QLineEdit()
        self.key.setMaxLength(1)
        self.key.setFixedWidth(48)
        self.kind = QComboBox()
        for kind, title in KINDS.items():
            self.kind.addItem(title, kind)
        self.colour = QPushButton()
        self.colour.clicked.connect(self._pick_colour)
        self.definition, self.guideline, self.examples = (QPlainTextEdit() for _ in range(3))
        for box, words in (
            (self.definition, "One sentence: what it is. It stands in prompts and in the details."),
            (self.guideline, "What to mark, what to leave out, where it begins and ends."),
            (self.examples, "One example a line."),
        ):
            box.setPlaceholderText(words)
            box.setTabChangesFocus(True)
        self.definition.setMaximumHeight(64)
        self.heads = QListWidget()
        self._lay_out()
        for field in (self.title, self.name, self.key):
            field.textEdited.connect(self._tell)
        for box in (self.definition, self.guideline, self.examples):
            box.textChanged.connect(self._tell)
        self.kind.currentIndexChanged.connect(self._tell)
        self.heads.itemChanged.connect(self._tell)

    def _lay_out(self) -> None:
        rows = QFormLayout(self)
        rows.setContentsMargins(8, 0, 0, 0)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.setHorizontalSpacing(12)
        rows.setVerticalSpacing(6)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("&Title", self.title),
            ("&Name in files", self.name),
            ("&Kind", self.kind),
            ("K&ey", self.key),
            ("&Colour", self.colour),
            ("&Definition", self.definition),
            ("&Guideline", self.guideline),
            ("E&xamples", self.examples),
            ("&Joined to", self.heads),
        )
        for title, widget in fields:
            label = QLabel(title)
            label.setBuddy(widget)
            widget.setAccessibleName(title.replace("&", ""))
            rows.addRow(label, widget)

    def show_type(self, labels: LabelSet, one: LabelType) -> None:
        """Show the type `one` of `labels`."""
        self._filling = True
        self._before, self._colour = one, one.colour
        self.title.setText(one.title)
        self.name.setText(one.name)
        self.key.setText(one.key)
        self.kind.setCurrentIndex(self.kind.findData(one.kind))
        self._show_colour()
        for box, words in (
            (self.definition, one.definition),
            (self.guideline, one.guideline),
            (self.examples, "\n".join(one.examples)),
        ):
            if box.toPlainText() != words:  # else the caret would jump while one types
                box.setPlainText(words)
        self._show_heads(labels, one)
        self._filling = False

    def _show_heads(self, labels: LabelSet, one: LabelType) -> None:
        """List what `one` may be joined to; its own kind comes last, since that is rare."""
        order: Sequence[LabelType] = (*labels.entities, *labels.modifiers)
        self.heads.clear()
        for other in order:
            if other.name == one.name:
                continue
            item = QListWidgetItem(other.title)
            item.setData(Qt.ItemDataRole.UserRole, other.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            joined = bool(labels.relations(other.name, one.name))
            item.setCheckState(Qt.CheckState.Checked if joined else Qt.CheckState.Unchecked)
            self.heads.addItem(item)

    @property
    def type(self) -> LabelType:
        """The type as it is filled in."""
        examples = (line.strip() for line in self.examples.toPlainText().splitlines())
        before = self._before
        now = LabelType(
            self.name.text().strip(),
            Kind(self.kind.currentData()),
            self.title.text(),
            self.definition.toPlainText(),
            self.guideline.toPlainText(),
            tuple(line for line in examples if line),
            self._colour,
            self.key.text().lower(),
        )
        # What was not touched stays to the letter: a field shows line breaks of its own.
        if before is not None and now.examples == tuple(one.strip() for one in before.examples):
            now = replace(now, examples=before.examples)
        return now

    @property
    def joined(self) -> frozenset[str]:
        """The names of the types that it may be joined to."""
        items = (self.heads.item(row) for row in range(self.heads.count()))
        return frozenset(
            item.data(Qt.ItemDataRole.UserRole)
            for item in items
            if item.checkState() is Qt.CheckState.Checked
        )

    def set_colour(self, colour: str) -> None:
        """Take another colour, as ``#rrggbb``."""
        self._colour = colour
        self._show_colour()
        self._tell()

    def _pick_colour(self) -> None:
        chosen = QColorDialog.getColor(QColor(self._colour), self, "Colour of the label")
        if chosen.isValid():
            self.set_colour(chosen.name())

    def _show_colour(self) -> None:
        ink = "white" if QColor(self._colour).lightnessF() < 0.6 else "black"  # noqa: PLR2004
        self.colour.setText(self._colour)
        self.colour.setStyleSheet(f"background: {self._colour}; color: {ink};")

    def _tell(self) -> None:
        if not self._filling:
            self.changed.emit()
