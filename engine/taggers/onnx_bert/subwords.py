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
_SPACE = re.compile(r"\s")

_MARKS = (("[CLS]", "[SEP]", "[PAD]", "[MASK]"), ("<s>", "</s>", "<pad>", "<mask>"))
"""What opens, closes, fills and hides: in a BERT, in a RoBERTa."""


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
        from tokenizers.processors import ByteLevel

        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises nothing more special for a bad file
            raise ModelError(f"“{path.name}” is not a tokenizer file.") from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        # A note that holds the characters “[SEP]” must not end the model's sentence.
        tokenizer.encode_special_tokens = True
        self._tokenizer = tokenizer
        self._spaced = type(tokenizer.model).__name__ != "WordPiece"
        if self._spaced:
            # Its own way to leave out spaces gives a piece that is nothing but a space the place of a word.
            tokenizer.post_processor = ByteLevel(trim_offsets=False)
        self.opening, self.closing, self.filling, self.hiding = self._marks()

    def _marks(self) -> tuple[int, int, int, int]:
        for marks in _MARKS:
            opening, closing, filling, hiding = map(self._tokenizer.token_to_id, marks)
            if opening is not None and closing is not None and filling is not None:
                return opening, closing, filling, filling if hiding is None else hiding
        raise ModelError(
            "The tokenizer lacks the mark [CLS], [SEP] or [PAD], or <s>, </s> or <pad>; "
            "it is not the tokenizer of a BERT or a RoBERTa."
        )

    def save(self, path: Path) -> None:
        """Write the tokenizer as it is used here: without cutting and padding."""
        self._tokenizer.save(str(path))

    def split(self, text: str) -> Pieces:
        """Return the pieces of `text`; offsets point into `text` as it is, never a normal form of it."""
        # One character for one, so that offsets stay: UTF-8 has no lone surrogates.
        said = _SURROGATE.sub("\ufffd", text)
        if self._spaced:
            # These learn a word together with the blank before it: after a line break it is another word.
            said = _SPACE.sub(" ", said)
        encoding = self._tokenizer.encode(said, add_special_tokens=False)
        offsets = np.asarray(encoding.offsets, dtype=np.int32).reshape(-1, 2)
        if self._spaced and len(offsets):
            offsets = _without_space(offsets, said)
        starts = np.maximum.accumulate(offsets[:, 0]) if len(offsets) else offsets[:, 0]
        ends = np.maximum.accumulate(offsets[:, 1]) if len(offsets) else offsets[:, 1]
        return Pieces(np.asarray(encoding.ids, dtype=np.int32), starts, ends)


def _without_space(offsets: Int32, text: str) -> Int32:
    """Return `offsets` (pieces × 2) that begin after a piece's leading space; pieces of space alone stay."""
    place = np.arange(len(text) + 1)
    space = np.fromiter((*map(str.isspace, text), False), dtype=bool, count=len(text) + 1)
    following = np.minimum.accumulate(np.where(space, len(text), place)[::-1])[::-1]
    starts = following[offsets[:, 0]]
    return np.stack([np.where(starts < offsets[:, 1], starts, offsets[:, 0]), offsets[:, 1]], axis=1)


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
