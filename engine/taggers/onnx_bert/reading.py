"""Reading: one note made ready for the model, and the model's answers gathered by word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.taggers.onnx_bert.bio import Floats, log_softmax
from engine.taggers.onnx_bert.subwords import Int32, Pieces, SubwordSplitter, first_pieces
from engine.taggers.onnx_bert.windows import MARKS, Range, packed, sentence_ranges
from engine.text.sentence import sentences
from engine.text.span import Span
from engine.text.token import Tokens, tokenize

Int64 = NDArray[np.int64]

Run = Callable[[Int64, Int64], Sequence[Floats]]
"""A model: numbers of pieces and mask (windows × pieces) in, one array of logits per head out."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A note's words, sentences and sub-words, and the windows in which the model reads them.

    `first[w]` is the piece whose answer counts for word `w`, or −1.
    """

    text: str = field(repr=False)
    tokens: Tokens
    sentences: tuple[Span, ...]
    pieces: Pieces
    first: Int32
    windows: tuple[Range, ...]


def read(text: str, splitter: SubwordSplitter, window: int) -> Reading:
    """Return `text` made ready for a model that reads `window` sub-words at once, both marks included."""
    tokens = tokenize(text)
    parts = tuple(sentences(text, tokens))
    pieces = splitter.split(text)
    first = first_pieces(pieces, tokens.starts, tokens.ends)
    limit = window - MARKS
    windows = packed(sentence_ranges(pieces, parts, limit), limit)
    return Reading(text, tokens, parts, pieces, first, tuple(windows))


@dataclass(frozen=True, slots=True)
class WindowOfNote:
    """One window: of which reading (by number), and which of its pieces."""

    note: int
    pieces: Range

    def __len__(self) -> int:
        return self.pieces[1] - self.pieces[0] + MARKS


def batches(readings: Sequence[Reading], budget: int) -> Iterator[list[WindowOfNote]]:
    """Yield all windows of `readings`, longest first, in batches of at most `budget` padded pieces.

    A batch holds at least one window.  Windows of like length stand together, so that little is padded.
    """
    windows = [WindowOfNote(note, one) for note, reading in enumerate(readings) for one in reading.windows]
    windows.sort(key=len, reverse=True)
    at = 0
    while at < len(windows):
        count = max(1, budget // len(windows[at]))
        yield windows[at : at + count]
        at += count


def padded(
    batch: Sequence[WindowOfNote], readings: Sequence[Reading], splitter: SubwordSplitter
) -> tuple[Int64, Int64]:
    """Return the numbers of the pieces of `batch` and the mask of those that count, both windows × pieces."""
    width = max(map(len, batch))
    ids = np.full((len(batch), width), splitter.filling, dtype=np.int64)
    mask = np.zeros((len(batch), width), dtype=np.int64)
    for row, window in enumerate(batch):
        first, last = window.pieces
        end = last - first + 1
        ids[row, 0] = splitter.opening
        ids[row, 1:end] = readings[window.note].pieces.ids[first:last]
        ids[row, end] = splitter.closing
        mask[row, : end + 1] = 1
    return ids, mask


class WordAnswers:
    """What each head says of each word of one note, gathered window by window as log-probabilities."""

    def __init__(self, reading: Reading, widths: Sequence[int]) -> None:
        self.words = np.flatnonzero(reading.first >= 0)
        self._pieces = reading.first[self.words]
        self.heads = [np.zeros((len(self.words), width), dtype=np.float32) for width in widths]

    def take(self, window: WindowOfNote, row: int, logits: Sequence[Floats]) -> None:
        """Keep what row `row` of a batch's outputs says of the words that begin in `window`."""
        first, last = window.pieces
        start, end = np.searchsorted(self._pieces, (first, last))
        places = self._pieces[start:end] - first + 1
        for head, said in zip(self.heads, logits, strict=True):
            head[start:end] = log_softmax(said[row, places])


def word_answers(
    readings: Sequence[Reading], splitter: SubwordSplitter, widths: Sequence[int], run: Run, budget: int
) -> list[WordAnswers]:
    """Return what a model says of each word of each reading; `run` is called batch by batch.

    `widths` are the numbers of tags of the model's heads, in the order of its outputs.
    """
    said = ((batch, run(*padded(batch, readings, splitter))) for batch in batches(readings, budget))
    return gathered(readings, widths, said)


def gathered(
    readings: Sequence[Reading],
    widths: Sequence[int],
    said: Iterable[tuple[Sequence[WindowOfNote], Sequence[Floats]]],
) -> list[WordAnswers]:
    """Return what was said, batch by batch, of each word of each reading."""
    found = [WordAnswers(reading, widths) for reading in readings]
    for batch, outputs in said:
        for row, window in enumerate(batch):
            found[window.note].take(window, row, outputs)
    return found
