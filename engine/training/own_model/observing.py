"""Observing: what a model made elsewhere says of texts, and how it opens its spans."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from engine.annotation.said import LabelledSpan
from engine.jobs.job import Job
from engine.taggers.onnx_bert.bio import Floats
from engine.taggers.onnx_bert.proposals import Head, proposals
from engine.taggers.onnx_bert.reading import Int64, Run, WordAnswers, batches, padded, read, word_answers
from engine.taggers.onnx_bert.session import Session
from engine.taggers.onnx_bert.subwords import SubwordSplitter
from engine.training.own_model.tag_scheme import Scheme, TagScheme

_CLEARLY_MORE = 2
"""So many times as often spans must open in the older way before a model is taken for one of IOB."""


class Observed:
    """One ONNX file that is asked about the same texts as others.  Used from one thread."""

    def __init__(
        self, path: Path, splitter: SubwordSplitter, window: int, output: str, texts: Sequence[str]
    ) -> None:
        """Load the file at `path`.

        Raises:
            ModelError: it cannot be loaded, or has no such output.
        """
        self._session = Session(path, [output])
        self._splitter = splitter
        self._output = output
        self._window = window
        self._texts = texts
        self._readings = [read(text, splitter, window) for text in texts]

    def of(self, path: Path) -> Observed:
        """Return another file that is asked about the same texts in the same way."""
        return Observed(path, self._splitter, self._window, self._output, self._texts)

    def said(self, head: Head, job: Job) -> list[list[LabelledSpan]]:
        """Return the spans that the model says of each text, in order.

        Raises:
            Cancelled: the job was cancelled meanwhile.
            ModelError: the runtime failed.
        """

        def run(ids: Int64, mask: Int64) -> list[Floats]:
            job.check()
            return [head.gathered(one) for one in self._session.run(ids, mask)]

        both = zip(self._readings, self._asked(head.width, run), strict=True)
        return [proposals(reading, answer, [head]) for reading, answer in both]

    def columns(self, width: int, job: Job) -> list[Floats]:
        """Return for each text the log-probabilities of the model's own `width` columns, word by word.

        Raises:
            Cancelled: the job was cancelled meanwhile.
            ModelError: the runtime failed.
        """

        def run(ids: Int64, mask: Int64) -> list[Floats]:
            job.check()
            return self._session.run(ids, mask)

        return [answer.heads[0] for answer in self._asked(width, run)]

    def inputs(self, most: int) -> list[tuple[Int64, Int64]]:
        """Return the first batches that the model is given, at most so many: sub-words and mask."""
        some = islice(batches(self._readings, self._window), most)
        return [padded(batch, self._readings, self._splitter) for batch in some]

    def _asked(self, width: int, run: Run) -> list[WordAnswers]:
        return word_answers(self._readings, self._splitter, [width], run, budget=1)


def opens_by_continuing(scheme: TagScheme, words: Sequence[Floats]) -> bool:
    """Whether a model with the tags of IOB2 says the older IOB, in which spans mostly open by I- tags.

    `words` are the log-probabilities of its columns for the words of each text.
    """
    if scheme.scheme is not Scheme.IOB2:
        return False
    type_of = np.zeros(scheme.width, dtype=np.int64)
    continues = np.zeros(scheme.width, dtype=bool)
    for number, name in enumerate(scheme.types, start=1):
        type_of[[*scheme.opening[name], *scheme.continuing[name]]] = number
        continues[[*scheme.continuing[name]]] = True
    opened = continued = 0
    for one in words:
        best = one.argmax(axis=-1)
        types = type_of[best]
        before = np.zeros_like(types)
        before[1:] = types[:-1]
        first = (types > 0) & (types != before)
        continued += int((first & continues[best]).sum())
        opened += int((first & ~continues[best]).sum())
    return continued > _CLEARLY_MORE * opened
