"""Flow: the chunks of a note one below the other; those near the eye laid out, the others estimated."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from desktop.review.chunks import cut, line_breaks
from desktop.review.laid_chunk import LaidChunk
from desktop.review.marks import Marks
from desktop.review.metrics import Metrics
from engine.text.span import Span

KEPT = 400
"""So many laid-out chunks are kept; the one not seen for longest goes first."""


class Flow:
    """Where every character of one text stands, in pixels from the top of the text.

    Heights of chunks never laid out are estimates; `laid` corrects them, so a caller who
    shows a chunk asks for it first and for its top afterwards.
    """

    def __init__(self, text: str, chips: Sequence[Span] = ()) -> None:
        self.text = text
        self._borders = cut(text)
        self._breaks = line_breaks(text, self._borders)
        self._chips = sorted(chips)
        self._chip_starts = [chip.start for chip in self._chips]
        self._laid: OrderedDict[int, LaidChunk] = OrderedDict()
        self._marks: Marks | None = None
        self._metrics: Metrics | None = None
        self._width = 100.0
        count = len(self._borders) - 1
        self._heights = np.zeros(count)
        self._known = np.zeros(count, dtype=bool)
        self._tops: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self._borders) - 1

    @property
    def height(self) -> float:
        """The height of the whole text, as far as it is known."""
        return float(self._offsets()[-1])

    def fit(self, metrics: Metrics, marks: Marks, width: float) -> None:
        """Use these fonts and this width from now on; everything is laid out anew when it is next seen."""
        if metrics is self._metrics and width == self._width and marks is self._marks:
            return
        self._metrics, self._marks, self._width = metrics, marks, width
        self._laid.clear()
        self._known[:] = False
        self._heights[:] = self._estimates()
        self._tops = None

    def show(self, marks: Marks, changed: Iterable[Span]) -> None:
        """Take other marks of the same text; only the chunks in `changed` get their lanes anew."""
        self._marks = marks
        touched: set[int] = set()
        for span in changed:
            touched.update(range(self.chunk_of(span.start), self.chunk_of(max(span.end - 1, span.start)) + 1))
        for chunk in touched:
            if chunk in self._laid:
                self._arrange(self._laid[chunk])
                self._learn(chunk, self._laid[chunk].height)
            else:
                self._known[chunk] = False

    def chunk_of(self, offset: int) -> int:
        """Return the chunk that holds the character at `offset`, the last for the end of the text."""
        return max(0, min(bisect_right(self._borders, offset) - 1, len(self) - 1))

    def chunk_at(self, y: float) -> int:
        """Return the chunk at this height, or the nearest."""
        return max(0, min(int(np.searchsorted(self._offsets(), y, side="right")) - 1, len(self) - 1))

    def top(self, chunk: int) -> float:
        """Return where the chunk begins."""
        return float(self._offsets()[chunk])

    def laid(self, chunk: int) -> LaidChunk:
        """Return the chunk laid out; its height is known from then on."""
        found = self._laid.get(chunk)
        if found is None:
            found = self._lay_out(chunk)
            self._laid[chunk] = found
            while len(self._laid) > KEPT:
                self._laid.popitem(last=False)
            self._learn(chunk, found.height)
        self._laid.move_to_end(chunk)
        return found

    def measure(self, chunk: int) -> None:
        """Learn the height of a chunk without keeping what others may want to see."""
        if chunk not in self._laid:
            laid = self._lay_out(chunk)
            self._learn(chunk, laid.height)
            if len(self._laid) < KEPT:
                self._laid[chunk] = laid
                self._laid.move_to_end(chunk, last=False)
        else:
            self._learn(chunk, self._laid[chunk].height)

    def first_unknown(self, near: int) -> int | None:
        """Return a chunk whose height is only estimated, from `near` on and then from the start, or None."""
        unknown = np.flatnonzero(~self._known)
        if not len(unknown):
            return None
        return int(unknown[bisect_left(unknown, near) % len(unknown)])

    def _lay_out(self, chunk: int) -> LaidChunk:
        metrics, _ = self._fitted()
        start, end = self._borders[chunk], self._borders[chunk + 1]
        first = bisect_left(self._chip_starts, start)
        if first and self._chips[first - 1].end > start:
            first -= 1
        chips = self._chips[first : bisect_left(self._chip_starts, end)]
        laid = LaidChunk(self.text, start, end, metrics, self._width, chips)
        self._arrange(laid)
        return laid

    def _arrange(self, laid: LaidChunk) -> None:
        metrics, marks = self._fitted()
        laid.arrange(marks.overlapping(laid.start, max(laid.end, laid.start + 1)), metrics)

    def _learn(self, chunk: int, height: float) -> None:
        self._known[chunk] = True
        if self._heights[chunk] != height:
            self._heights[chunk] = height
            self._tops = None

    def _estimates(self) -> NDArray[np.float64]:
        """Return heights guessed from the number of characters, breaks and marks."""
        metrics, marks = self._fitted()
        borders, breaks = np.array(self._borders), np.array(self._breaks)
        wrapped = np.diff(borders) * metrics.character / max(self._width, 1.0)
        lines = np.where(wrapped < breaks / 2, breaks + 1, breaks / 2 + 1 + wrapped)
        lanes = np.minimum(marks.counts(borders), lines) * 1.2
        guess: NDArray[np.float64] = lines * (metrics.text_height + metrics.leading) + lanes * metrics.lane
        return guess

    def _fitted(self) -> tuple[Metrics, Marks]:
        if self._metrics is None or self._marks is None:
            raise RuntimeError("`fit` comes first")
        return self._metrics, self._marks

    def _offsets(self) -> NDArray[np.float64]:
        if self._tops is None:
            self._tops = np.concatenate(([0.0], np.cumsum(self._heights)))
        return self._tops
