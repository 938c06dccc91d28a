"""Format: what a kind of file is, and what its reader and its writer promise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engine.formats.document import Document
from engine.formats.loss import Losses
from engine.formats.placing import NewFiles
from engine.formats.problem import Problems
from engine.labels.label_set import LabelSet


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read; everything has a sensible default.

    `format` is empty to have it recognised.  `encoding` is empty to have it found out.
    The columns are those of tables; empty ones are recognised by their names.
    With `labels`, labels are brought to that set and what it lacks is left out.
    Names of notes are paths below `root` where it is given.
    """

    format: str = ""
    labels: LabelSet | None = None
    encoding: str = ""
    column: str = ""
    id_column: str = ""
    patient_column: str = ""
    encounter_column: str = ""
    sheet: str = ""
    delimiter: str = ""
    root: Path | None = None


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How to write.

    `only` holds the labels to write (empty: all).  `stem` names the file where a format
    puts all notes into one (``train`` makes ``train.jsonl``); formats that write a file
    per note write one file when it is given, where they can.  `part_characters` bounds
    the pieces into which the chat format cuts long notes.
    """

    format: str = "brat"
    labels: LabelSet | None = None
    overwrite: bool = False
    only: frozenset[str] = frozenset()
    stem: str = ""
    part_characters: int = 6000


class Reader(Protocol):
    """Reads the files of one format."""

    def read(self, files: Sequence[Path], options: ReadOptions, problems: Problems) -> Iterator[Document]:
        """Yield the documents of `files`, in order, offsets checked against the text.

        What cannot be taken is told to `problems`, without note text; the rest goes on.

        Raises:
            FormatError: nothing can be read as asked, such as a column that is not there.
            LabelError: never; labels are brought to a label set elsewhere.
        """
        ...


class Writer(Protocol):
    """Writes documents in one format; made anew for each export.

    `one_file_per_note` tells whether the note's name becomes a file name.
    """

    one_file_per_note: bool

    def __init__(self, options: WriteOptions) -> None: ...

    def carried(self, document: Document, losses: Losses) -> Document:
        """Return what will be read back of `document`, counting into `losses` what will not.

        Reading what was written gives exactly this, ids of tags apart.
        """
        ...

    def add(self, document: Document, original: Document, place: NewFiles) -> None:
        """Write `document`, which `carried` has returned for `original`.

        What is written must read as `document`; the original tells what that has lost already,
        such as the line breaks that end sentences.
        """
        ...

    def finish(self, place: NewFiles) -> None:
        """Write what is written once, after the last document."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """One entry of the registry.

    `suffixes` are recognised when reading and are lower case.  `reads` tells whether notes
    may be imported from it; a format that is only written has a reader too, to check what
    was written.  `many_files` tells whether an export is a folder or one file, and `note_suffix`
    which of the written files hold notes (others stand beside them).
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    reader: str
    writer: str = ""
    reads: bool = True
    many_files: bool = True
    note_suffix: str = ".jsonl"
    hint: str = ""

    @property
    def writes(self) -> bool:
        """Whether annotations may be exported to it."""
        return bool(self.writer)
