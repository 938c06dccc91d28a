"""Focus card: what is known of the focused span."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.appearance.theme import Theme
from desktop.details.problem_status import said_of
from desktop.details.relation_table import RelationTable
from desktop.details.status_chips import StatusChips
from desktop.details.wording import count_words, one_line, percent, place_words
from desktop.labels.label_swatch import SIZE, key_swatch
from desktop.review.intents import Target
from desktop.review.keyboard import Command
from desktop.review.marks import Mark, Marks
from desktop.review.scene import NoteScene
from engine.labels.label_set import Kind, LabelType
from engine.text.section import Section

NOTHING = (
    "No span is focused.\n\nTab goes to the next one. To add one, select words and press the key of a label."
)
MINIMUM_HEIGHT = 200
NO_NOTE = "No note is open."


class FocusCard(QWidget):
    """Label, words, place, origin, decision buttons and relations of the focused span.

    Signals:
        commanded: a command of the note view (`Command`) a button stands for.
        relabel_wanted: the user wants to choose another label.
    """

    commanded = Signal(object)
    relabel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.relations = RelationTable()
        self.empty = QLabel(NO_NOTE)
        self.empty.setObjectName("emptyWords")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body = QWidget()
        self._make_words()
        self._make_buttons()
        self._lay_out()
        self._show_body(False)

    def _make_words(self) -> None:
        self.swatch = QLabel()
        self.label = QLabel()
        self.label.setObjectName("heading")
        self.state = QLabel()
        self.state.setObjectName("quiet")
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.status = StatusChips()
        self.place = QLabel()
        self.place.setObjectName("quiet")
        self.place.setWordWrap(True)
        self.origin = QLabel()
        self.origin.setObjectName("quiet")
        self.origin.setWordWrap(True)
        self.origin.setTextFormat(Qt.TextFormat.PlainText)
        self.joined = QLabel()
        self.joined.setObjectName("heading")

    def _make_buttons(self) -> None:
        self.accept = self._button("Accept", "Accept the suggestion (Enter)", Command.ACCEPT)
        self.reject = self._button("Reject", "Reject the suggestion (Backspace)", Command.REMOVE)
        self.delete = self._button("Delete", "Delete the annotation (Del)", Command.REMOVE)
        self.relabel = QPushButton("Relabel…")
        self.relabel.setToolTip("Choose another label (;)")
        self.relabel.clicked.connect(self.relabel_wanted)

    def _button(self, title: str, tip: str, command: Command) -> QPushButton:
        button = QPushButton(title)
        button.setToolTip(tip)
        button.clicked.connect(lambda: self.commanded.emit(command))
        return button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.swatch)
        head.addWidget(self.label)
        head.addStretch(1)
        head.addWidget(self.state)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.accept, self.reject, self.delete, self.relabel):
            buttons.addWidget(button)
        buttons.addStretch(1)
        rule = QFrame()
        rule.setObjectName("rule")
        inside = QVBoxLayout(self.body)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(6)
        inside.addLayout(head)
        for widget in (self.words, self.status, self.place, self.origin):
            inside.addWidget(widget)
        inside.addLayout(buttons)
        inside.addSpacing(2)
        inside.addWidget(rule)
        inside.addWidget(self.joined)
        inside.addWidget(self.relations, 1)
        inside.addStretch(0)  # takes the room that the relations leave when there are none
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 8)
        column.addWidget(self.empty, 1)
        column.addWidget(self.body, 1)
        # The same room whatever is focused, so that nothing jumps from span to span.
        self.setMinimumHeight(MINIMUM_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)

    def _show_body(self, there: bool) -> None:
        self.body.setVisible(there)
        self.empty.setVisible(not there)

    def show_target(
        self,
        scene: NoteScene | None,
        marks: Marks | None,
        target: Target | None,
        theme: Theme,
        sections: list[Section],
    ) -> None:
        """Show the span `target` of `scene`; the origin comes later, by `set_origin`."""
        mark = marks.get(target) if marks is not None else None
        self._show_body(mark is not None)
        if scene is None or mark is None:
            self.empty.setText(NO_NOTE if scene is None else NOTHING)
            return
        label = scene.labels.type(mark.label)
        self._show_label(label, theme)
        self._show_state(mark)
        self.words.setText(f"“{one_line(scene.text, mark.spans, 300)}”")
        said = said_of(scene, marks, mark, sections) if marks is not None else []
        self.status.show_statements(said, scene.labels, theme)
        self.place.setText(place_words(scene.text, mark.spans, sections))
        self._show_buttons(mark.target.suggested, scene.finished)
        self.relations.show_joints(scene, marks, target, theme)
        joints = self.relations.count
        self.joined.setText(count_words(joints, "relation") if joints else "No relations")
        self.relations.setVisible(joints > 0)

    def set_origin(self, words: str) -> None:
        """Say who or what the span comes from."""
        self.origin.setText(words)
        self.origin.setVisible(bool(words))

    def _show_label(self, label: LabelType, theme: Theme) -> None:
        colours = theme.label_colours(label.colour)
        icon = key_swatch(colours.bar, colours.on_bar, label.key, label.kind is Kind.MODIFIER)
        self.swatch.setPixmap(icon.pixmap(SIZE, self.devicePixelRatioF()))
        self.label.setText(label.title)
        self.label.setToolTip(label.definition)

    def _show_state(self, mark: Mark) -> None:
        if not mark.target.suggested:
            self.state.setText("Annotation")
        elif mark.score is None:
            self.state.setText("Suggestion")
        else:
            self.state.setText(f"Suggestion, {percent(mark.score)} sure")

    def _show_buttons(self, suggested: bool, finished: bool) -> None:
        self.accept.setVisible(suggested)
        self.reject.setVisible(suggested)
        self.delete.setVisible(not suggested)
        for button in (self.accept, self.reject, self.delete, self.relabel):
            button.setEnabled(not finished)
