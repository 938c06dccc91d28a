"""Failure message: a foreseen failure as a sentence, where the user looks."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMessageBox, QPushButton, QWidget

READ_MS = 4000
"""So long a note above the text is left to be read."""


class MessageBar(QFrame):
    """One line above the note: a sentence, an optional button, and a way to dismiss it.

    Signals:
        dismissed: the bar was closed by the user.
    """

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self.setAutoFillBackground(True)
        self._mark = QLabel("!")
        self._mark.setObjectName("messageMark")
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton()
        self._close = QPushButton("Dismiss")
        self._close.setAccessibleName("Dismiss the message")
        self._close.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(self._mark)
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        row.addWidget(self._close)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.clear)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._act: object = None
        self._since = QElapsedTimer()
        self._button.clicked.connect(self._pressed)
        self.hide()

    @property
    def words(self) -> str:
        """The sentence that is shown, or nothing."""
        return "" if self.isHidden() else self._words.text()

    def tell(self, words: str, button: str = "", act: object = None, kind: str = "warning") -> None:
        """Show `words`; `button` names what `act` (a callable) does.  `kind` is warning or note."""
        self._words.setText(words)
        self._mark.setText("!" if kind == "warning" else "i")
        self.setProperty("kind", kind)
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self._act = act
        self.setAccessibleName(words)
        # A property that a style sheet looks at is only looked at again after this.
        for widget in (self, self._mark):
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self._since.start()
        self.show()

    def pass_by(self) -> None:
        """Hide what was only to be noted, once the user has gone on and it stood long enough to be read."""
        if self.property("kind") == "note" and self._since.isValid() and self._since.hasExpired(READ_MS):
            self.hide()

    def clear(self) -> None:
        """Hide the bar."""
        if not self.isHidden():
            self.hide()
            self.dismissed.emit()

    def _pressed(self) -> None:
        act = self._act
        self.clear()
        if callable(act):
            act()


def tell_failure(parent: QWidget | None, title: str, words: str) -> None:
    """Show `words` in a dialog, for failures that stop what the user just asked for."""
    box = QMessageBox(QMessageBox.Icon.Warning, title, words, QMessageBox.StandardButton.Ok, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()


def ask(parent: QWidget | None, title: str, words: str, yes: str, no: str = "Cancel") -> bool:
    """Ask a question whose answers are named by what they do; whether it was `yes`."""
    box = QMessageBox(QMessageBox.Icon.Question, title, words, QMessageBox.StandardButton.NoButton, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    agreed = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    refused = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(agreed)
    box.setEscapeButton(refused)
    box.exec()
    return box.clickedButton() is agreed
