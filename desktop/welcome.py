"""Welcome: what the window shows while no project is open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

WIDTH = 580
ROW_HEIGHT = 40


class Welcome(QWidget):
    """Three ways to begin, and the projects opened last.

    Signals:
        commanded: the name of a command.
        chosen: the path of a project to open.
    """

    commanded = Signal(str)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel("Tagwell")
        title.setObjectName("title")
        words = QLabel(
            "Tags clinical notes with models that run on this machine, lets you correct the tags by "
            "keyboard, and makes fine-tuning sets of them. Nothing leaves this machine."
        )
        words.setWordWrap(True)
        words.setObjectName("quiet")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        inside = QWidget()
        inside.setFixedWidth(WIDTH)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(title)
        column.addWidget(words)
        column.addSpacing(12)
        column.addLayout(self._choices())
        column.addSpacing(16)
        column.addLayout(self._recent)
        outside = QVBoxLayout(self)
        outside.addStretch(2)
        outside.addWidget(inside, 0, Qt.AlignmentFlag.AlignHCenter)
        outside.addStretch(3)

    def _choices(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        rows = (
            (
                "open-demo",
                "Open the &demo project",
                "Made-up notes, tagged by the model: a first look around",
            ),
            ("new-project", "&New project…", "Your own notes, with the label set you choose"),
            ("open-project", "&Open project…", "A project file that is already there"),
        )
        for row, (command, title, meaning) in enumerate(rows):
            button = QPushButton(title)
            button.setMinimumSize(190, 34)
            button.clicked.connect(lambda _checked=False, name=command: self.commanded.emit(name))
            if row == 0:
                self.setFocusProxy(button)
            said = QLabel(meaning)
            said.setObjectName("quiet")
            grid.setRowMinimumHeight(row, ROW_HEIGHT)
            grid.addWidget(button, row, 0)
            grid.addWidget(said, row, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def show_recent(self, recent: Sequence[Path]) -> None:
        """List the projects opened last."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        if not recent:
            return
        heading = QLabel("Opened last")
        heading.setObjectName("heading")
        self._recent.addWidget(heading)
        for path in recent[:6]:
            button = QPushButton(f"{path.stem}    {shortened(path.parent)}")
            button.setFlat(True)
            button.setStyleSheet("text-align: left; padding: 4px 6px;")
            button.setToolTip(str(path))
            button.setAccessibleName(f"Open {path.stem}")
            button.clicked.connect(lambda _checked=False, path=path: self.chosen.emit(path))
            self._recent.addWidget(button)


def shortened(folder: Path) -> str:
    """Return `folder` with the home folder as a tilde, cut in the middle where it is long."""
    words = str(folder)
    home = str(Path.home())
    if len(home) > 1 and words.startswith(home):
        words = "~" + words[len(home) :]
    return words if len(words) <= 56 else f"{words[:20]}…{words[-35:]}"  # noqa: PLR2004 - what fits
