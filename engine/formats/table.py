"""Table: rows of a spreadsheet or CSV file into documents, one note per row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from engine.errors import FormatError
from engine.formats.characters import REPLACED, cleaned
from engine.formats.document import Document
from engine.formats.format import ReadOptions
from engine.formats.problem import Problems, counted

_TEXT = (
    "note", "text", "note_text", "notetext", "body", "content", "document_text", "report", "report_text",
    "transcription", "narrative", "clinical_note", "notes", "document", "full_text",
)  # fmt: skip
_ID = (
    "id", "note_id", "noteid", "name", "note_name", "document_id", "doc_id", "docid", "document_name", "file",
    "filename", "file_name", "row_id", "report_id", "key",
)  # fmt: skip
_PATIENT = ("patient", "patient_id", "patientid", "subject_id", "subject", "person_id", "pat_id", "pid")
_ENCOUNTER = (
    "encounter", "encounter_id", "encounterid", "visit_id", "visit", "visit_occurrence_id", "hadm_id",
    "stay_id", "admission_id", "case_id",
)  # fmt: skip
_TEXT_ENDINGS = ("_note", "_text", "_notes", "_narrative")
LONGEST_METADATA = 200
"""A longer cell is a text in its own right; nobody screens metadata for identifiers."""
_LONGEST_NOTE = 64 * 1024 * 1024
_LONGEST_HEADING = 60
_SHOWN_HEADINGS = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands in its file, and its cells."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column is what; indices into the heading, None where there is none."""

    heading: tuple[str, ...]
    text: int
    id: int | None
    patient: int | None
    encounter: int | None

    def others(self) -> list[int]:
        """Return the columns that become further metadata."""
        taken = {self.text, self.id, self.patient, self.encounter}
        return [i for i, name in enumerate(self.heading) if i not in taken and name]


def find_columns(heading: Sequence[str], options: ReadOptions) -> Columns:
    """Return which column is what, as the options say or as their names tell.

    Raises:
        FormatError: no column of that name, or none that looks like a note; the message lists
            the columns, unless the first line seems to be a note rather than a heading.
    """
    names = tuple(name.strip() for name in heading)
    text = _named(names, options.column) if options.column else _recognised(names, _TEXT)
    if text is None:
        text = next((i for i, name in enumerate(names) if _plain(name).endswith(_TEXT_ENDINGS)), None)
    if text is None and len(names) == 1 and not _is_prose(names[0]):
        text = 0
    if text is None:
        raise FormatError(
            "No column of this table looks like the note. Name the column that holds the notes. "
            + _listed(names)
        )
    free = tuple("" if i == text else name for i, name in enumerate(names))
    return Columns(
        names,
        text,
        _named(names, options.id_column) if options.id_column else _recognised(free, _ID),
        _named(names, options.patient_column) if options.patient_column else _recognised(free, _PATIENT),
        _named(names, options.encounter_column)
        if options.encounter_column
        else _recognised(free, _ENCOUNTER),
    )


def _plain(name: str) -> str:
    return re.sub(r"[\s\-.]+", "_", name.strip().casefold())


def _recognised(names: Sequence[str], known: Sequence[str]) -> int | None:
    plain = [_plain(name) for name in names]
    return next((plain.index(name) for name in known if name in plain), None)


def _named(names: Sequence[str], wanted: str) -> int:
    if wanted in names:
        return names.index(wanted)
    plain = [_plain(name) for name in names]
    if _plain(wanted) in plain:
        return plain.index(_plain(wanted))
    raise FormatError(f"This table has no column “{wanted}”. {_listed(names)}")


def metadata_key(name: str, options: ReadOptions) -> str:
    """Return the key under which a value called `name` is kept: ours where it names patient or encounter."""
    if name == options.patient_column or (not options.patient_column and _plain(name) in _PATIENT):
        return "patient"
    if name == options.encounter_column or (not options.encounter_column and _plain(name) in _ENCOUNTER):
        return "encounter"
    return name


def _is_prose(name: str) -> bool:
    return len(name) > _LONGEST_HEADING or "\n" in name or "\r" in name


def _listed(names: Sequence[str]) -> str:
    if any(map(_is_prose, names)):
        # The first line may be a note: its words do not belong into a message.
        return f"Its first line has {len(names)} cells and does not look like a heading."
    shown = ", ".join(f"“{name}”" if name else "(no name)" for name in names[:_SHOWN_HEADINGS])
    return f"Its columns are: {shown}{', …' if len(names) > _SHOWN_HEADINGS else ''}."


@dataclass(slots=True)
class TableReading:
    """Rows of one table on their way into documents; tells at the end what was left aside."""

    stem: str
    file: str
    columns: Columns
    problems: Problems
    _long: Counter[int] = field(default_factory=Counter)
    _replaced: int = 0

    def documents(self, rows: Iterable[Row]) -> Iterator[Document]:
        """Yield a document per row that holds a note."""
        for count, row in enumerate(rows, start=1):
            if not any(cell.strip() for cell in row.cells):
                continue
            reason = self._refused(row.cells)
            if reason:
                self.problems.error(self.file, reason, f"row {row.number}")
            else:
                yield self._document(count, row)
        self._tell()

    def _refused(self, cells: Sequence[str]) -> str:
        width, text = len(self.columns.heading), self.columns.text
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            return (
                f"This row has {len(cells)} cells where the heading has {width}; it was left out. "
                "Perhaps a comma or quotation mark in a note is not protected by quotation marks."
            )
        # The last cell of a short row may be a note that an unprotected line break has cut.
        if len(cells) < width and text >= len(cells) - 1:
            return (
                f"This row has {len(cells)} cells where the heading has {width}; it was left out, "
                "since its note may be cut short."
            )
        if not cells[text].strip():
            return "There is no note in this row; it was left out."
        if len(cells[text]) > _LONGEST_NOTE:
            return (
                "The note in this row is longer than 64 million characters; it was left out. "
                "Perhaps a quotation mark is not closed."
            )
        return ""

    def _document(self, count: int, row: Row) -> Document:
        text, replaced = cleaned(row.cells[self.columns.text])
        self._replaced += replaced
        name = self._cell(row, self.columns.id) or f"{self.stem}-{count:04d}"
        return Document(name, text, dict(self._metadata(row)), source=f"{self.file}, row {row.number}")

    def _cell(self, row: Row, column: int | None) -> str:
        if column is None or column >= len(row.cells):
            return ""
        return cleaned(row.cells[column].strip())[0]

    def _metadata(self, row: Row) -> Iterator[tuple[str, str]]:
        for key, column in (("patient", self.columns.patient), ("encounter", self.columns.encounter)):
            value = self._cell(row, column)
            if value:
                yield key, value
        for column in self.columns.others():
            value = self._cell(row, column)
            if len(value) > LONGEST_METADATA or "\n" in value or "\r" in value:
                self._long[column] += 1
            elif value:
                yield self.columns.heading[column], value

    def _tell(self) -> None:
        for column, count in sorted(self._long.items()):
            self.problems.note(
                self.file,
                f"The column “{self.columns.heading[column]}” holds long texts in "
                f"{counted(count, 'row', 'rows')}; they were not kept beside the notes.",
            )
        if self._replaced:
            self.problems.note(self.file, REPLACED.format(counted(self._replaced, "character", "characters")))
