"""Export dialog: annotations into files, with what is lost said before and a comparison after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QButtonGroup, QComboBox, QLabel, QRadioButton, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.details.wording import count_words
from desktop.files.writing_form import WritingForm
from desktop.project import Project
from desktop.remembered import Remembered
from engine.annotation.annotation import Status
from engine.errors import TagwellError
from engine.formats.format import Format, WriteOptions
from engine.formats.loss import Loss
from engine.formats.registry import formats
from engine.jobs.job import Job
from engine.steps.export_annotations import ExportReport, export_annotations, export_losses
from engine.store.store import Store

COUNT_AFTER_MS = 150
FOR_PEOPLE = ("hf", "chat")
"""Formats for training: offered by the fine-tuning dialog, which divides and describes the set."""


class ExportDialog(WritingForm):
    """Format, notes, folder; counts what the format cannot carry as soon as it is chosen."""

    def __init__(
        self,
        project: Project,
        remembered: Remembered,
        counts: Mapping[Status, int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "Export annotations",
            "&Export",
            "Annotations are written, read back and compared; the files appear only if they say the same. "
            "Suggestions are not exported.",
            project,
            remembered,
            parent,
        )
        self._counting: Job | None = None
        self._formats: Sequence[Format] = [
            one for one in formats() if one.writes and one.name not in FOR_PEOPLE
        ]
        self.format = QComboBox()
        for one in self._formats:
            self.format.addItem(one.title)
        wanted = remembered.text("export-format", "brat")
        self.format.setCurrentIndex(next((i for i, one in enumerate(self._formats) if one.name == wanted), 0))
        self.hint = QLabel()
        self._make_scope(counts)
        self.losses = QLabel()
        self.losses.setWordWrap(True)
        self.field("&Format", self.format)
        self.hint = self.remark()
        self.field("&Notes", self.scope)
        self.add_target()
        self.aside = QLabel()
        self.aside.setWordWrap(True)
        self.aside.setObjectName("quiet")
        self.rows.addRow("Losses", self.losses)
        self.rows.addRow("", self.aside)
        self._count_soon = QTimer(self, singleShot=True, interval=COUNT_AFTER_MS)
        self._count_soon.timeout.connect(self._count)
        self.format.currentIndexChanged.connect(lambda _index: self._chosen())
        self._chosen()

    def _make_scope(self, counts: Mapping[Status, int]) -> None:
        finished, total = counts.get(Status.FINISHED, 0), sum(counts.values())
        self.only_finished = QRadioButton(f"&Finished notes ({finished:,})")
        self.every_note = QRadioButton(f"&All notes, finished or not ({total:,})")
        (self.only_finished if finished else self.every_note).setChecked(True)
        self.only_finished.setEnabled(finished > 0)
        self.scope = QWidget()
        column = QVBoxLayout(self.scope)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        group = QButtonGroup(self)
        for button in (self.only_finished, self.every_note):
            group.addButton(button)
            column.addWidget(button)
        self.scope.setFocusProxy(self.only_finished if finished else self.every_note)
        self.only_finished.toggled.connect(lambda _on: self._chosen())

    @property
    def form(self) -> Format:
        """The chosen format."""
        return self._formats[self.format.currentIndex()]

    @property
    def options(self) -> WriteOptions:
        """How to write."""
        return WriteOptions(
            format=self.form.name, labels=self._project.labels, overwrite=self.overwrite.isChecked()
        )

    # -- before -----------------------------------------------------------------------------

    def _chosen(self) -> None:
        self.hint.setText(self.form.hint)
        self.hint.setVisible(bool(self.form.hint))
        self.losses.setText("Counting…")
        self._say_aside("")
        self._paint("quiet")
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None
        self._count_soon.start()

    def _count(self) -> None:
        options, finished = self.options, self.only_finished.isChecked()
        job = Job()
        self._counting = job

        def work(store: Store, own: Job) -> list[Loss]:
            return export_losses(store.gold(finished_only=finished), options, own)

        job = self._project.read(
            work, lambda found: self._show_losses(job, found), lambda error: self._no_losses(job, error)
        )
        self._counting = job

    def _show_losses(self, job: Job, found: Sequence[Loss]) -> None:
        if job is self._counting:
            self._counting = None
            tags = [str(loss) for loss in found if loss.kind.tags]
            aside = [str(loss) for loss in found if not loss.kind.tags]
            self.losses.setText("\n".join(tags) or "✓ No tag and no relation is lost.")
            self._say_aside(
                f"Beside the tags, this format does not carry {', '.join(aside)}." if aside else ""
            )
            self._paint("warning" if tags else "good")

    def _no_losses(self, job: Job, error: TagwellError) -> None:
        if job is self._counting:
            self._counting = None
            self.losses.setText(str(error))
            self._say_aside("")
            self._paint("danger")

    def _say_aside(self, words: str) -> None:
        self.aside.setText(words)
        self.rows.setRowVisible(self.aside, bool(words))

    def _paint(self, name: str) -> None:
        self.losses.setObjectName(name)
        self.losses.style().unpolish(self.losses)
        self.losses.style().polish(self.losses)

    # -- writing and after ------------------------------------------------------------------

    @override
    def check(self) -> str:
        """Return what is wrong, as a sentence."""
        return self.check_target()

    @override
    def start(self) -> None:
        """Write the files."""
        if self._counting is not None:
            self._counting.cancel()
        self._remembered.keep("export-format", self.form.name)
        options, finished, target = self.options, self.only_finished.isChecked(), self.target

        def work(store: Store, job: Job) -> ExportReport:
            return export_annotations(store.gold(finished_only=finished), target, options, job)

        self.write(work, self._show_report)

    def _show_report(self, report: ExportReport) -> None:
        written = report.written
        words = (
            f"✓ Wrote {count_words(written.notes, 'note')} with {count_words(written.tags, 'tag')} and "
            f"{count_words(written.relations, 'relation')} to {count_words(len(written.files), 'file')}, "
            "read them back, and found the same."
        )
        if report.unfinished:
            are = "is" if report.unfinished == 1 else "are"
            unfinished = count_words(report.unfinished, "note")
            words += f"\n{unfinished} {are} not finished: untagged words may be unseen."
        self.show_result(words)
