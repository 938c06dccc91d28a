"""CSV table: notes in the rows of a comma-, semicolon- or tab-separated file; read as a stream."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from engine.errors import FormatError, InputError
from engine.formats.document import Document
from engine.formats.format import ReadOptions
from engine.formats.problem import Problems
from engine.formats.table import Row, TableReading, find_columns
from engine.formats.walking import note_name, shown
from engine.text.decoding import decode

_CHUNK = 1 << 20
_DELIMITERS = ",;\t|"
_LONGEST_CELL = 64 * 1024 * 1024 + 1
_NUL = b"\x00"
_WORDS_BEYOND_ASCII = re.compile(rb"[\x20-\x7e]{0,24}[\x80-\xff]+[\x20-\x7e]{0,24}")
_ENOUGH = 1 << 16
_SEPARATOR_LINE = re.compile("sep=(.?)")  # Excel writes its delimiter so into a line of its own
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class CsvReader:
    """Reads one note per row; cells may hold line breaks, which are kept as they are."""

    delimiters = _DELIMITERS

    def read(self, files: Sequence[Path], options: ReadOptions, problems: Problems) -> Iterator[Document]:
        """Yield one document per row of each file; see `Reader.read`."""
        # The limit guards against a quotation mark that is never closed; notes are longer than its default.
        csv.field_size_limit(_LONGEST_CELL)
        for file in files:
            name = shown(file, options.root)
            with refusing(name, problems, alone=len(files) == 1), opened(file, options, problems) as lines:
                yield from self._documents(file, lines, options, problems)

    def _documents(
        self, file: Path, lines: TextIO, options: ReadOptions, problems: Problems
    ) -> Iterator[Document]:
        delimiter = options.delimiter or self._delimiter(lines)
        if len(delimiter) != 1:
            raise FormatError("Columns are parted by one character, such as a comma or a tab.")
        rows = _rows(lines, delimiter)
        first = next((row for row in rows if row.cells and not _SEPARATOR_LINE.fullmatch(row.cells[0])), None)
        if first is None:
            raise InputError("The file is empty.")
        columns = find_columns(first.cells, options)
        reading = TableReading(note_name(file, options.root), shown(file, options.root), columns, problems)
        yield from reading.documents(rows)

    def _delimiter(self, lines: TextIO) -> str:
        """Return the delimiter that cuts the heading into most cells; the first of these where equal."""
        heading = next((line for line in lines if line.strip()), "")
        lines.seek(0)
        said = _SEPARATOR_LINE.fullmatch(heading.strip("\r\n"))
        if said:
            return said[1]
        counts = {mark: len(next(csv.reader([heading], delimiter=mark), [])) for mark in self.delimiters}
        return max(self.delimiters, key=lambda mark: counts[mark])


class TsvReader(CsvReader):
    """Reads the same from files whose cells are parted by tabs."""

    delimiters = "\t"


def _rows(lines: TextIO, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise InputError(
                f"From line {number} on the table cannot be read: a cell is longer than 64 million "
                "characters. Perhaps a quotation mark is not closed. The rows before were read."
            ) from None
        except UnicodeDecodeError:
            raise InputError(
                f"From line {number} on the file does not hold to the encoding that was given. "
                "The rows before were read."
            ) from None
        yield Row(number, cells)


@contextmanager
def refusing(name: str, problems: Problems, *, alone: bool) -> Iterator[None]:
    """Tell `problems` of a file that cannot be read, so that the others are.

    Raises:
        FormatError: the file is the only one, and cannot be read as asked.
    """
    try:
        yield
    except FormatError as failure:
        if alone:
            raise FormatError(f"“{name}”: {failure}") from None
        problems.error(name, str(failure))
    except InputError as failure:
        problems.error(name, str(failure))


@contextmanager
def opened(file: Path, options: ReadOptions, problems: Problems) -> Iterator[TextIO]:
    """Open a file of any length as text, line breaks untouched; the encoding is found out first.

    Raises:
        InputError: it cannot be opened, or is no text.
    """
    # Where the encoding was found out, a stray byte costs a character; where it was given, it refutes it.
    errors = "strict" if options.encoding else "replace"
    try:
        with file.open("rb") as raw:
            encoding = options.encoding or _encoding_of(raw, shown(file, options.root), problems)
        lines = file.open(encoding=encoding, newline="", errors=errors)
    except LookupError:
        raise InputError(f"There is no encoding called “{options.encoding}”.") from None
    except OSError:
        raise InputError("The file cannot be opened. Is it open elsewhere, or protected?") from None
    with lines:
        yield lines


def lines_of(file: TextIO) -> Iterator[str]:
    """Yield the lines of a file that `opened` gave, ended by LF or CR LF alone, without their ends.

    Python ends a line at a lone CR as well, which may stand inside one.
    """
    pending: list[str] = []
    for piece in file:
        if piece.endswith("\n"):
            yield "".join((*pending, piece[:-1])).removesuffix("\r")
            pending.clear()
        else:
            pending.append(piece)
    if pending:
        yield "".join(pending)


def _encoding_of(raw: BinaryIO, name: str, problems: Problems) -> str:
    """Return the encoding of the file: UTF-8 where every byte of it is, else what one part tells."""
    head = raw.read(_CHUNK)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if _NUL in head:
        return _guessed(head, name, problems)
    raw.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(raw):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raw.seek(0)
        return _guessed(_beyond_ascii(raw), name, problems)
    return "utf-8"


def _chunks(raw: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: raw.read(_CHUNK), b"")


def _beyond_ascii(raw: BinaryIO) -> bytes:
    """Return the words with bytes beyond ASCII, wherever they stand in the file: they tell its encoding."""
    found: list[bytes] = []
    size = 0
    for chunk in _chunks(raw):
        for words in _WORDS_BEYOND_ASCII.findall(chunk):
            found.append(words)
            size += len(words)
            if size > _ENOUGH:
                return b" ".join(found)
    return b" ".join(found)


def _guessed(part: bytes, name: str, problems: Problems) -> str:
    decoded = decode(part)
    for sentence in decoded.notes:
        problems.note(name, sentence)
    return decoded.encoding
