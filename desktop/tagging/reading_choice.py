"""Reading choice: which sentences a slow model reads, after the fast one has read everything."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QPushButton, QSpinBox, QWidget

from desktop.details.wording import count_words
from desktop.remembered import Remembered
from desktop.tagging.choose_model import LAST_DICTIONARY
from desktop.tagging.tagger_settings import ModelSettings
from engine.errors import ModelError
from engine.taggers.cascade.policy import Policy
from engine.taggers.registry import TaggerSpec, find_tagger
from engine.text.section import TITLES

PERCENT = 100


class ReadingChoice(QWidget):
    """Every sentence, or those that a policy chooses."""

    def __init__(self, remembered: Remembered, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._terms = remembered.text(LAST_DICTIONARY)
        first = _default_title()
        self.policy = QComboBox()
        self.policy.setAccessibleName("Reads")
        self.policy.addItem("Every sentence", Policy.ALL.value)
        if first:
            self.policy.addItem(f"Sentences where {first} is unsure", Policy.UNCERTAIN.value)
            if self._terms:
                self.policy.addItem(
                    f"Sentences where {first} misses a term of your list", Policy.DISAGREEING.value
                )
            self.policy.addItem("Some sections of the note", Policy.SECTIONS.value)
        self.below = QSpinBox(minimum=1, maximum=PERCENT - 1, suffix=" %", prefix="below ")
        self.below.setToolTip("A sentence is read again if one of its tags is less sure than this.")
        self.below.setAccessibleName("Unsure below")
        self.sections = QPushButton()
        self._menu = QMenu(self)
        for title in TITLES:
            action = self._menu.addAction(title[:1].upper() + title[1:])
            action.setCheckable(True)
            action.setData(title)
            action.toggled.connect(lambda _on: self._show())
        self.sections.setMenu(self._menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.policy, 1)
        row.addWidget(self.below)
        row.addWidget(self.sections)
        self.setFocusProxy(self.policy)
        self.policy.currentIndexChanged.connect(self._show)
        self._show()

    def show_settings(self, settings: ModelSettings) -> None:
        """Show what is set."""
        self.policy.setCurrentIndex(max(0, self.policy.findData(settings.policy)))
        self.below.setValue(round(settings.threshold * PERCENT))
        for action in self._menu.actions():
            action.setChecked(action.data() in settings.sections)
        self._show()

    def change(self, settings: ModelSettings) -> ModelSettings:
        """Return `settings` as they are chosen here."""
        return ModelSettings(
            settings.options,
            str(self.policy.currentData()),
            self.below.value() / PERCENT,
            self._chosen(),
            self._terms,
        )

    def _chosen(self) -> tuple[str, ...]:
        return tuple(action.data() for action in self._menu.actions() if action.isChecked())

    def _show(self) -> None:
        policy = self.policy.currentData()
        self.below.setVisible(policy == Policy.UNCERTAIN.value)
        self.sections.setVisible(policy == Policy.SECTIONS.value)
        chosen = len(self._chosen())
        self.sections.setText(count_words(chosen, "section") if chosen else "Choose sections")


def makes_sense(spec: TaggerSpec | None) -> bool:
    """Whether another model can read before this one: the default model is the one that would."""
    if spec is None:
        return False
    try:
        return spec.id != find_tagger().id
    except ModelError:
        return False


def _default_title() -> str:
    try:
        return find_tagger().title
    except ModelError:
        return ""
