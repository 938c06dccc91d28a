"""XLSX table: notes in the rows of an Excel sheet."""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from engine.errors import FormatError, InputError
from engine.formats.csv_table import refusing
from engine.formats.document import Document
from engine.formats.format import ReadOptions
from engine.formats.problem import Problems, counted
from engine.formats.table import Columns, Row, TableReading, find_columns
from engine.formats.walking import note_name, shown

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_EXCEL_LONGEST = 32_767
_OLD_OR_PROTECTED = b"\xd0\xcf\x11\xe0"


class _Sheet(Protocol):
    """What is needed of openpyxl's sheet, whose own hints do not fit its read-only kind."""

    title: str

    def reset_dimensions(self) -> None: ...

    def iter_rows(self, *, values_only: bool) -> Iterator[tuple[object, ...]]: ...


class XlsxReader:
    """Reads one note per row of a sheet, the first unless another is named."""

    def read(self, files: Sequence[Path], options: ReadOptions, problems: Problems) -> Iterator[Document]:
        """Yield one document per row of each file; see `Reader.read`."""
        for file in files:
            with refusing(shown(file, options.root), problems, alone=len(files) == 1):
                yield from self._documents(file, options, problems)

    def _documents(self, file: Path, options: ReadOptions, problems: Problems) -> Iterator[Document]:
        name = shown(file, options.root)
        book = _opened(file)
        try:
            sheet = _sheet(book, options, name, problems)
            rows = _rows(sheet)
            first = next(rows, None)
            if first is None:
                raise InputError(f"The sheet “{sheet.title}” is empty.")
            columns = find_columns(first.cells, options)
            reading = TableReading(note_name(file, options.root), name, columns, problems)
            yield from reading.documents(_squared(rows, columns, name, problems))
        finally:
            book.close()


def _opened(file: Path) -> Workbook:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with file.open("rb") as raw:
            head = raw.read(len(_OLD_OR_PROTECTED))
        if head == _OLD_OR_PROTECTED:
            raise InputError(
                "This is an Excel file with a password, or one of the old kind. "
                "Save it without a password as .xlsx, or as CSV."
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions, which we do not read
            return load_workbook(file, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError):
        # SyntaxError is what the parser of damaged XML raises (ParseError).
        raise InputError("This is not an Excel file, or it is damaged. Save it anew, or as CSV.") from None
    except OSError:
        raise InputError("The file cannot be opened. Is it open in Excel?") from None


def _sheet(book: Workbook, options: ReadOptions, name: str, problems: Problems) -> _Sheet:
    titles = [sheet.title for sheet in book.worksheets]
    if not titles:
        raise InputError("This Excel file has no sheet.")
    if options.sheet and options.sheet not in titles:
        listed = ", ".join(f"“{title}”" for title in titles)
        raise FormatError(f"There is no sheet “{options.sheet}”. The sheets are: {listed}.")
    wanted = options.sheet or titles[0]
    if not options.sheet and len(titles) > 1:
        problems.note(name, f"Only the first of {len(titles)} sheets, “{wanted}”, was read.")
    return cast("_Sheet", book[wanted])


def _rows(sheet: _Sheet) -> Iterator[Row]:
    # Some programs write a wrong extent of the sheet; without it every row is read.
    sheet.reset_dimensions()
    try:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            values = [_written(cell) for cell in cells]
            if any(values):
                yield Row(number, values)
    except (zipfile.BadZipFile, zlib.error, SyntaxError, EOFError):
        raise InputError(
            f"The sheet “{sheet.title}” is damaged; only the rows before that place were read."
        ) from None


def _squared(rows: Iterator[Row], columns: Columns, name: str, problems: Problems) -> Iterator[Row]:
    """Yield the rows as wide as the heading: Excel leaves out empty cells at the end of a row."""
    width, text = len(columns.heading), columns.text
    beyond = 0
    for row in rows:
        beyond += any(row.cells[width:])
        cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
        if len(cells[text]) == _EXCEL_LONGEST:
            problems.note(
                name,
                "This note is exactly as long as an Excel cell can be; Excel may have cut it.",
                f"row {row.number}",
            )
        yield Row(row.number, cells)
    if beyond:
        problems.note(
            name,
            f"In {counted(beyond, 'row', 'rows')} there are cells right of the last heading; left aside.",
        )


def _written(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        # The format writes control characters, CR among them, as _x000D_.
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ") if cell.time() != dt.time() else cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
