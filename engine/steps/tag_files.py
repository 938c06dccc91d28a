"""Tag files: notes in files become tagged files, without a project."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.annotation.said import Answer
from engine.errors import InputError
from engine.formats.document import Document
from engine.formats.format import ReadOptions, WriteOptions
from engine.formats.problem import Problems
from engine.formats.reading import read_documents
from engine.formats.writing import Written, write_documents
from engine.identifiers.classes import IdentifierClass
from engine.identifiers.masking import mask
from engine.identifiers.screen import screen
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.steps.import_notes import Choice
from engine.steps.tag_notes import Failure, tag_notes
from engine.taggers.tagger import Tagger
from engine.text.note import Note, NoteId


@dataclass(slots=True)
class TagReport:
    """What came of tagging files; filled while it goes on.

    `failed` and `skipped` name notes that are *not* in the output; a note that could not
    be tagged is never written as one without tags.
    """

    found: Counter[str] = field(default_factory=Counter)
    relations: int = 0
    characters: int = 0
    identifiers: Counter[IdentifierClass] = field(default_factory=Counter)
    revealing: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    unplaced: int = 0
    problems: Problems = field(default_factory=Problems)
    written: Written | None = None


def tag_files(
    paths: Sequence[Path],
    target: Path,
    start: Callable[[], Tagger],
    how: TagOptions,
    job: Job,
) -> TagReport:
    """Read the notes of `paths`, tag them, and write them to `target` with their tags.

    Tags that the files bring already are left aside.  The output appears whole or not at
    all, and has been read back and compared.

    Raises:
        InputError: nothing can be read; or identifiers were found and are to be refused.
        ModelError: the tagger cannot be loaded, or is broken.
        ExportError, DiskFull: the output cannot be written.
        Cancelled: the job was cancelled; nothing was written.
    """
    report = TagReport()
    if how.identifiers is Choice.REFUSE:
        _refuse(paths, how, job)
    documents = _tagged(_screened(paths, how, report), start, how.labels, report, job)
    report.written = write_documents(documents, target, how.write, job.unseen())
    return report


@dataclass(frozen=True, slots=True)
class TagOptions:
    """How files are read, screened, tagged and written."""

    labels: LabelSet
    read: ReadOptions
    write: WriteOptions
    identifiers: Choice = Choice.KEEP


def _refuse(paths: Sequence[Path], how: TagOptions, job: Job) -> None:
    documents = job.each("Looking for identifiers", read_documents(paths, how.read, Problems()))
    found = [len(screen(document.text)) for document in documents]
    revealing = sum(map(bool, found))
    if revealing:
        raise InputError(
            f"The screen found something in {revealing:,} of {len(found):,} notes ({sum(found):,} places), "
            "so nothing was tagged. Choose with --identifiers to keep, mask or skip them."
        )


def _screened(paths: Sequence[Path], how: TagOptions, report: TagReport) -> Iterator[Document]:
    for document in read_documents(paths, how.read, report.problems):
        findings = screen(document.text)
        report.identifiers.update(finding.kind for finding in findings)
        report.revealing += bool(findings)
        if findings and how.identifiers is Choice.SKIP:
            report.skipped.append(document.name)
            continue
        text = mask(document.text, findings) if how.identifiers is Choice.MASK else document.text
        yield Document(document.name, text, document.metadata, source=document.source)


def _tagged(
    documents: Iterator[Document],
    start: Callable[[], Tagger],
    labels: LabelSet,
    report: TagReport,
    job: Job,
) -> Iterator[Document]:
    """Yield each document with its answer, in order; those under way wait in a queue of one request."""
    under_way: deque[Document] = deque()

    def notes() -> Iterator[Note]:
        for number, document in enumerate(documents, start=1):
            under_way.append(document)
            yield Note(NoteId(number), document.name, document.text)

    for _, outcome in tag_notes(notes(), start, labels, job):
        document = under_way.popleft()
        if isinstance(outcome, Failure):
            report.failed[document.name] = outcome.cause
            continue
        _count(report, document, outcome)
        yield replace(document, answer=replace(outcome.without_raw(), unplaced=()))


def _count(report: TagReport, document: Document, said: Answer) -> None:
    said.checked(document.text)
    report.found.update(item.label for item in said.items)
    report.relations += len(said.relations)
    report.unplaced += len(said.unplaced)
    report.characters += len(document.text)
