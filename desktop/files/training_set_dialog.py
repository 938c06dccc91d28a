"""Training-set dialog: finished notes into files to fine-tune a model on."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QSpinBox, QWidget
from typing_extensions import override

from desktop.details.wording import count_words
from desktop.files.writing_form import WritingForm
from desktop.project import Project
from desktop.remembered import Remembered
from engine.formats.format import WriteOptions
from engine.formats.registry import format_named
from engine.jobs.job import Job
from engine.steps.build_training_set import FORMATS, BuiltSet, build_training_set
from engine.store.store import Store
from engine.training.training_set import PARTS, Division

WHOLE = 100
MOST_SEED = 2**31 - 1


class TrainingSetDialog(WritingForm):
    """Format, split, seed, folder; then the data card's figures."""

    def __init__(self, project: Project, remembered: Remembered, parent: QWidget | None = None) -> None:
        super().__init__(
            "Build fine-tuning set",
            "&Build",
            "Finished notes are divided into train, dev and test, written, read back and described in a "
            "data card. Notes of one patient, and near-duplicates, stay on one side. Rejected suggestions "
            "are kept as negatives.",
            project,
            remembered,
            parent,
        )
        self.format = QComboBox()
        for name in FORMATS:
            self.format.addItem(format_named(name).title, name)
        self.hint = QLabel()
        self.by = QComboBox()
        self.by.addItem("Patient (notes without a patient: by document)", "patient")
        self.by.addItem("Document", "document")
        self.seed = QSpinBox()
        self.seed.setRange(0, MOST_SEED)
        self.seed.setToolTip("The same notes and the same seed give the same division")
        self.partial = QCheckBox("Also notes that are &not finished (marked as partial)")
        self.field("&Format", self.format)
        self.hint = self.remark()
        self.field("&Shares in %", self._make_shares())
        self.field("Split &by", self.by)
        self.field("See&d", self.seed)
        self.rows.addRow("", self.partial)
        self.add_target()
        self.format.currentIndexChanged.connect(lambda _index: self._show_hint())
        self._show_hint()

    def _make_shares(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.shares: dict[str, QSpinBox] = {}
        for part, share in zip(PARTS, (80, 10, 10), strict=True):
            field = QSpinBox()
            field.setRange(0, WHOLE)
            field.setValue(share)
            field.setAccessibleName(f"Share of {part} in percent")
            self.shares[part] = field
            row.addWidget(QLabel(part))
            row.addWidget(field)
            row.addSpacing(8)
        row.addStretch(1)
        box.setFocusProxy(self.shares[PARTS[0]])
        return box

    def _show_hint(self) -> None:
        self.hint.setText(format_named(str(self.format.currentData())).hint)

    @override
    def check(self) -> str:
        """Return what is wrong, as a sentence."""
        if sum(field.value() for field in self.shares.values()) != WHOLE:
            return "The shares of train, dev and test must add up to 100 %."
        if not self.shares[PARTS[0]].value():
            return "The part to train on needs a share above 0."
        return self.check_target()

    @override
    def start(self) -> None:
        """Build the set."""
        train, dev, test = (self.shares[part].value() / WHOLE for part in PARTS)
        division = Division(
            seed=self.seed.value(),
            shares=(train, dev, test),
            by="document" if self.by.currentData() == "document" else "patient",
            partial=self.partial.isChecked(),
        )
        options = WriteOptions(
            format=str(self.format.currentData()),
            labels=self._project.labels,
            overwrite=self.overwrite.isChecked(),
        )
        target = self.target

        def work(store: Store, job: Job) -> BuiltSet:
            return build_training_set(lambda: store.gold(finished_only=False), target, options, division, job)

        self.write(work, self._show_built)

    def _show_built(self, built: BuiltSet) -> None:
        contents = built.card.contents
        lines = [
            "✓ Built, read back and compared. "
            + ", ".join(
                f"{part}: {count_words(contents[part].notes, 'note')} with "
                f"{count_words(sum(contents[part].labels.values()), 'tag')}"
                for part in PARTS
            )
            + "."
        ]
        if built.card.dataset.left_out:
            lines.append(f"Left out as not finished: {count_words(built.card.dataset.left_out, 'note')}.")
        lines += built.card.warnings
        lines += [f"This format cannot carry {loss}." for loss in built.card.losses]
        lines.append(f"Counts and origins are in {built.folder / 'data_card.md'}.")
        self.show_result("\n".join(lines))
