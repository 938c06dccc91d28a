"""Prompt settings: how a language model is asked, with the prompt it will read beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPlainTextEdit,
    QSpinBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.fitting import open_at
from desktop.tagging.draft_choice import DraftChoice
from desktop.tagging.threshold_choice import ThresholdChoice
from engine.errors import ModelError
from engine.labels.label_set import LabelSet
from engine.model_files.thresholds import NONE
from engine.taggers.llama_cpp.options import Options, options_from
from engine.taggers.llama_cpp.preview import rendered
from engine.taggers.llama_cpp.prompts.strategies import STRATEGIES

DECODERS = {
    "drafted": "Copies the note and tags it, in blocks",
    "plain": "Copies the note and tags it, word by word",
    "free": "Writes freely; the words are found again",
}
ANSWERS = {
    "tags": "Short tags",
    "span-tags": "Span tags (as Kiwi)",
    "tanl": "Brackets (TANL)",
    "bio": "A line for each word (BIO)",
    "json-list": "JSON list",
    "json-dict": "JSON by type",
}
STRATEGY_TITLES = {
    "zero-shot": "Task alone",
    "one-type-per-call": "One type a call",
    "definitions": "With definitions",
    "guideline": "With definitions and guideline",
    "rules": "With guideline and learned rules",
    "few-shot": "With examples, the most similar",
    "few-shot-fixed": "With examples, always the same",
    "few-shot-random": "With examples, by chance",
    "kiwi": "As Kiwi’s own models are asked",
    "all": "With all of it",
}
OWN = "As set below"
TOLD = ("per_type", "definitions", "guideline", "learned_rules", "examples")
"""The options by which a strategy is known among the fields below it."""
UNITS = {"sentence": "A sentence", "section": "A section, as much as there is room for"}
EXAMPLES = {
    "none": "None",
    "fixed": "The first of the project",
    "random": "By chance",
    "similar": "The most similar to each sentence",
}
RETRIEVERS = {"tf-idf": "by the words they share", "encoder": "by the default model"}
SAMPLE = "She denies chest pain and takes aspirin 81 mg daily."
MOST_SHOTS = 20
MOST_RULES = 50
MOST_SEED = 2**31 - 1


class PromptSettings(QDialog):
    """Fields left, the prompt for a sentence of the open note right; nothing is kept before OK."""

    def __init__(
        self,
        title: str,
        manifest: Mapping[str, Any],
        chosen: Mapping[str, Any],
        labels: LabelSet,
        sentence: str = SAMPLE,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"How {title} is asked")
        open_at(self, 1120, 680)
        self._title, self._manifest, self._chosen = title, dict(manifest), dict(chosen)
        self._labels, self._sentence = labels, sentence or SAMPLE
        self._thresholds: ThresholdChoice | None = None
        self._draft: DraftChoice | None = None
        self.decoder = _choice(DECODERS)
        self.answers = _choice(ANSWERS)
        self.strategy = _choice({name: STRATEGY_TITLES.get(name, name) for name in STRATEGIES})
        self.strategy.addItem(OWN, OWN)
        self._taken = ""
        self.definitions = QCheckBox("&Definitions of the types")
        self.guideline = QCheckBox("&Guideline of the types")
        self.per_type = QCheckBox("One &call for each type")
        self.modifiers = QCheckBox("&Modifiers, in one more pass")
        self.orphans = QCheckBox("… also &where nothing is tagged")
        self.unit = _choice(UNITS)
        self.examples = _choice(EXAMPLES)
        self.shots = QSpinBox(minimum=1, maximum=MOST_SHOTS)
        self.seed = QSpinBox(minimum=0, maximum=MOST_SEED)
        self.retriever = _choice(RETRIEVERS)
        self.learned = QSpinBox(minimum=0, maximum=MOST_RULES)
        self.learned.setSpecialValueText("None")
        self.learned.setToolTip(
            "Made of what people corrected in this project, the commonest mistakes first."
        )
        self.rules = QPlainTextEdit()
        self.rules.setPlaceholderText("One rule a line, such as: “No known allergies” is no problem.")
        self.rules.setTabChangesFocus(True)
        self.prompt = QPlainTextEdit(readOnly=True)
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setObjectName("quiet")
        self._build()
        self._fill(self._options())
        self._connect()
        self.refresh()

    # -- building -----------------------------------------------------------------------

    def _build(self) -> None:
        splitter = QSplitter()
        splitter.addWidget(self._fields())
        splitter.addWidget(self._preview())
        splitter.setSizes([470, 620])
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok
            | QDialogButtonBox.StandardButton.Cancel
            | QDialogButtonBox.StandardButton.RestoreDefaults
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults).clicked.connect(self.restore)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(16, 16, 16, 12)
        outside.setSpacing(12)
        outside.addWidget(splitter, 1)
        outside.addWidget(self.buttons)

    def add_thresholds(self, choice: ThresholdChoice) -> None:
        """Let the thresholds be chosen, too, in a row of their own."""
        self._thresholds = choice
        label = QLabel("Thresh&olds")
        label.setBuddy(choice.focusProxy() or choice)
        self.rows.addRow(label, choice)
        choice.changed.connect(self.refresh)
        self.finished.connect(choice.leave)
        self.refresh()

    def add_draft(self, choice: DraftChoice) -> None:
        """Let the draft be chosen, too, in a row of its own."""
        self._draft = choice
        label = QLabel("Draft &by")
        label.setBuddy(choice)
        self.rows.addRow(label, choice)
        self.refresh()

    def _fields(self) -> QWidget:
        left = QWidget()
        self.rows = rows = QFormLayout(left)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.setHorizontalSpacing(12)
        rows.setVerticalSpacing(8)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("&The model", self.decoder),
            ("&Answers as", self.answers),
            ("&Prompt", self.strategy),
            ("Told are", self.definitions),
            ("", self.guideline),
            ("Asked for", self.per_type),
            ("", self.modifiers),
            ("", self.orphans),
            ("Reads at &once", self.unit),
            ("&Examples", self.examples),
            ("&How many", self.shots),
            ("L&ikeness", self.retriever),
            ("&Seed", self.seed),
            ("&Learned rules", self.learned),
            ("Error &rules", self.rules),
        )
        for name, widget in fields:
            label = QLabel(name)
            if not isinstance(widget, QCheckBox):
                label.setBuddy(widget)
                widget.setAccessibleName(name.replace("&", ""))
            rows.addRow(label, widget)
        return left

    def _preview(self) -> QWidget:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 0, 0, 0)
        heading = QLabel("What the model &reads for one sentence")
        heading.setBuddy(self.prompt)
        self.prompt.setAccessibleName("The prompt")
        for one in (heading, self.prompt, self.said):
            column.addWidget(one)
        return right

    def _connect(self) -> None:
        self.strategy.activated.connect(self._take_strategy)
        for one in (self.decoder, self.answers, self.examples, self.retriever, self.unit):
            one.currentIndexChanged.connect(self.refresh)
        for box in (self.definitions, self.guideline, self.per_type, self.modifiers, self.orphans):
            box.toggled.connect(self.refresh)
        for number in (self.shots, self.seed, self.learned):
            number.valueChanged.connect(self.refresh)
        self.rules.textChanged.connect(self.refresh)

    # -- what is set --------------------------------------------------------------------

    def _options(self) -> Options:
        """Return what was set before; of what is not right any more, the model's own."""
        try:
            return options_from(self._manifest, self._chosen, self._title)
        except ModelError:
            self._chosen = {}
            return options_from(self._manifest, {}, self._title)

    def _fill(self, options: Options) -> None:
        for choice, value in (
            (self.decoder, options.decoder),
            (self.answers, options.answers),
            (self.examples, options.examples),
            (self.retriever, options.retriever),
            (self.unit, options.unit),
        ):
            choice.setCurrentIndex(max(0, choice.findData(value)))
        self._taken = options.prompt
        self.definitions.setChecked(options.definitions)
        self.guideline.setChecked(options.guideline)
        self.per_type.setChecked(options.per_type)
        self.modifiers.setChecked(options.modifiers)
        self.orphans.setChecked(options.orphans)
        self.shots.setValue(options.shots)
        self.seed.setValue(options.seed)
        self.learned.setValue(options.learned_rules)
        self.rules.setPlainText("\n".join(options.rules))

    def _take_strategy(self) -> None:
        """Set the fields as the strategy says; each can be changed afterwards."""
        if self.strategy.currentData() == OWN:
            self._show_strategy()  # nothing to set: the fields are as they are
            return
        self._taken = str(self.strategy.currentData())
        try:
            options = options_from(self._manifest, {"prompt": self._taken}, self._title)
        except ModelError as error:
            self._say(str(error), "danger")
            return
        for box, value in (
            (self.definitions, options.definitions),
            (self.guideline, options.guideline),
            (self.per_type, options.per_type),
        ):
            box.setChecked(value)
        self.examples.setCurrentIndex(self.examples.findData(options.examples))
        self.learned.setValue(options.learned_rules)
        self.refresh()

    @property
    def chosen(self) -> dict[str, Any]:
        """What is set now, as the options of a run."""
        free = self.decoder.currentData() == "free"
        return {
            "decoder": self.decoder.currentData(),
            "answers": self.answers.currentData() if free else "tags",
            "prompt": self._taken,
            "definitions": self.definitions.isChecked(),
            "guideline": self.guideline.isChecked(),
            "per_type": self.per_type.isChecked(),
            "modifiers": self.modifiers.isChecked(),
            "orphans": self.orphans.isChecked(),
            "unit": self.unit.currentData(),
            "examples": self.examples.currentData(),
            "shots": self.shots.value(),
            "seed": self.seed.value(),
            "retriever": self.retriever.currentData(),
            "learned_rules": self.learned.value(),
            "rules": [line.strip() for line in self.rules.toPlainText().splitlines() if line.strip()],
            **({"thresholds": self._thresholds.chosen} if self._thresholds is not None else {}),
            **({"draft": self._drafted} if self._draft is not None else {}),
        }

    @property
    def _drafted(self) -> str:
        """Return the draft; nothing where nothing is copied in blocks."""
        if self._draft is None or self.decoder.currentData() != "drafted":
            return ""
        return self._draft.chosen

    def restore(self) -> None:
        """Set everything as the model's own files say."""
        self._fill(options_from(self._manifest, {}, self._title))
        if self._thresholds is not None:
            self._thresholds.offer(NONE)
        if self._draft is not None:
            self._draft.setCurrentIndex(0)
        self.refresh()

    # -- what it comes to ---------------------------------------------------------------

    def refresh(self) -> None:
        """Show the prompt as it is now, and enable what means something."""
        shown = self.examples.currentData()
        self.answers.setEnabled(self.decoder.currentData() == "free")
        if self._thresholds is not None:
            self._thresholds.setEnabled(self.decoder.currentData() != "free")
        if self._draft is not None:
            self._draft.setEnabled(self.decoder.currentData() == "drafted")
        self.orphans.setEnabled(self.modifiers.isChecked() and self.decoder.currentData() != "free")
        self.shots.setEnabled(shown != "none")
        self.retriever.setEnabled(shown == "similar")
        self.seed.setEnabled(shown == "random")
        self.learned.setEnabled(not self.rules.toPlainText().strip())  # rules of one’s own stand instead
        self._show_strategy()
        try:
            options = options_from(self._manifest, self.chosen, self._title)
            self.prompt.setPlainText(rendered(options, self._labels, self._sentence))
        except ModelError as error:
            self._say(str(error), "danger")
            return
        words = "Everything set here is recorded with each run. "
        if shown != "none":
            words += (
                "Examples come from the finished notes of this project, never from the note that is tagged "
                "or another of its patient; they stand before the sentence."
            )
        elif self.learned.value() and self.learned.isEnabled():
            words += "Learned rules are made of the corrections in this project when the run begins."
        self._say(words, "quiet")

    def _show_strategy(self) -> None:
        """Name the strategy that the fields come to, or none: a name must not say what is not set."""
        now = self.chosen
        same = [
            name
            for name, says in STRATEGIES.items()
            if set(TOLD) <= set(says) and all(says[one] == now[one] for one in TOLD)
        ]
        name = self._taken if self._taken in same else (same or [OWN])[0]
        self.strategy.setCurrentIndex(self.strategy.findData(name))
        if name != OWN:
            self._taken = name

    def _say(self, words: str, name: str) -> None:
        self.said.setText(words)
        self.said.setObjectName(name)
        self.said.style().unpolish(self.said)
        self.said.style().polish(self.said)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(name != "danger")


def _choice(titles: Mapping[str, str]) -> QComboBox:
    box = QComboBox()
    for name, title in titles.items():
        box.addItem(title, name)
    return box
