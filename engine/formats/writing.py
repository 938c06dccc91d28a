"""Writing: documents into files, all or none, and a second look at what was written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.errors import ExportError, InputError
from engine.formats.document import Document, digest, only_labels
from engine.formats.format import Format, ReadOptions, WriteOptions, Writer
from engine.formats.loss import Loss, Losses, Lost, as_list
from engine.formats.names import Names
from engine.formats.placing import NewFiles
from engine.formats.problem import Problems, Severity, counted
from engine.formats.registry import format_named, reader_of, writer_of
from engine.jobs.job import Job


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the files at their places, how much, and what the format did not carry."""

    target: Path
    files: tuple[Path, ...]
    notes: int
    tags: int
    relations: int
    losses: tuple[Loss, ...]


@dataclass(slots=True)
class Sheaf:
    """Documents on their way into files of one format; counts and remembers, for the second look."""

    form: Format
    options: WriteOptions
    writer: Writer = field(init=False)
    losses: Losses = field(default_factory=Losses)
    notes: int = 0
    tags: int = 0
    relations: int = 0
    _names: Names = field(init=False)
    _expected: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.writer = writer_of(self.form, self.options)
        self._names = Names(for_files=self.writer.one_file_per_note)

    def count(self, document: Document) -> None:
        """Count what the format does not carry of one document, without writing it."""
        self._prepared(document)

    def _prepared(self, document: Document) -> tuple[Document, Document]:
        document = only_labels(document, self.options.only)
        if self.writer.one_file_per_note:
            name = self._names.file_name(document.name)
        else:
            name = self._names.unique(document.name)
        if name != document.name:
            self.losses[Lost.NAME] += 1
            document = replace(document, name=name)
        return document, self.writer.carried(document, self.losses)

    def add(self, document: Document, place: NewFiles) -> None:
        """Write one document."""
        original, carried = self._prepared(document)
        self.writer.add(carried, original, place)
        self._expected[digest(carried)] = carried.name
        self.notes += 1
        self.tags += len(carried.items)
        self.relations += len(carried.relations)

    def compare(self, place: NewFiles, files: list[Path], job: Job) -> None:
        """Read those of `files` (not yet placed) that hold notes, and hold them against what was meant.

        Raises:
            ExportError: something else was read than was meant; the message names notes.
        """
        problems = Problems()
        holding = [file for file in files if file.name.endswith(self.form.note_suffix)]
        options = ReadOptions(root=place.folder)
        documents = reader_of(self.form).read(holding, options, problems) if self.notes else iter(())
        try:
            found = {
                digest(document): document.name
                for document in job.each("Reading the files back", documents, self.notes)
            }
        except InputError as failure:
            raise ExportError(f"The files could not be read back, so none was kept. {failure}") from None
        differing = {
            name
            for key, name in (self._expected | found).items()
            if (key in found) != (key in self._expected)
        }
        if differing or any(problem.severity is not Severity.NOTE for problem in problems):
            raise ExportError(
                "Reading the files back gave something else than was written for "
                f"{counted(max(len(differing), 1), 'note', 'notes')}{_first(sorted(differing))}. "
                "No file was kept. Please report this; JSON lines carry everything."
            )


def losses(documents: Iterable[Document], options: WriteOptions, job: Job | None = None) -> list[Loss]:
    """Return what the format of `options` cannot carry of `documents`, without writing anything.

    Raises:
        ExportError: the format is only read, or lacks something, such as a label set.
    """
    sheaf = Sheaf(format_named(options.format), options)
    for document in (job or Job()).each("Counting", documents):
        sheaf.count(document)
    return as_list(sheaf.losses)


def write_documents(
    documents: Iterable[Document], target: Path, options: WriteOptions, job: Job, total: int | None = None
) -> Written:
    """Write `documents` to `target`, read them back, compare, and only then put the files in place.

    `target` is a folder; for formats of one file it may name that file.  Whatever fails, or a
    cancelled job, leaves the target as it was.

    Raises:
        ExportError: the target cannot be written to, holds such files already, or the
            comparison failed.
        DiskFull: no room.
        Cancelled: the job was cancelled.
    """
    form = format_named(options.format)
    folder, options = _target(target, form, options)
    sheaf = Sheaf(form, options)
    with NewFiles(folder, overwrite=options.overwrite) as place:
        for document in job.each("Writing", documents, total):
            sheaf.add(document, place)
        sheaf.writer.finish(place)
        sheaf.compare(place, place.written, job)
        files = place.place()
    return Written(
        target, tuple(files), sheaf.notes, sheaf.tags, sheaf.relations, tuple(as_list(sheaf.losses))
    )


def _target(target: Path, form: Format, options: WriteOptions) -> tuple[Path, WriteOptions]:
    """Return the folder to write into, and the options with the stem that `target` may name."""
    if form.many_files or target.suffix.lower() != form.note_suffix or target.is_dir():
        return target, options
    return target.parent, replace(options, stem=options.stem or target.stem)


def _first(names: list[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:3])
    return f" ({shown}{', …' if len(names) > 3 else ''})" if shown else ""  # noqa: PLR2004 - three will do
