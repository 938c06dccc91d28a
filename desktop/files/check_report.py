"""Check report: what a check of the project found."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.details.wording import count_words
from desktop.fitting import FittingDialog
from engine.store.integrity import CheckReport


class CheckPage(FittingDialog):
    """One sentence, the counts, and the problems if there are any."""

    def __init__(self, report: CheckReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Check project")
        self.setMinimumWidth(520)
        title = QLabel(
            "✓ The project is whole" if report.clean else f"✗ {count_words(len(report.problems), 'problem')}"
        )
        title.setObjectName("title")
        looked = ", ".join(f"{count:,} {what}" for what, count in report.counts.items())
        words = QLabel(
            f"Looked at {looked}: the file itself, each text’s SHA-256, each offset, each relation, the log."
            if report.clean
            else "Make a copy of the project file, then restore the newest backup (File, Restore a backup)."
        )
        words.setWordWrap(True)
        self.problems = QPlainTextEdit("\n".join(report.problems))
        self.problems.setReadOnly(True)
        self.problems.setAccessibleName("Problems")
        self.problems.setVisible(not report.clean)
        copy = QPushButton("&Copy")
        copy.setVisible(not report.clean)
        copy.clicked.connect(lambda: QApplication.clipboard().setText("\n".join(report.problems)))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(10)
        for widget in (title, words, self.problems, buttons):
            column.addWidget(widget)
