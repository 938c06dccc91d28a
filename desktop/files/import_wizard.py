"""Import wizard: files, then a dry run that says all, then one import that is whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.details.wording import context, count_words
from desktop.files.dry_run_page import DryRunPage
from desktop.files.import_source import ImportSource
from desktop.fitting import open_at
from desktop.jobs.working_dialog import WorkingDialog
from desktop.project import Project
from engine.errors import InputError, TagwellError
from engine.formats.problem import Problems
from engine.formats.reading import read_documents
from engine.jobs.job import Job
from engine.steps.import_notes import DryRun, Imported, SeenNote, import_notes, known_in, look
from engine.store.operations import Done
from engine.store.store import Store

AROUND = 50


class ImportWizard(WorkingDialog):
    """Two pages and a line that says how far it is.  Cancel, at any moment, leaves nothing half-way.

    Signals:
        imported: `Imported`, once the notes are stored.
    """

    imported = Signal(object)

    def __init__(self, project: Project, paths: Sequence[Path] = (), parent: QWidget | None = None) -> None:
        super().__init__("reading files", parent)
        self.setWindowTitle("Import notes")
        open_at(self, 900, 640)
        self._project = project
        self.lane.crashed.connect(project.crashed)
        self._dry_run: DryRun | None = None
        self.source = ImportSource(project.labels)
        self.page = DryRunPage()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.source)
        self.stack.addWidget(self.page)
        self._make_buttons()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(10)
        column.addWidget(self.stack, 1)
        column.addWidget(self.trouble)
        column.addLayout(self.foot)
        self.page.decided.connect(self._show_buttons)
        self.page.looked_at.connect(self._look_at)
        self.source.add(paths)
        self._show_buttons()
        self.source.typed.setFocus()

    def _make_buttons(self) -> None:
        self.back = QPushButton("&Back")
        self.next = QPushButton("&Read files")
        self.next.setObjectName("primary")
        self.next.setDefault(True)
        self.cancel = QPushButton("Cancel")
        self.back.clicked.connect(self._go_back)
        self.next.clicked.connect(self._go_on)
        self.cancel.clicked.connect(self.reject)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.addWidget(self.jobs)
        self.foot.addStretch(1)
        for button in (self.back, self.next, self.cancel):
            self.foot.addWidget(button)

    # -- moving between the pages ---------------------------------------------------------

    @property
    def on_dry_run(self) -> bool:
        """Whether the second page is shown."""
        return self.stack.currentWidget() is self.page

    def _show_buttons(self) -> None:
        busy = self.work is not None
        self.back.setVisible(self.on_dry_run)
        self.back.setEnabled(not busy)
        self.next.setEnabled(not busy)
        self.source.setEnabled(not busy)
        self.page.setEnabled(not busy)
        coming = self.page.model.coming + len(self.page.model.undecided)
        self.next.setText(f"&Import {count_words(coming, 'note')}" if self.on_dry_run else "&Read files")

    def _go_back(self) -> None:
        self.tell("")
        self.stack.setCurrentWidget(self.source)
        self._show_buttons()

    def _go_on(self) -> None:
        self.tell("")
        if self.on_dry_run:
            self._import()
        else:
            self._read()

    # -- reading --------------------------------------------------------------------------

    def _read(self) -> None:
        trouble = self.source.take_typed()
        if trouble:
            self.tell(trouble)
            return
        paths, options, project = self.source.paths, self.source.options, self._project
        if not paths:
            self.tell("Please add a file or a folder first.")
            return

        def known(hashes: Collection[str]) -> Mapping[str, str]:
            return project.ask_from_lane(lambda store: known_in(store)(hashes))

        self._begin(
            self.lane.run(
                lambda job: look(paths, options, known, job), self._show_dry_run, self._refused, self._stopped
            )
        )

    def _show_dry_run(self, dry_run: DryRun) -> None:
        self._end()
        self._dry_run = dry_run
        if not dry_run.notes:
            remarks = [problem.sentence for problem in dry_run.problems]
            self.tell(" ".join(["No note was found in these files.", *remarks[:3]]))
            return
        self.stack.setCurrentWidget(self.page)
        self.page.show_dry_run(dry_run)
        self._show_buttons()

    def _look_at(self, note: SeenNote) -> None:
        """Read the words of a note's findings; the dry run itself keeps no text."""
        dry_run = self._dry_run
        if dry_run is not None:
            self.lane.run(
                lambda job: surroundings(dry_run, note, job),
                lambda around: self.page.show_found(note, around),
                self._refused,
            )

    # -- importing ------------------------------------------------------------------------

    def _import(self) -> None:
        dry_run, project = self._dry_run, self._project
        if dry_run is None:
            return
        waiting = self.page.model.undecided
        if waiting:
            self.tell(
                f"Please decide on {count_words(len(waiting), 'note')} with possible identifiers: "
                "keep, mask or leave out."
            )
            self.page.view.selectRow(waiting[0])
            return
        if not self.page.model.coming:
            self.tell("No note is left to import.")
            return
        decisions, annotator = self.page.decisions(), project.annotator
        job = Job()
        result: list[Imported] = []

        def store_them(store: Store) -> Done | None:
            result.append(import_notes(store, dry_run, decisions, annotator, job))
            return result[0].done

        self._begin(job)
        project.do(store_them, lambda _done: self._finish(result[0]), self._refused, self._stopped, job)

    def _finish(self, imported: Imported) -> None:
        self._end()
        self.imported.emit(imported)
        self.accept()

    # -- the work in progress -------------------------------------------------------------

    def _begin(self, job: Job) -> None:
        self.work = job
        self.jobs.follow(job)
        self._show_buttons()

    def _end(self) -> None:
        self.work = None
        self.jobs.end()
        self._show_buttons()

    def _stopped(self) -> None:
        self._end()
        self.tell("Stopped. Nothing was stored.")

    def _refused(self, error: TagwellError) -> None:
        self._end()
        self.tell(str(error))


def surroundings(dry_run: DryRun, note: SeenNote, job: Job) -> list[tuple[str, str, str]]:
    """Return the words before, in and after each finding of `note`, read from its file again.

    Raises:
        InputError: the file is another one now.
    """
    documents = read_documents(dry_run.paths, dry_run.options, Problems())
    for place, document in enumerate(job.each("Reading", documents)):
        if place == note.place:
            return [context(document.text, finding.span, AROUND) for finding in note.findings]
    raise InputError(f"“{note.source or note.name}” has changed since it was read. Please import again.")
