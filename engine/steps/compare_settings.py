"""Compare settings: taggers with this and that option over the same gold notes, resumable, with times."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from engine.annotation.said import Answer
from engine.errors import InputError, ModelError, WorkerCrashed
from engine.evaluation.answer_log import AnswerLog, Entry, entry_of
from engine.evaluation.judged import Judged
from engine.evaluation.settings_table import Cell, Row, rows_of
from engine.formats.document import Document
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.steps.example_bank import recorded
from engine.steps.tag_notes import CRASHES_IN_A_ROW
from engine.taggers.registry import TaggerSpec
from engine.taggers.tagger import Tagger
from engine.text.note import text_hash
from engine.workers.worker_process import WorkerProcess


@dataclass(frozen=True, slots=True)
class Setting:
    """A tagger with all its options, and those by which it is told from the others.

    `refused` is why its options do not go together, as a sentence; then it is not run.
    """

    spec: TaggerSpec
    varied: Mapping[str, str]
    refused: str = ""

    def key(self, labels: LabelSet) -> str:
        """Return what names the file of its answers: model, options and label set, hashed."""
        said = [self.spec.id, recorded(self.spec.options), labels.fingerprint]
        return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()[:24]


Start = Callable[[TaggerSpec], Tagger]


def compare_settings(
    settings: Sequence[Setting],
    gold: Sequence[Document],
    labels: LabelSet,
    folder: Path,
    job: Job,
    start: Start = WorkerProcess,
) -> tuple[list[Row], list[Cell]]:
    """Ask each setting for each note of `gold`, and return the figures and the settings that were refused.

    Notes are asked for one at a time, as a person waits for them.  What is answered is kept in
    `folder` at once: after a stop or a crash, only what is missing is asked for, and never a note twice.
    A note that fails is kept as failed; a setting whose tagger cannot be loaded is refused.

    Raises:
        InputError: there are no notes, or two are called the same.
        Cancelled: the job was cancelled; what was answered stays.
        ModelError: no setting could be used; the sentence is that of the first.
        WorkerCrashed: three notes in a row ended the model's process; the others are asked for next time.
    """
    if not gold or len({one.name for one in gold}) < len(gold):
        raise InputError("To compare settings there must be gold notes, each with a name of its own.")
    cells = [
        answers_of(setting, gold, labels, folder, (f"Setting {number} of {len(settings)}", job, start))
        for number, setting in enumerate(settings, start=1)
    ]
    if all(cell.refused for cell in cells):
        raise ModelError(cells[0].refused if cells else "There is no setting to compare.")
    judged = [Judged(one.name, one.text, one.answer or Answer(), Answer()) for one in gold]
    return rows_of(cells, judged, labels), [cell for cell in cells if cell.refused]


def answers_of(
    setting: Setting,
    gold: Sequence[Document],
    labels: LabelSet,
    folder: Path,
    how: tuple[str, Job, Start],
) -> Cell:
    """Return what a setting answers of each note, asking only for what `folder` does not hold.

    `how` is what the job is said to do, the job, and what starts a tagger.
    Raises Cancelled and WorkerCrashed as `compare_settings` does.
    """
    doing, job, start = how
    spec = setting.spec
    cell = Cell(
        spec.title or spec.name,
        setting.varied,
        refused=setting.refused,
        tagger_id=spec.id,
        options=_without_words(recorded(spec.options)),
    )
    if cell.refused:
        return cell
    log = AnswerLog(folder / f"{setting.key(labels)}.jsonl")
    left = [one for one in gold if not log.has(one.name, one.text)]
    done = len(gold) - len(left)
    job.report(doing, done, len(gold))
    if left:
        tagger = start(setting.spec)
        try:
            try:
                list(tagger.tag([], labels, job))  # loads it, so that the first note's time is its own
            except ModelError as error:
                return replace(cell, refused=str(error))
            crashes = 0
            for document in left:
                entry, crashed = _asked(tagger, document, labels, job)
                crashes = crashes + 1 if crashed else 0
                if crashed and crashes == CRASHES_IN_A_ROW:
                    raise WorkerCrashed(entry.failed)
                log.add(entry)
                done += 1
                job.report(doing, done, len(gold))
        finally:
            tagger.close()
    return replace(cell, entries=[log.entries[one.name] for one in gold])


def _without_words(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return `options` as a report shows them: of error rules, which quote notes, their number and hash."""
    rules = options.get("rules")
    if not rules:
        return dict(options)
    sha256 = hashlib.sha256(msgspec.json.encode(rules)).hexdigest()
    return {**options, "rules": {"rules": len(rules), "sha256": sha256}}


def _asked(tagger: Tagger, document: Document, labels: LabelSet, job: Job) -> tuple[Entry, bool]:
    """Return what came of one note, and whether it ended the model's process."""
    before = dict(getattr(tagger, "cost", {}))
    began = time.perf_counter()
    try:
        (said,) = tagger.tag([document.text], labels, job)
    except ModelError as error:
        seconds = time.perf_counter() - began
        failed = Entry(document.name, text_hash(document.text), seconds, failed=str(error))
        return failed, isinstance(error, WorkerCrashed)
    seconds = time.perf_counter() - began
    after = dict(getattr(tagger, "cost", {}))
    return entry_of(document.name, document.text, said, seconds, _less(after, before)), False


def _less(after: Mapping[str, float], before: Mapping[str, float]) -> dict[str, float]:
    """Return what was counted meanwhile; a process that was started anew counts from nothing."""
    anew = any(after.get(name, 0.0) < value for name, value in before.items())
    return {
        name: value if anew or name == "memory" else value - before.get(name, 0.0)
        for name, value in after.items()
    }
