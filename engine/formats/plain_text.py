"""Plain text: one note per file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.errors import InputError
from engine.formats.characters import REPLACED, cleaned
from engine.formats.document import Document
from engine.formats.format import ReadOptions
from engine.formats.problem import Problems, counted
from engine.formats.walking import note_name, shown
from engine.text.decoding import LARGEST_BYTES, decode


class PlainTextReader:
    """Reads files whose whole content is one note."""

    def read(self, files: Sequence[Path], options: ReadOptions, problems: Problems) -> Iterator[Document]:
        """Yield one document per file that can be read; see `Reader.read`."""
        for file in files:
            text = read_text(file, options, problems)
            if text is not None:
                yield Document(note_name(file, options.root), text, source=shown(file, options.root))


def read_text(file: Path, options: ReadOptions, problems: Problems) -> str | None:
    """Return the text of `file` exactly as it stands there, or None after telling `problems` why not."""
    name = shown(file, options.root)
    raw = _bytes(file, name, problems)
    if raw is None:
        return None
    if options.encoding:
        return _in_encoding(raw, options.encoding, name, problems)
    try:
        decoded = decode(raw)
    except InputError as failure:
        problems.error(name, str(failure))
        return None
    for sentence in decoded.notes:
        problems.note(name, sentence)
    return decoded.text


def _bytes(file: Path, name: str, problems: Problems) -> bytes | None:
    try:
        if file.stat().st_size <= LARGEST_BYTES:
            return file.read_bytes()
    except OSError:
        problems.error(name, "The file cannot be opened. Is it open elsewhere, or protected?")
    else:
        problems.error(
            name, "The file is larger than 64 MB. A note is a page or a few; split the file first."
        )
    return None


def _in_encoding(raw: bytes, encoding: str, name: str, problems: Problems) -> str | None:
    try:
        text, replaced = cleaned(raw.decode(encoding).removeprefix("\ufeff"))
    except LookupError:
        problems.error(name, f"There is no encoding called “{encoding}”.")
        return None
    except UnicodeDecodeError as failure:
        problems.error(
            name, f"The file is not in the encoding {encoding}: byte {failure.start} does not fit."
        )
        return None
    if not text.strip():
        problems.error(name, "The file is empty.")
        return None
    if replaced:
        problems.note(name, REPLACED.format(counted(replaced, "character", "characters")))
    return text
