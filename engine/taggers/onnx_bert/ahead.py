"""Ahead: the model reads windows on all cores while words are split before it and tags are made behind it.

On a CPU each window is a batch of its own, and small: several threads that read a window each keep
the cores busier than one window divided among them, and give the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from engine.taggers.onnx_bert.bio import Floats
from engine.taggers.onnx_bert.reading import (
    Reading,
    Run,
    WindowOfNote,
    WordAnswers,
    batches,
    gathered,
    padded,
)
from engine.taggers.onnx_bert.subwords import SubwordSplitter


class Begun:
    """Readings that the model is at, or will soon be."""

    def __init__(
        self,
        readings: Sequence[Reading],
        begun: Sequence[tuple[list[WindowOfNote], Future[Sequence[Floats]]]],
    ) -> None:
        self.readings = readings
        self._begun = begun

    def answers(self, widths: Sequence[int]) -> list[WordAnswers]:
        """Wait, and return what is said of each word of each reading; raises what `run` raised."""
        try:
            return gathered(self.readings, widths, ((batch, said.result()) for batch, said in self._begun))
        finally:
            self.drop()

    def drop(self) -> None:
        """Let the model leave out what it has not begun."""
        for _, said in self._begun:
            said.cancel()


class Ahead:
    """So many threads that a model is run on.  Used from one thread; `run` is called from any of them."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reading")

    def begin(self, readings: Sequence[Reading], splitter: SubwordSplitter, run: Run, budget: int) -> Begun:
        """Return at once; batches of at most `budget` padded pieces are run in turn."""
        begun = [
            (batch, self._pool.submit(run, *padded(batch, readings, splitter)))
            for batch in batches(readings, budget)
        ]
        return Begun(readings, begun)

    def close(self) -> None:
        """End the threads once each has read its window."""
        self._pool.shutdown(wait=True, cancel_futures=True)
