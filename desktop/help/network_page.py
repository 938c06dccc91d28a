"""Network page: which layers keep the program off the network, and a test that tries to get out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.fitting import FittingDialog
from engine.airgap import self_test
from engine.airgap.status import State, is_enforced, layers, summary

NAMES = {State.ACTIVE: "good", State.NOT_AVAILABLE: "quiet", State.NOT_ENFORCED: "danger"}
MARKS = {State.ACTIVE: "✓ Active", State.NOT_AVAILABLE: "– Not there", State.NOT_ENFORCED: "✗ NOT ENFORCED"}


class NetworkPage(FittingDialog):
    """The layers of the air gap in this process, and the outcome of the self-test."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Network")
        self.setMinimumWidth(640)
        title = QLabel(summary())
        title.setObjectName("title")
        words = QLabel(
            "Tagwell needs no network and closes it to itself and to every model it starts."
            if is_enforced()
            else "Tagwell needs no network, but on this system nothing outside the program keeps it off."
        )
        words.setWordWrap(True)
        self.test = QPushButton("&Try to get out")
        self.test.setToolTip("Opens sockets as Python and as native code would, and says what became of it")
        self.test.clicked.connect(self.run_test)
        self.copy = QPushButton("&Copy as text")
        self.copy.clicked.connect(lambda: QApplication.clipboard().setText(self.as_text()))
        self._outcome = QVBoxLayout()
        self._attempts: tuple[self_test.Attempt, ...] = ()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.test, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(10)
        column.addWidget(title)
        column.addWidget(words)
        column.addWidget(_layers())
        column.addLayout(self._outcome)
        column.addWidget(buttons)
        self.test.setFocus()

    def run_test(self) -> None:
        """Try every way out and show what came of it."""
        self._attempts = self_test.run_everywhere()
        while (item := self._outcome.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._outcome.addWidget(_outcome(self._attempts))

    def as_text(self) -> str:
        """Return the page as plain text, for a security officer."""
        lines = [summary(), ""]
        lines += [f"{one.name}: {one.state.value}. {one.meaning} {one.advice}".strip() for one in layers()]
        if self._attempts:
            lines += ["", "Self-test:"]
            lines += [f"{one.what}: {one.how}" for one in self._attempts]
        return "\n".join(lines)


def _layers() -> QWidget:
    box = QFrame()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 4, 0, 4)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    for row, layer in enumerate(layers()):
        name = QLabel(layer.name)
        name.setObjectName("heading")
        state = QLabel(MARKS[layer.state])
        state.setObjectName(NAMES[layer.state])
        meaning = QLabel(f"{layer.meaning} {layer.advice}".strip())
        meaning.setWordWrap(True)
        meaning.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for column, widget in enumerate((name, state, meaning)):
            grid.addWidget(widget, row, column, Qt.AlignmentFlag.AlignTop)
    grid.setColumnStretch(2, 1)
    return box


def _outcome(attempts: tuple[self_test.Attempt, ...]) -> QWidget:
    box = QFrame()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 4, 0, 4)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    refused = self_test.all_refused(attempts)
    title = QLabel("Nothing got out" if refused else "Something got out")
    title.setObjectName("good" if refused else "danger")
    grid.addWidget(title, 0, 0, 1, 2)
    for row, attempt in enumerate(attempts, start=1):
        how = QLabel(attempt.how)
        how.setObjectName("good" if attempt.refused else "danger")
        grid.addWidget(QLabel(attempt.what), row, 0)
        grid.addWidget(how, row, 1)
    grid.setColumnStretch(1, 1)
    return box
