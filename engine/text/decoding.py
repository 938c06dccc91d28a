"""Decoding: the bytes of a file as a text, and what had to be done for it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from engine.errors import InputError

_MEGABYTE = 1024 * 1024
LARGEST_BYTES = 64 * _MEGABYTE
"""The largest file that is taken as one text."""

_REPLACEMENT = "\ufffd"
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN = re.compile("[\x00-\x7f\ufffd]+")
_ASCII = bytes(range(0x80))
_NO_LETTERS = bytes(one for one in range(0x100) if not chr(one).isascii() or not chr(one).isalpha())
_FIRST_LATIN1 = 0xA0
_NOT_CP1252 = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")

# UTF-32 first: its little-endian mark begins with that of UTF-16.
# (mark, codec of what follows it, codec of the whole file)
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP file or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "a Rich Text file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\xfd7zXZ", "a compressed file"),
    (b"SQLite format 3\x00", "a database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"GGUF", "a language model"),
)

_SAMPLE_BYTES = 4096
_GUESS_BYTES = 256 * 1024
_FEW_CONTROLS = 8
_MOST_CONTROL_SHARE = 0.02
"""More control characters than both of these, and the bytes are no text."""
_UTF16_ZERO_SHARE = 0.3
"""So many of every other byte are zero when Western text is written as UTF-16."""
_FOREIGN_LETTERS = 8
_FOREIGN_SHARE = 0.3
"""So much beyond ASCII is no English, German or French with signs; it may be Russian or Greek."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text as its file held it; line ends, tabs and blanks are untouched.

    `encoding` is a codec that Python knows and that reads the whole file, mark included.
    `replaced` counts the characters that cannot be kept (NUL, lone surrogates, bytes without
    a meaning) and are U+FFFD now.  `notes` are sentences the user should see; mostly none.
    """

    text: str = field(repr=False)
    encoding: str
    replaced: int = 0
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Raw:
    """A text before it is cleaned."""

    text: str
    encoding: str
    lost: int = 0
    notes: list[str] = field(default_factory=list)


def decode(raw: bytes) -> Decoded:
    """Return the text that `raw` holds: by its mark, else UTF-8, UTF-16, or a guess that is named.

    Raises:
        InputError: empty, larger than `LARGEST_BYTES`, or not a text at all.
    """
    if len(raw) > LARGEST_BYTES:
        raise InputError(
            f"The file is too large for a note: {len(raw) // _MEGABYTE} MB, and at most "
            f"{LARGEST_BYTES // _MEGABYTE} MB can be read."
        )
    for signature, what in _SIGNATURES:
        if raw.startswith(signature):
            raise InputError(f"This is not a text file; it is {what}.")
    return _cleaned(_marked(raw) or _unmarked(raw))


def clean(text: str) -> Decoded:
    """Return `text`, which its source has decoded already, without what cannot be kept.

    Raises:
        InputError: it is empty, or too large for a note.
    """
    if len(text) > LARGEST_BYTES:
        raise InputError(f"The text is too large for a note: {len(text):,} characters.")
    return _cleaned(_Raw(text.removeprefix("\ufeff"), "utf-8"))


def _marked(raw: bytes) -> _Raw | None:
    for mark, codec, name in _MARKS:
        if raw.startswith(mark):
            return _forgiving(raw[len(mark) :], codec, name)
    return None


def _unmarked(raw: bytes) -> _Raw:
    wide = _utf16(raw[:_SAMPLE_BYTES]) if len(raw) % 2 == 0 else None
    if wide is not None:
        read = _forgiving(raw, wide, wide)
        read.notes.append("The file was read as UTF-16, although it has no mark that says so.")
        return read
    try:
        return _Raw(raw.decode("utf-8", "surrogatepass"), "utf-8")
    except UnicodeDecodeError:
        pass
    text = raw.decode("utf-8", "replace")
    faulty = text.count(_REPLACEMENT)
    if len(_PLAIN.sub("", text)) >= faulty:  # most of what is not ASCII is sound UTF-8
        return _Raw(text, "utf-8", faulty)
    _refuse_binary(raw[:_GUESS_BYTES].decode("latin-1"))
    codec, name = _guess(raw)
    read = _forgiving(raw, codec, codec)
    read.notes.append(f"The file does not say how it is encoded; it was read as {name}.")
    return read


def _forgiving(raw: bytes, codec: str, name: str) -> _Raw:
    """Return `raw` in `codec`; what has no meaning there (half a character at the end) is replaced."""
    try:
        return _Raw(raw.decode(codec, "surrogatepass"), name)
    except UnicodeDecodeError:
        text = raw.decode(codec, "replace")
        return _Raw(text, name, text.count(_REPLACEMENT))


def _utf16(sample: bytes) -> str | None:
    """Return the UTF-16 codec in which Western text without a mark shows itself to be, or None."""
    even, odd = sample[0::2], sample[1::2]
    if len(odd) <= 1:
        return None
    zeros_even, zeros_odd = even.count(0) / len(even), odd.count(0) / len(odd)
    if zeros_odd > _UTF16_ZERO_SHARE and zeros_even < zeros_odd / 10:
        return "utf-16-le"
    if zeros_even > _UTF16_ZERO_SHARE and zeros_odd < zeros_even / 10:
        return "utf-16-be"
    return None


def _guess(raw: bytes) -> tuple[str, str]:
    """Return (codec, name for a person) of a text that is neither UTF-8 nor UTF-16."""
    high = raw.translate(None, _ASCII)
    letters = len(raw.translate(None, _NO_LETTERS)) + len(high)
    if len(high) < max(_FOREIGN_LETTERS, _FOREIGN_SHARE * letters):
        return _western(set(high))
    from charset_normalizer import from_bytes

    best = from_bytes(raw[:_GUESS_BYTES]).best()
    if best is None:
        return _western(set(high))
    return best.encoding, best.encoding.replace("_", "-")


def _western(high: set[int]) -> tuple[str, str]:
    """Return Windows-1252 where its quotes and dashes are used and nothing that it lacks, else Latin-1."""
    quotes = any(one < _FIRST_LATIN1 for one in high)
    return ("cp1252", "Windows-1252") if quotes and not high & _NOT_CP1252 else ("latin-1", "Latin-1")


def _refuse_binary(text: str) -> None:
    controls = len(_CONTROL.findall(text))
    if controls > _FEW_CONTROLS and controls > _MOST_CONTROL_SHARE * len(text):
        raise InputError("This is not a text file.")


def _cleaned(read: _Raw) -> Decoded:
    """Return the text without what cannot be kept.

    Raises:
        InputError: nothing is left, or too much of it was no text.
    """
    text = read.text
    _refuse_binary(text[:_GUESS_BYTES])
    if _SURROGATE.search(text):  # two halves that belong together become one character again
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    text, halves = _SURROGATE.subn(_REPLACEMENT, text)
    replaced = read.lost + halves + text.count("\0")
    text = text.replace("\0", _REPLACEMENT)
    if not text.strip():
        raise InputError("The file is empty.")
    notes = list(read.notes)
    if replaced:
        notes.append(
            "One character that no note can hold was replaced by “�”."
            if replaced == 1
            else f"{replaced:,} characters that no note can hold were replaced by “�”."
        )
    return Decoded(text, read.encoding, replaced, tuple(notes))
