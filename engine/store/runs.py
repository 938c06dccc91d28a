"""Runs: one tagger, one configuration, one time; what it answered, and what is left of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.annotation.annotation import RunId
from engine.annotation.said import Answer
from engine.errors import StoreError
from engine.store.finishing import Finishing
from engine.store.operations import Done, OperationId, now
from engine.store.packing import checked_answer
from engine.text.note import NoteId

RunEnd = Literal["done", "cancelled", "failed"]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What a run is known by later: `tagger_id` is kind, name and file hash; `annotator` started it."""

    tagger_id: str
    tagger_name: str
    model_sha256: str
    label_set_fingerprint: str
    device: str
    options: Mapping[str, object] = field(default_factory=dict)
    annotator: str = ""


@dataclass(frozen=True, slots=True)
class RunRow:
    """One line of the list of runs.  `status` is running, done, cancelled or failed.

    `done`, `failed` and `left` count notes.  `undone`: its suggestions were withdrawn by undo.
    `figures` are what it took: ``seconds``, ``tokens``, ``calls``, ``memory`` (bytes, the most), as far
    as its tagger counts them.
    """

    id: RunId
    record: RunRecord
    status: str
    started: str
    ended: str | None
    done: int
    failed: int
    left: int
    undone: bool
    figures: Mapping[str, float] = field(default_factory=dict)


_ROWS = """
SELECT r.id, r.tagger_id, r.tagger_name, r.model_sha256, r.label_set, r.device, r.options, r.annotator,
       r.status, r.started, r.ended,
       (SELECT count(*) FROM run_note n WHERE n.run_id = r.id AND n.state = 'done'),
       (SELECT count(*) FROM run_note n WHERE n.run_id = r.id AND n.state = 'failed'),
       (SELECT count(*) FROM run_note n WHERE n.run_id = r.id AND n.state = 'left'),
       s.state IS NOT 'done', r.figures
FROM run r LEFT JOIN step s ON s.id = r.step
"""


_ANSWERS = (
    "SELECT a.id, a.note_id FROM run_note r JOIN answer a ON a.note_id = r.note_id AND a.hidden = 0 "
    "JOIN layer l ON l.id = a.layer_id AND l.run_id = r.run_id WHERE r.run_id = ?"
)


