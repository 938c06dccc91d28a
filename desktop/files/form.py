"""Form: a dialog of labelled fields, a line that says what is wrong, and a button named by what it does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.fitting import FittingDialog


class Form(FittingDialog):
    """Fields are added with `field`; `check` says what is wrong, or nothing.

    The button is never greyed out without a word: pressing it shows what is missing.
    """

    def __init__(self, title: str, do: str, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(560)
        self._shown = False
        self._first: QWidget | None = None
        self.words = QLabel(words)
        self.words.setWordWrap(True)
        self.words.setVisible(bool(words))
        self.rows = QFormLayout()
        self.rows.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.rows.setHorizontalSpacing(12)
        self.rows.setVerticalSpacing(8)
        self.trouble = QLabel()
        self.trouble.setObjectName("danger")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.do = QPushButton(do)
        self.do.setObjectName("primary")
        self.do.setDefault(True)
        self.do.setAutoDefault(True)
        self.buttons.addButton(self.do, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.try_accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        column.addWidget(self.words)
        column.addLayout(self.rows)
        column.addWidget(self.trouble)
        column.addWidget(self.buttons)

    def field(self, title: str, widget: QWidget, more: QWidget | None = None) -> None:
        """Add a row; `title` has a mnemonic, `more` stands at the right of `widget`."""
        self._first = self._first or widget
        label = QLabel(title)
        label.setBuddy(widget.focusProxy() or widget)  # Qt passes over a buddy that takes no focus itself
        widget.setAccessibleName(title.replace("&", ""))
        if more is None:
            self.rows.addRow(label, widget)
            return
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(widget, 1)
        row.addWidget(more)
        self.rows.addRow(label, row)

    def remark(self, words: str = "") -> QLabel:
        """Add a quiet line under the last row and return it."""
        label = QLabel(words)
        label.setObjectName("quiet")
        label.setWordWrap(True)
        self.rows.addRow("", label)
        return label

    def tell(self, words: str) -> None:
        """Say what is wrong; nothing clears it."""
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Begin in the first field; the buttons come last by Tab, although they were made first."""
        column = self.layout()
        if not self._shown and column is not None:
            self._shown = True
            self.buttons.setParent(None)
            column.addWidget(self.buttons)
            # Enter in a field does what the form is for, never what a button beside the field does.
            for button in self.findChildren(QPushButton):
                button.setAutoDefault(button.parent() is self.buttons)
            self.do.setDefault(True)
            if self._first is not None:
                self._first.setFocus()
        super().showEvent(event)

    def check(self) -> str:
        """Return what is wrong with what was filled in, as a sentence, or nothing."""
        return ""

    def try_accept(self) -> None:
        """Close with yes if nothing is wrong."""
        words = self.check()
        self.tell(words)
        if not words:
            self.accept()


def secret_field() -> QLineEdit:
    """Return a field whose letters are hidden."""
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    return field
