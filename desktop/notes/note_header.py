"""Note header: the open note's name, status, what is left, and where the caret is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop.appearance.theme import Theme
from desktop.cut_label import CutLabel
from desktop.details.wording import count_words
from desktop.notes.status_icon import MEANINGS, SIDE, TITLES, status_icon
from engine.annotation.annotation import Status


class NoteHeader(QFrame):
    """One thin line above the note.

    Signals:
        finish_wanted: finish the note, or reopen it when it is finished.
    """

    finish_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("noteHeader")
        self.icon = QLabel()
        self.icon.setFixedSize(SIDE, SIDE)
        self.name = CutLabel(24)  # this gives way last
        self.name.setObjectName("noteName")
        self.status = CutLabel(0)
        self.status.setObjectName("quiet")
        self.section = CutLabel(0)
        self.section.setObjectName("quiet")
        self.left = QLabel()
        self.finish = QPushButton("Finish note")
        self.finish.setToolTip("Finish this note and go to the next (Ctrl+Enter)")
        self.finish.clicked.connect(self.finish_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 8, 5)
        row.setSpacing(8)
        for widget in (self.icon, self.name, self.status, self.section):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.left)
        row.addWidget(self.finish)

    def show_note(self, name: str, status: Status, left: int, theme: Theme) -> None:
        """Show name, status and how many suggestions are left to decide."""
        self.name.setText(name)
        self.name.setToolTip(name)
        self.icon.setPixmap(status_icon(status, ink_of(status, theme)).pixmap(SIDE, SIDE))
        self.icon.setToolTip(MEANINGS[status])
        self.status.setText(TITLES[status])
        finished = status is Status.FINISHED
        self.left.setText(f"{count_words(left, 'suggestion')} left" if left else "")
        self.finish.setText("Reopen note" if finished else "Finish note")
        self.finish.setToolTip(
            "Take this note up again" if finished else "Finish this note and go to the next (Ctrl+Enter)"
        )

    def show_section(self, title: str) -> None:
        """Show in which section of the note the caret is."""
        self.section.setText(f"· {title}" if title else "")


def ink_of(status: Status, theme: Theme) -> str:
    """Return the colour of a status's icon."""
    return {
        Status.NEW: theme.muted,
        Status.SUGGESTED: theme.accent,
        Status.STARTED: theme.warning,
        Status.FINISHED: theme.good,
    }[status]