class Running(Finishing):
    """Keeping runs.  A run is one step of undo, at the place in history where it began."""

    def begin_run(self, record: RunRecord, notes: Sequence[NoteId]) -> RunId:
        """Begin a run over `notes`, which are what `run_left` gives until they are answered.

        Raises:
            StoreError: there are no notes, or one is not in the project.
        """
        these = list(dict.fromkeys(notes))
        if not these:
            raise StoreError("There are no notes to tag.")
        what = "note" if len(these) == 1 else f"{len(these)} notes"
        with self._operation("run", f"Tag {what} with {record.tagger_name}", record.annotator) as op:
            op.runs_changed = True
            for note in these:
                self._require(note)
            run = self._insert_run(op.id, record)
            self._conn.executemany(
                "INSERT INTO run_note (run_id, note_id) VALUES (?, ?)", ((run, note) for note in these)
            )
            self._new_layer("run", record.tagger_name, run=run)
        return RunId(run)

    def _insert_run(self, step: OperationId, record: RunRecord) -> int:
        row = self._conn.execute(
            "INSERT INTO run "
            "(step, tagger_id, tagger_name, model_sha256, label_set, device, options, annotator, started) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (step, record.tagger_id, record.tagger_name, record.model_sha256, record.label_set_fingerprint,
             record.device, json.dumps(dict(record.options), sort_keys=True), record.annotator, now()),
        )  # fmt: skip
        return int(row.lastrowid)

    def save_answer(self, run: RunId, note: NoteId, answer: Answer, seconds: float) -> Done:
        """Keep what a run's tagger says of one note; it is shown instead of its earlier answers.

        Raises:
            StoreError: the run was undone, or the note is not in the project any more.
            OffsetError, LabelError: the answer does not fit the note or the label set.
        """
        step, name, annotator, layer = self._run(run)
        said = checked_answer(answer, self.note(note).text, self.label_set)
        with self._operation("tag", f"Tag note with {name}", annotator, step=step) as op:
            made = self._insert_answer(note, layer, f"tagger {name}", said)
            # Undone by hiding the answer, so predictions need not go into the log.
            op.remember("answer", made, note, {"hidden": 1}, {"hidden": 0})
            op.answers_changed = op.runs_changed = True
            self._set_state(run, note, "done", seconds, None)
        return op.made()

    def note_failed(self, run: RunId, note: NoteId, cause: str) -> Done:
        """Set a note aside in a run; `cause` is a sentence without any of its text."""
        step, name, annotator, _ = self._run(run)
        with self._operation("tag failed", f"Set a note aside in {name}", annotator, step=step) as op:
            op.runs_changed = True
            self._set_state(run, note, "failed", None, cause)
        return op.made()

    def _set_state(self, run: int, note: int, state: str, seconds: float | None, cause: str | None) -> None:
        self._conn.execute(
            "INSERT INTO run_note (run_id, note_id, state, seconds, cause) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET "
            "state = excluded.state, seconds = excluded.seconds, cause = excluded.cause",
            (run, note, state, seconds, cause),
        )

    def end_run(self, run: RunId, how: RunEnd) -> Done:
        """Say how a run ended; a cancelled or failed one can be continued with `run_left`."""
        row = self._one("SELECT step, tagger_name, annotator FROM run WHERE id = ?", run)
        if row is None:
            raise StoreError("This run is not in the project.")
        words = {"done": "Finish", "cancelled": "Stop", "failed": "Give up"}
        with self._operation("run end", f"{words[how]} tagging with {row[1]}", row[2], step=row[0]) as op:
            op.runs_changed = True
            self._conn.execute("UPDATE run SET status = ?, ended = ? WHERE id = ?", (how, op.at, run))
        return op.made()

    def withdraw_run(self, run: RunId, annotator: str) -> Done:
        """Take back the suggestions of a run, as one step of undo.

        What was decided of them stays, and so does the record of the run.  What its tagger had said of the
        notes before is shown again.

        Raises:
            StoreError: the run was undone, or nothing of it is left to take back.
        """
        _, name, _, _ = self._run(run)
        answers = self._all(_ANSWERS, run)
        if not answers:
            raise StoreError("The suggestions of this run were taken back already.")
        with self._operation("withdraw", f"Take back the suggestions of {name}", annotator) as op:
            op.answers_changed = op.runs_changed = True
            for answer, note in answers:
                op.change("answer", answer, note, hidden=1)
        return op.made()

    def has_suggestions(self, run: RunId) -> bool:
        """Whether answers of this run stand in the project: neither undone nor taken back."""
        return self._one(f"{_ANSWERS} LIMIT 1", run) is not None

    def add_figures(self, run: RunId, figures: Mapping[str, float]) -> None:
        """Add what a part of a run took to its figures; of ``memory`` the most counts.  No step of undo."""
        row = self._one("SELECT figures FROM run WHERE id = ?", run)
        if row is None:
            raise StoreError("This run is not in the project.")
        total: dict[str, float] = json.loads(row[0])
        for name, value in figures.items():
            before = total.get(name, 0.0)
            total[name] = max(before, value) if name == "memory" else before + value
        with self._transaction():
            self._conn.execute(
                "UPDATE run SET figures = ? WHERE id = ?", (json.dumps(total, sort_keys=True), run)
            )

    def _run(self, run: RunId) -> tuple[int, str, str, int]:
        """Return step, tagger's name, annotator and layer of a run that is in force."""
        row = self._one(
            "SELECT r.step, r.tagger_name, r.annotator, l.id, s.state FROM run r "
            "JOIN layer l ON l.run_id = r.id JOIN step s ON s.id = r.step WHERE r.id = ?",
            run,
        )
        if row is None or row[4] != "done":
            raise StoreError("This run of the tagger was undone.")
        return row[0], row[1], row[2], row[3]

    def run_left(self, run: RunId) -> list[NoteId]:
        """Return the notes that a run has not answered yet, in the order they were added."""
        rows = self._all(
            "SELECT r.note_id FROM run_note r JOIN note n ON n.id = r.note_id AND n.hidden = 0 "
            "WHERE r.run_id = ? AND r.state = 'left' ORDER BY r.note_id",
            run,
        )
        return [NoteId(note) for (note,) in rows]

    def run_notes(self, run: RunId) -> list[NoteId]:
        """Return the notes that a run was begun over, as far as they are still there, as they were added."""
        rows = self._all(
            "SELECT r.note_id FROM run_note r JOIN note n ON n.id = r.note_id AND n.hidden = 0 "
            "WHERE r.run_id = ? ORDER BY r.note_id",
            run,
        )
        return [NoteId(note) for (note,) in rows]

    def run_seconds(self, run: RunId) -> float:
        """Return how long the answers of a run took together, loading the model not counted."""
        row = self._one("SELECT coalesce(sum(seconds), 0.0) FROM run_note WHERE run_id = ?", run)
        return float(row[0]) if row else 0.0

    def run_times(self, run: RunId) -> dict[NoteId, float]:
        """Return how long each answer of a run took, in seconds, loading the model not counted."""
        rows = self._all(
            "SELECT note_id, seconds FROM run_note WHERE run_id = ? AND state = 'done' ORDER BY note_id", run
        )
        return {NoteId(note): float(seconds) for note, seconds in rows if seconds is not None}

    def run_failures(self, run: RunId) -> list[tuple[NoteId, str]]:
        """Return the notes that a run set aside, each with its cause."""
        rows = self._all(
            "SELECT note_id, cause FROM run_note WHERE run_id = ? AND state = 'failed' ORDER BY note_id", run
        )
        return [(NoteId(note), cause) for note, cause in rows]

    def runs(self) -> list[RunRow]:
        """Return all runs, newest first."""
        return [_row(row) for row in self._all(f"{_ROWS} ORDER BY r.id DESC")]

    def unfinished_runs(self) -> list[RunRow]:
        """Return the runs that still have notes left and were not undone, newest first."""
        return [run for run in self.runs() if run.left and not run.undone and run.status != "done"]


def _row(row: Sequence[object]) -> RunRow:
    run, tagger_id, name, sha256, label_set, device, options, annotator, *rest = row
    said = RunRecord(
        str(tagger_id),
        str(name),
        str(sha256),
        str(label_set),
        str(device),
        json.loads(str(options)),
        str(annotator),
    )
    status, started, ended, done, failed, left, undone, figures = rest
    took = json.loads(str(figures))
    return RunRow(RunId(run), said, status, started, ended, done, failed, left, bool(undone), took)  # type: ignore[arg-type]
