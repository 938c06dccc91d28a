"""About: versions, licences, and where the program keeps what."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from desktop.failures.report import program_version
from desktop.fitting import FittingDialog
from engine.errors import ModelError
from engine.model_files.places import models_folder, user_folder

PARTS = ("PySide6_Essentials", "sqlcipher3", "sqlite-utils", "onnxruntime", "tokenizers", "numpy")


class About(FittingDialog):
    """What this program is and is made of."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Tagwell")
        self.setMinimumWidth(520)
        title = QLabel(f"Tagwell {program_version()}")
        title.setObjectName("title")
        words = QLabel(
            "Tags de-identified clinical notes on a machine with no network. "
            "Open source under the Apache License 2.0.\n"
            "It is a tool for annotation and research, not a medical device."
        )
        words.setWordWrap(True)
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(4)
        for name, value in facts():
            said = QLabel(value)
            said.setWordWrap(True)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            heading = QLabel(name)
            heading.setObjectName("quiet")
            form.addRow(heading, said)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(words)
        column.addLayout(form)
        column.addWidget(buttons)


def facts() -> list[tuple[str, str]]:
    """Return (what, value) for everything the page tells."""
    found = [("Python", platform.python_version()), ("Qt", str(qVersion()))]
    for part in PARTS:
        try:
            found.append((part, version(part)))
        except PackageNotFoundError:
            found.append((part, "not installed"))
    try:
        found.append(("Shipped models", str(models_folder())))
    except ModelError as error:
        found.append(("Shipped models", str(error)))
    found.append(("Your models and demo", str(user_folder())))
    return found
