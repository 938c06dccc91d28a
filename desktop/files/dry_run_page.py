"""Dry-run page: the second page of the import: what was found, and what is done with it."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSplitter,
    QTableView,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from desktop.details.wording import count_words
from desktop.files.dry_run_table import Column, DryRunTable
from desktop.plain_rows import lay_out_rows
from engine.formats.loss import as_list
from engine.formats.problem import Problem, Severity
from engine.identifiers.finding import Finding
from engine.steps.import_notes import Choice, Decisions, DryRun, SeenNote

ROW_HEIGHT = 24
SEVERITIES = {Severity.NOTE: "Note", Severity.WARNING: "Left out", Severity.ERROR: "Not read"}


class DryRunPage(QWidget):
    """Counts, the table of notes, what the screen found in the chosen one, and the readers' problems.

    Signals:
        looked_at: show the words that were found in this `SeenNote`; answer with `show_found`.
        decided: a choice was made.
    """

    looked_at = Signal(object)
    decided = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = DryRunTable(self)
        self.model.decided.connect(self.decided)
        self._build()

    def _build(self) -> None:
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.view = self._table()
        keep, mask, skip = (
            QPushButton("&Keep as it is"),
            QPushButton("&Mask"),
            QPushButton("&Leave out"),
        )
        mask.setToolTip(
            "What was found is overwritten with a mark of the same length, so that offsets stay right"
        )
        for button, choice in ((keep, Choice.KEEP), (mask, Choice.MASK), (skip, Choice.SKIP)):
            button.clicked.connect(lambda _checked=False, choice=choice: self.decide(choice))
        self.choosing = QWidget()
        row = QHBoxLayout(self.choosing)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (QLabel("The selected notes:"), keep, mask, skip):
            row.addWidget(widget)
        row.addStretch(1)
        self._make_below()
        self.tags = QWidget()
        tags = QHBoxLayout(self.tags)
        tags.setContentsMargins(0, 0, 0, 0)
        self.as_annotations = QRadioButton("&annotations (someone stands behind them)")
        self.as_suggestions = QRadioButton("s&uggestions (to be looked at)")
        self.as_annotations.setChecked(True)
        tags.addWidget(QLabel("The tags in the files become"))
        tags.addWidget(self.as_annotations)
        tags.addWidget(self.as_suggestions)
        tags.addStretch(1)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.view)
        splitter.addWidget(self.below)
        splitter.setSizes([300, 150])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.summary)
        column.addWidget(self.choosing)
        column.addWidget(splitter, 1)
        column.addWidget(self.tags)

    def _make_below(self) -> None:
        self.found = QTextBrowser()
        self.found.setOpenLinks(False)
        self.found.setTabChangesFocus(True)
        self.found.setAccessibleName("What was found in the chosen note")
        self.problems = QPlainTextEdit()
        self.problems.setReadOnly(True)
        self.problems.setTabChangesFocus(True)
        self.problems.setAccessibleName("What the files’ readers have to say")
        self.below = QTabWidget()
        self.below.setDocumentMode(True)
        self.below.addTab(self.found, "Found in this note")
        self.below.addTab(self.problems, "Remarks on the files")

    def _table(self) -> QTableView:
        view = QTableView()
        view.setModel(self.model)
        widths: dict[int, int] = {Column.NAME: 190, Column.CHARACTERS: 90, Column.TAGS: 60, Column.WHAT: 230}
        lay_out_rows(view, "Notes of the import", widths, stretched=Column.IDENTIFIERS)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.selectionModel().currentRowChanged.connect(lambda now, _before: self._look(now.row()))
        return view

    # -- showing ------------------------------------------------------------------------

    def show_dry_run(self, dry_run: DryRun) -> None:
        """Show what an import would bring."""
        self.model.show_dry_run(dry_run)
        self.summary.setText("\n".join(summary(dry_run)))
        waiting = len(self.model.undecided)
        self.choosing.setVisible(waiting > 0)
        self.tags.setVisible(dry_run.tagged)
        problems = list(dry_run.problems)
        self.problems.setPlainText("\n".join(map(_problem_words, problems)) or "None.")
        self.below.setTabText(
            1, f"Remarks on the files ({len(dry_run.problems):,})" if problems else "Remarks on the files"
        )
        self.below.setCurrentIndex(0 if waiting or not problems else 1)
        self.found.setPlainText("")
        if dry_run.notes:
            self.view.selectRow(0)
        self.view.setFocus()

    def decide(self, choice: Choice) -> None:
        """Take `choice` for the selected notes; for all where none of the selected has identifiers."""
        chosen = [index.row() for index in self.view.selectionModel().selectedRows()]
        if not self.model.decide(chosen, choice):
            self.model.decide(range(len(self.model.notes)), choice)
        waiting = self.model.undecided
        if waiting and set(chosen).isdisjoint(waiting):
            self.view.selectRow(waiting[0])

    def decisions(self) -> Decisions:
        """Return what was decided."""
        return Decisions(
            identifiers=Choice.REFUSE,
            per_note=dict(self.model.choices),
            tags_as="suggestions" if self.as_suggestions.isChecked() else "annotations",
        )

    def _look(self, row: int) -> None:
        if not 0 <= row < len(self.model.notes):
            return
        note = self.model.notes[row]
        if note.findings:
            self.found.setPlainText("Reading…")
            self.looked_at.emit(note)
        else:
            self.found.setPlainText("Nothing that looks like an identifier was found in this note.")

    def show_found(self, note: SeenNote, surroundings: Sequence[tuple[str, str, str]]) -> None:
        """Show the words of each finding of `note` with those around it."""
        row = self.view.currentIndex().row()
        if 0 <= row < len(self.model.notes) and self.model.notes[row] is note:
            lines = [
                _found_words(finding, *around)
                for finding, around in zip(note.findings, surroundings, strict=True)
            ]
            self.found.setHtml("<br>".join(lines))


def summary(dry_run: DryRun) -> list[str]:
    """Return what the dry run found, in sentences."""
    notes = dry_run.notes
    tags = sum(note.tags for note in notes)
    relations = sum(note.relations for note in notes)
    lines = [
        f"Found {count_words(len(notes), 'note')}"
        + (f" with {count_words(tags, 'tag')} and {count_words(relations, 'relation')}." if tags else ".")
    ]
    if dry_run.twins:
        lines.append(
            f"{count_words(len(dry_run.twins), 'note')} with a text that is there already will be left out."
        )
    revealing = [note for note in dry_run.revealing if not note.twin]
    if revealing:
        found = sum(len(note.findings) for note in revealing)
        lines.append(
            f"{count_words(found, 'possible identifier')} in {count_words(len(revealing), 'note')}: "
            "look at them, then keep, mask or leave out those notes."
        )
    elif notes:
        lines.append("Nothing that looks like an identifier was found. No screen finds everything.")
    lost = as_list(dry_run.losses)
    if lost:
        lines.append(f"A project cannot keep {', '.join(map(str, lost))}.")
    errors = dry_run.problems.count(Severity.ERROR)
    left_out = dry_run.problems.count(Severity.WARNING)
    if errors or left_out:
        lines.append(f"{count_words(errors + left_out, 'remark')} on what could not be read: see below.")
    return lines


def _problem_words(problem: Problem) -> str:
    return f"{SEVERITIES[problem.severity]}: {problem}"


def _found_words(finding: Finding, before: str, inside: str, after: str) -> str:
    kind = finding.kind.singular[:1].upper() + finding.kind.singular[1:]
    words = f"…{html.escape(before)}<b>{html.escape(inside)}</b>{html.escape(after)}…"
    return f"<b>{html.escape(kind)}</b>: {words} <i>({html.escape(finding.why.rstrip('.'))})</i>"
