"""Export annotations: what people stand behind becomes files, read back and compared before they appear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.annotation.gold import Gold
from engine.formats.document import Document
from engine.formats.format import WriteOptions
from engine.formats.gold_document import document_of
from engine.formats.loss import Loss
from engine.formats.writing import Written, losses, write_documents
from engine.jobs.job import Job


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written, and how many of its notes are not finished."""

    written: Written
    unfinished: int


def export_losses(notes: Iterable[Gold], options: WriteOptions, job: Job) -> list[Loss]:
    """Return what the format of `options` cannot carry of `notes`, counted, without writing anything.

    Raises:
        ExportError: the format is only read, or needs a label set and has none.
        Cancelled: the job was cancelled.
    """
    return losses(map(document_of, notes), options, job)


def export_annotations(
    notes: Iterable[Gold], target: Path, options: WriteOptions, job: Job, total: int | None = None
) -> ExportReport:
    """Write the annotations of `notes` to `target`, which then holds all files or none of them.

    `target` is a folder; for a format of one file it may name that file.  The notes come one
    by one (`Store.gold` gives them so) and are not kept.

    Raises:
        ExportError: the target cannot be written to, holds such files already, or reading the
            files back gave something else than was meant.
        DiskFull: no room.
        Cancelled: the job was cancelled; nothing was written.
    """
    unfinished = 0

    def documents() -> Iterator[Document]:
        nonlocal unfinished
        for gold in notes:
            unfinished += not gold.finished
            yield document_of(gold)

    written = write_documents(documents(), target, options, job, total)
    return ExportReport(written, unfinished)
