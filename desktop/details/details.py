"""Details: the right side of the window: the focused span, the spans of the note, the labels."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from desktop.appearance.theme import Theme
from desktop.details.focus_card import FocusCard
from desktop.details.problem_table import ProblemTable
from desktop.details.span_table import SpanTable
from desktop.labels.label_palette import LabelPalette
from desktop.review.intents import Target
from desktop.review.marks import Marks
from desktop.review.scene import NoteScene
from engine.labels.label_set import LabelSet
from engine.text.section import Section


class Details(QWidget):
    """Shows; asks nobody.

    Signals:
        focus_wanted: go to this `Target`.
        origin_wanted: say where this `Target` comes from; answer with `set_origin`.
    """

    focus_wanted = Signal(object)
    origin_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scene: NoteScene | None = None
        self._marks: Marks | None = None
        self._sections: list[Section] = []
        self._target: Target | None = None
        self._stale: set[QWidget] = set()  # the tables that do not show the scene yet
        self.card = FocusCard()
        self.spans = SpanTable()
        self.problems = ProblemTable()
        self.labels = LabelPalette()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.labels, "Labels")
        self.tabs.addTab(self.spans, "In this note")
        self.tabs.addTab(self.problems, "Problems")
        self.tabs.currentChanged.connect(self._show_table)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(self.card)
        self.splitter.addWidget(self.tabs)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([250, 550])
        self.splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.splitter)
        self.spans.chosen.connect(self.focus_wanted)
        self.problems.chosen.connect(self.focus_wanted)
        self.card.relations.chosen.connect(self.focus_wanted)

    @property
    def marks(self) -> Marks | None:
        """The marks of the note that is shown."""
        return self._marks

    def set_theme(self, theme: Theme, labels: LabelSet | None) -> None:
        """Draw everything in the colours of `theme`."""
        self._theme = theme
        self.show_labels(labels)
        self.show_scene(self._scene, self._marks, self._sections, self._target)

    def show_labels(self, labels: LabelSet | None) -> None:
        """Show the palette of `labels`."""
        self.labels.show_labels(labels, self._theme)

    def show_scene(
        self, scene: NoteScene | None, marks: Marks | None, sections: list[Section], target: Target | None
    ) -> None:
        """Show what stands in `scene` (its `marks`), and the span that is focused."""
        self._scene, self._marks, self._sections = scene, marks, sections
        self._stale = {self.spans, self.problems}
        all_marks = self._marks.all if self._marks is not None else ()
        self.labels.count(
            (mark.label for mark in all_marks if not mark.target.suggested),
            (mark.label for mark in all_marks if mark.target.suggested),
        )
        self.tabs.setTabText(1, f"In this note ({len(all_marks):,})" if all_marks else "In this note")
        self.show_target(target)

    def show_target(self, target: Target | None) -> None:
        """Show the focused span."""
        self._target = target
        self.card.set_origin("")
        self.card.show_target(self._scene, self._marks, target, self._theme, self._sections)
        self._show_table()
        if target is not None and self._marks is not None and target in self._marks:
            self.origin_wanted.emit(target)

    def _show_table(self) -> None:
        """Bring the table that can be seen up to date: with thousands of spans, both would slow each key."""
        shown = self.tabs.currentWidget()
        stale = shown in self._stale
        self._stale.discard(shown)
        if shown is self.spans:
            if stale:
                self.spans.show_marks(self._scene, self._marks, self._theme)
            self.spans.mark_focused(self._target)
        elif shown is self.problems:
            if stale:
                self.problems.show_marks(self._scene, self._marks, self._sections)
            self.problems.mark_focused(self._target)

    def set_origin(self, target: Target, words: str) -> None:
        """Say where `target` comes from, unless another span is shown meanwhile."""
        if target == self._target:
            self.card.set_origin(words)
