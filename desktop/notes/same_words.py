"""Same words: labelling the same words elsewhere in the note, each one chosen by the user."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.desk import Desk
from desktop.details.wording import context, count_words
from desktop.fitting import open_at
from desktop.review.intents import Target
from desktop.review.marks import Marks
from desktop.review.scene import NoteScene
from engine.text.span import Span

if TYPE_CHECKING:
    from engine.store.operations import Done
    from engine.store.store import Store

AROUND = 40
"""How many characters of context stand on each side of a hit."""


def same_words(scene: NoteScene, marks: Marks, target: Target) -> list[Span]:
    """Return where else the words of `target` stand: whole words, in any case, not tagged so already.

    Only spans of one fragment are looked for.
    """
    mark = marks.get(target)
    if mark is None or len(mark.spans) != 1:
        return []
    words = mark.spans[0].of(scene.text).split()
    if not words:
        return []
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)", re.IGNORECASE)
    tagged = {one.spans for one in marks.all if one.label == mark.label}
    found = (Span(*hit.span()) for hit in pattern.finditer(scene.text))
    return [span for span in found if (span,) not in tagged]


def propagate(window: QWidget, desk: Desk, target: Target, say: Callable[[str], object]) -> None:
    """Show where else the words of `target` stand in the open note, and tag those that the user keeps."""
    scene, project = desk.scene, desk.project
    marks = Marks(scene) if scene is not None else None
    mark = marks.get(target) if marks is not None else None
    if scene is None or project is None or marks is None or mark is None:
        return
    found = same_words(scene, marks, target)
    if not found:
        say("These words stand nowhere else in this note, or are tagged so already.")
        return
    dialog = SameWords(scene, mark.label, found, window)
    agreed = dialog.exec() == QDialog.DialogCode.Accepted
    chosen = dialog.chosen
    dialog.deleteLater()
    if agreed and chosen:
        note, annotator = scene.note, project.annotator
        title = f"Add {mark.label} in {count_words(len(chosen), 'place')}"

        def operation(store: Store) -> Done:
            with store.together(title, annotator) as joined:
                for span in chosen:
                    store.annotate(note, (span,), mark.label, annotator)
            return joined.done

        project.do(operation)


class SameWords(QDialog):
    """The places, each with its words around it and a tick."""

    def __init__(
        self, scene: NoteScene, label: str, found: Sequence[Span], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        title = scene.labels.type(label).title
        self.setWindowTitle("Same words elsewhere")
        open_at(self, 640, 420)
        self._found = list(found)
        words = QLabel(f"Tag these places as {title.lower()}, too. Space ticks and unticks.")
        self.list = QListWidget()
        self.list.setAccessibleName("Places")
        for span in found:
            before, inside, after = context(scene.text, span, AROUND)
            item = QListWidgetItem(f"…{before}[{inside}]{after}…")
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton("&Tag these", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(10)
        column.addWidget(words)
        column.addWidget(self.list, 1)
        column.addWidget(buttons)

    @property
    def chosen(self) -> list[Span]:
        """The places that are ticked."""
        rows = range(self.list.count())
        return [self._found[row] for row in rows if self.list.item(row).checkState() is Qt.CheckState.Checked]
