"""Status bar: saved, offline, model, place, and the work in progress."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QStatusBar, QToolButton, QWidget

from desktop.jobs.job_bar import JobBar

SENTENCE_MS = 8000


class StatusBar(QStatusBar):
    """The line at the foot of the window.

    Signals:
        network_wanted: the offline badge was pressed.
        models_wanted: the model's name was pressed.
    """

    network_wanted = Signal()
    models_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.jobs = JobBar()
        self.place = QLabel()
        self.place.setObjectName("quiet")
        self.model = self._button("Model", "Which model tags, and where it runs")
        self.model.clicked.connect(self.models_wanted)
        self.network = self._button("Network", "Whether this program can reach any network")
        self.network.clicked.connect(self.network_wanted)
        self.saved = QLabel()
        for widget in (self.jobs, self.place, self.model, self.network, self.saved):
            self.addPermanentWidget(widget)
        self.setContentsMargins(4, 0, 10, 0)
        self.show_place(None, "")
        self.show_model("")

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName("flat")
        button.setToolTip(tip)
        button.setAccessibleName(name)
        button.setAccessibleDescription(tip)
        return button

    def say(self, sentence: str) -> None:
        """Show a sentence for some seconds."""
        self.showMessage(sentence, SENTENCE_MS)

    def show_saved(self, saving: bool, opened: bool) -> None:
        """Say whether every change is on the disk."""
        self.saved.setVisible(opened)
        self.saved.setText("Saving…" if saving else "All changes saved")

    def show_network(self, words: str, enforced: bool) -> None:
        """Say how well the program is kept off the network."""
        self.network.setText(words)
        self.network.setAccessibleName(f"Network: {words}")
        self.network.setProperty("enforced", enforced)

    def show_model(self, words: str) -> None:
        """Say which model tags and on which device it really runs."""
        self.model.setText(words)
        self.model.setVisible(bool(words))
        self.model.setAccessibleName(f"Model: {words}")

    def show_place(self, caret: int | None, selected: str) -> None:
        """Show where the caret is, and how much is selected."""
        if caret is None:
            self.place.setText("")
        else:
            self.place.setText(f"{selected} · {caret:,}" if selected else f"Character {caret:,}")
