"""Sub-words: the pieces that a BERT reads, each with its place in the untouched text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError
from engine.text.span import Span

Int32 = NDArray[np.int32]

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Pieces:
    """The sub-words of a text, in order: number in the vocabulary, and where each stands.

    `starts` and `ends` count code points of the text as given and never go backwards.
    """

    ids: Int32
    starts: Int32
    ends: Int32

    def __len__(self) -> int:
        return len(self.ids)

    def inside(self, span: Span) -> tuple[int, int]:
        """Return the half-open range of pieces that start in `span`."""
        first, last = np.searchsorted(self.starts, (span.start, span.end))
        return int(first), int(last)


class SubwordSplitter:
    """A fast tokenizer file, used on raw text: no cutting, no padding, no special marks added.

    Safe to use from several threads.
    """

    def __init__(self, path: Path) -> None:
        """Load the tokenizer file at `path`.

        Raises:
            ModelError: it is not a tokenizer of a BERT.
        """
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises nothing more special for a bad file
            raise ModelError(f"“{path.name}” is not a tokenizer file.") from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        # A note that holds the characters “[SEP]” must not end the model's sentence.
        tokenizer.encode_special_tokens = True
        self._tokenizer = tokenizer
        self.opening, self.closing, self.filling = (self._mark(mark) for mark in ("[CLS]", "[SEP]", "[PAD]"))
        self.hiding = self._mark("[MASK]")

    def _mark(self, mark: str) -> int:
        number = self._tokenizer.token_to_id(mark)
        if number is None:
            raise ModelError(f"The tokenizer lacks the mark {mark}; it is not the tokenizer of a BERT.")
        return int(number)

    def save(self, path: Path) -> None:
        """Write the tokenizer as it is used here: without cutting and padding."""
        self._tokenizer.save(str(path))

    def split(self, text: str) -> Pieces:
        """Return the pieces of `text`; offsets point into `text` as it is, never a normal form of it."""
        # One character for one, so that offsets stay: UTF-8 has no lone surrogates.
        encoding = self._tokenizer.encode(_SURROGATE.sub("\ufffd", text), add_special_tokens=False)
        offsets = np.asarray(encoding.offsets, dtype=np.int32).reshape(-1, 2)
        starts = np.maximum.accumulate(offsets[:, 0]) if len(offsets) else offsets[:, 0]
        ends = np.maximum.accumulate(offsets[:, 1]) if len(offsets) else offsets[:, 1]
        return Pieces(np.asarray(encoding.ids, dtype=np.int32), starts, ends)


def first_pieces(pieces: Pieces, word_starts: Int32, word_ends: Int32) -> Int32:
    """Return for each word the piece whose answer counts for it, or −1 where it has none.

    That is the first piece starting in the word; for a word inside a larger piece (a very
    long run of letters is one unknown piece), that piece.  Words of which the model reads
    nothing (control characters, a lone accent) have none.
    """
    if not len(pieces):
        return np.full(len(word_starts), -1, dtype=np.int32)
    found = np.searchsorted(pieces.starts, word_starts).astype(np.int32)
    here = np.minimum(found, len(pieces) - 1)
    starts_inside = (found < len(pieces)) & (pieces.starts[here] < word_ends)
    before = np.maximum(found - 1, 0)
    covered = (found > 0) & (pieces.ends[before] > word_starts)
    return np.where(starts_inside, here, np.where(covered, before, -1)).astype(np.int32)
