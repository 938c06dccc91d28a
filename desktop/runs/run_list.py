"""Run list: the runs of this project, newest first, the record of each, and doing one again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from desktop.fitting import open_at
from desktop.help.history_list import when
from desktop.plain_rows import lay_out_rows
from desktop.project import Project
from desktop.runs.run_card import RunFacts, run_card
from engine.store.runs import RunRow
from engine.store.store import Store
from engine.text.note import NoteId

HEADINGS = ("Began", "Tagger", "Notes", "Seconds", "Slower", "State")
EMPTY = "No tagger has run in this project yet. Predict, Tag notes starts one."


def run_facts(store: Store) -> list[RunFacts]:
    """Return all runs of a project, newest first; used on a lane of the project."""
    from engine.steps.slow_down import slow_down_of

    found, slower = [], slow_down_of(store)
    for row in store.runs():
        failures = store.run_failures(row.id) if row.failed else []
        names = {NoteId(one.id): one.name for one in store.note_rows([int(note) for note, _ in failures])}
        aside = [(names.get(note, "a note that is gone"), cause) for note, cause in failures]
        stands, factor = store.has_suggestions(row.id), slower.get(row.id, 0.0)
        found.append(RunFacts(row, store.run_seconds(row.id), aside, stands, factor))
    return found


class RunList(QDialog):
    """A table of runs and the record of the chosen one.

    Signals:
        replay_wanted: the `RunRow` of a run that is to be done again; the page closes.
        continue_wanted: the `RunRow` of a run whose notes that are left are to be tagged; likewise.
        withdraw_wanted: the `RunRow` of a run whose suggestions are to be taken back; likewise.
    """

    replay_wanted = Signal(object)
    continue_wanted = Signal(object)
    withdraw_wanted = Signal(object)

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Runs")
        open_at(self, 1080, 600)
        self._project = project
        self._facts: Sequence[RunFacts] = ()
        self.said = QLabel(EMPTY)
        self.said.setObjectName("quiet")
        self.said.setWordWrap(True)
        self.table = QTableWidget(0, len(HEADINGS))
        self.table.setHorizontalHeaderLabels(list(HEADINGS))
        lay_out_rows(self.table, "Runs, newest first", {0: 134, 2: 56, 3: 68, 4: 58, 5: 90}, stretched=1)
        self.table.itemSelectionChanged.connect(self._show_card)
        self.card = QTextBrowser()
        self.card.setOpenLinks(False)
        self.card.setAccessibleName("Record of the run")
        self.replay = QPushButton("&Repeat this run")
        self.resume = QPushButton("C&ontinue this run")
        self.withdraw = QPushButton("&Take back its suggestions")
        self.withdraw.setToolTip("What was decided of them stays. Undo brings them back.")
        self._build()
        self._show_card()
        project.ask(run_facts, self._show)

    def _build(self) -> None:
        splitter = QSplitter()
        splitter.addWidget(self.table)
        splitter.addWidget(self.card)
        splitter.setSizes([720, 340])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        for button, emit in (
            (self.replay, self.replay_wanted.emit),
            (self.resume, self.continue_wanted.emit),
            (self.withdraw, self.withdraw_wanted.emit),
        ):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
            button.clicked.connect(partial(self._leave, emit))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(splitter, 1)
        column.addWidget(self.said)
        column.addWidget(buttons)

    @property
    def chosen(self) -> RunFacts | None:
        """The run whose record is shown."""
        row = self.table.currentRow()
        return self._facts[row] if 0 <= row < len(self._facts) else None

    def _show(self, facts: Sequence[RunFacts]) -> None:
        self._facts = facts
        self.table.setRowCount(len(facts))
        for number, one in enumerate(facts):
            row = one.row
            total = row.done + row.failed + row.left
            said = (
                when(row.started)[:16],
                row.record.tagger_name,
                f"{row.done:,}" if row.done == total else f"{row.done:,} of {total:,}",
                f"{one.seconds:,.1f}",
                f"{one.slower:,.1f} ×" if one.slower else "",
                one.state,
            )
            for column, words in enumerate(said):
                self.table.setItem(number, column, QTableWidgetItem(words))
        if facts:
            self.table.selectRow(0)
            self.said.setText(
                "Repeating a run tags its notes again with the same model and options, and says "
                "whether the tags are the same. “Slower” is how many times as long as the fastest run it "
                "took, over the notes that both answered."
            )
        self._show_card()

    def _show_card(self) -> None:
        one = self.chosen
        self.card.setHtml(run_card(one) if one else "")
        self.replay.setEnabled(one is not None and not one.row.undone and one.row.done > 0)
        self.resume.setEnabled(
            one is not None and not one.row.undone and one.row.left > 0 and one.row.status != "done"
        )

        self.withdraw.setEnabled(one is not None and not one.row.undone and one.stands)

    def _leave(self, emit: Callable[[RunRow], None], _checked: bool = False) -> None:
        one = self.chosen
        if one is not None:
            self.accept()
            emit(one.row)
