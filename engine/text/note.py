"""Note: one document, whose text is final."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NewType

NoteId = NewType("NoteId", int)


def text_hash(text: str) -> str:
    """Return the SHA-256 of the UTF-8 of `text`, as 64 hexadecimal digits.

    Raises:
        UnicodeEncodeError: the text holds a lone surrogate; `engine.text.decoding`
            replaces those before a text becomes a note.
    """
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Note:
    """One document.  Spans are offsets into `text`, which never changes.

    `name` is unique in its project (a file name without suffix, a row's id).
    `metadata` holds what the source said about the note; the keys `patient` and
    `encounter` have a meaning for us (splits go by patient), all others are kept.
    """

    id: NoteId
    name: str
    text: str = field(repr=False)
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def sha256(self) -> str:
        """The SHA-256 of the text's UTF-8, in hexadecimal."""
        return text_hash(self.text)
