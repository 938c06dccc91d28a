"""Compare page: two layers of the open note side by side, with their differences by error class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QScrollBar,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.appearance.theme import Theme
from desktop.comparing.difference_table import DIFFERENT, WORDS, DifferenceTable
from desktop.comparing.layer_scene import LayerScene, layer_scene, layer_title
from desktop.details.wording import count_words
from desktop.project import Project
from desktop.review.note_view import NoteView
from engine.annotation.annotation import LayerId
from engine.annotation.said import Answer
from engine.evaluation.error_classes import ErrorClass, Finding, class_counts, classify
from engine.evaluation.judged import Judged
from engine.store.layers import LayerRow
from engine.store.store import Store
from engine.text.note import NoteId

SIZE = (1240, 780)
LEFT, RIGHT = 0, 1


TOO_FEW = (
    "There are no two layers to compare in this note yet. Tag it with a model (Ctrl+B), "
    "with another one, or annotate it."
)


@dataclass(frozen=True, slots=True)
class Look:
    """How the notes are shown: as in the window."""

    theme: Theme
    zoom: float = 1.0


@dataclass(frozen=True, slots=True)
class Layers:
    """All that the layers of a note say, read at once."""

    name: str
    rows: Sequence[LayerRow]
    scenes: Mapping[LayerId, LayerScene]


def layers_of(store: Store, note: NoteId) -> Layers:
    """Return every layer of `note`; used on a lane of the project."""
    found, tokens = store.note(note), store.tokens(note)
    rows = store.layers(note)
    scenes = {
        row.id: layer_scene(found, tokens, store.label_set, row, store.layer_answer(note, row.id) or Answer())
        for row in rows
    }
    return Layers(found.name, rows, scenes)


class Side(QWidget):
    """One layer: which one, and the note with what it says."""

    def __init__(self, title: str, rows: Sequence[LayerRow], look: Look) -> None:
        super().__init__()
        self.choice = QComboBox()
        self.choice.setAccessibleName(f"Layer shown {title}")
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for row in rows:
            self.choice.addItem(layer_title(row), row.id)
        self.view = NoteView()
        self.view.set_theme(look.theme)
        self.view.set_zoom(look.zoom)
        self.view.setAccessibleName(f"The note {title}")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.choice)
        column.addWidget(self.view, 1)

    @property
    def layer(self) -> LayerId:
        """The layer that is shown."""
        return LayerId(self.choice.currentData())


class ComparePage(QDialog):
    """Two layers of one note; nothing can be changed here.

    The two texts scroll together, and a row of the table leads to its place on both sides.
    """

    def __init__(self, layers: Layers, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Compare layers: {layers.name}")
        self.resize(*SIZE)
        self._layers = layers
        self.sides = (Side("left", layers.rows, look), Side("right", layers.rows, look))
        self.sides[RIGHT].choice.setCurrentIndex(1 if len(layers.rows) > 1 else 0)
        self.shown = QComboBox()
        self.shown.setAccessibleName("Differences shown")
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.table = DifferenceTable()
        self._findings: Sequence[Finding] = ()
        self._leading = False
        self._build()
        for side in self.sides:
            side.choice.currentIndexChanged.connect(self.compare)
        self._scroll_together()
        self.shown.currentIndexChanged.connect(self._filter)
        self.table.picked.connect(self.show_finding)
        self.compare()

    def _build(self) -> None:
        texts = QSplitter()
        for side in self.sides:
            texts.addWidget(side)
        line = QHBoxLayout()
        line.addWidget(self.summary, 1)
        line.addWidget(self.shown)
        below = QWidget()
        under = QVBoxLayout(below)
        under.setContentsMargins(0, 0, 0, 0)
        under.setSpacing(6)
        under.addLayout(line)
        under.addWidget(self.table, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(texts)
        split.addWidget(below)
        split.setSizes([480, 240])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(split, 1)
        column.addWidget(buttons)

    def _scroll_together(self) -> None:
        bars = [side.view.verticalScrollBar() for side in self.sides]
        for one, other in (bars, bars[::-1]):
            one.valueChanged.connect(partial(self._follow, one, other))

    def _follow(self, one: QScrollBar, other: QScrollBar, value: int) -> None:
        """Scroll the other side, too: by share, since tags make one text higher than the other."""
        if not self._leading and one.maximum():
            self._leading = True
            other.setValue(round(value * other.maximum() / one.maximum()))
            self._leading = False

    # -- what differs -------------------------------------------------------------------

    def compare(self) -> None:
        """Show the two chosen layers and what differs."""
        left, right = (self._layers.scenes[side.layer] for side in self.sides)
        for side, layer in zip(self.sides, (left, right), strict=True):
            side.view.show_note(layer.scene)
        self._findings = classify(Judged("", left.scene.text, left.answer, right.answer))
        counts = class_counts(self._findings)
        same = counts[ErrorClass.RIGHT]
        different = sum(counts[kind] for kind in DIFFERENT)
        self.summary.setText(f"{count_words(same, 'tag')} the same, {count_words(different, 'difference')}.")
        chosen = self.shown.currentData()
        self.shown.blockSignals(True)
        self.shown.clear()
        self.shown.addItem(f"All differences ({different:,})", "")
        for kind in (*DIFFERENT, ErrorClass.RIGHT):
            if counts[kind]:
                self.shown.addItem(f"{WORDS[kind]} ({counts[kind]:,})", kind.value)
        self.shown.setCurrentIndex(max(0, self.shown.findData(chosen)))
        self.shown.blockSignals(False)
        self._filter()

    def _filter(self) -> None:
        wanted = self.shown.currentData()
        kinds = {ErrorClass(wanted)} if wanted else set(DIFFERENT)
        scene = self.sides[LEFT].view.scene
        if scene is not None:
            found = [one for one in self._findings if one.kind in kinds]
            self.table.show_findings(found, scene.text, scene.labels)

    def show_finding(self, finding: Finding) -> None:
        """Go to `finding` on both sides; where one side says nothing, the place is marked."""
        there = finding.gold or finding.predicted
        self._leading = True
        for side, item in zip(self.sides, (finding.gold, finding.predicted), strict=True):
            if item is not None:
                side.view.set_search_hits([])
                side.view.focus_on(self._layers.scenes[side.layer].targets[item])
            elif there is not None:
                side.view.focus_on(None)
                side.view.set_search_hits([there.hull], 0)
        self._leading = False


def compare_layers(
    project: Project, note: NoteId, look: Look, window: QWidget, tell: Callable[[str], object]
) -> None:
    """Read the layers of `note` and show the page over `window`, or `tell` why there is nothing to show."""

    def show(layers: Layers) -> None:
        if len(layers.rows) < 2:  # noqa: PLR2004 - two sides
            tell(TOO_FEW)
            return
        page = ComparePage(layers, look, window)
        page.exec()
        page.deleteLater()

    project.ask(lambda store: layers_of(store, note), show)
