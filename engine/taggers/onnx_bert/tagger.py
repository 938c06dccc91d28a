"""Tagger: a multi-head ONNX BERT that proposes entities, modifiers and what joins them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from engine.annotation.said import Answer, answer
from engine.assertion.completing import NoteWords, completed
from engine.assertion.linking import link
from engine.errors import ModelError
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files.manifest import read_manifest
from engine.taggers.onnx_bert.ahead import Ahead, Begun
from engine.taggers.onnx_bert.bio import Floats
from engine.taggers.onnx_bert.proposals import Head, proposals
from engine.taggers.onnx_bert.reading import Int64, Reading, WordAnswers, read
from engine.taggers.onnx_bert.session import Session, gpu_offered, physical_cores
from engine.taggers.onnx_bert.subwords import SubwordSplitter

_PIECES_AT_ONCE = 2048
"""How many sub-words are read on a CPU before the first answer is given out."""

_GPU_BATCH = 8192

_SLOWER = (
    "The 8-bit arithmetic of this computer gave other tags than expected. "
    "The model runs without it, and takes about twice the time."
)
_DIFFERENT = (
    "This model does not give the tags on this computer that it gave where it was made. "
    "Please look at its suggestions with more care."
)


class Options(msgspec.Struct, frozen=True):
    """The manifest's options for this kind of model; unknown ones are left to newer versions."""

    heads: tuple[Head, ...]
    window: int = 128
    batch: int = 1
    """Padded sub-words per batch on the CPU; 1 gives each window a batch of its own.  With 8-bit
    weights the scale of a batch depends on all of it: alone, a note's tags depend on nothing beside it."""
    assertion: bool = True
    """Whether rules complete the modifiers (`engine.assertion.completing`)."""


class OnnxBertTagger:
    """A loaded encoder.  Used from the thread that loaded it."""

    def __init__(self, folder: Path, options: Mapping[str, Any] | None = None) -> None:
        """Load the model in `folder`, and test it on its own sentences.

        `options` of this run override the manifest's; ``threads`` bounds the cores used.  Where the
        self-test fails, the same weights are used without 8-bit arithmetic and `warnings` says so.

        Raises:
            ModelError: a file is missing or unsuitable.
        """
        manifest = read_manifest(folder)
        run = dict(options or {})
        threads = run.pop("threads", None) or physical_cores()
        try:
            self._options = msgspec.convert({**manifest.options, **run}, Options)
        except msgspec.ValidationError as error:
            raise ModelError(
                f"The options of the model “{manifest.title}” are not right: {error}."
            ) from error
        self._manifest = manifest
        self._splitter = SubwordSplitter(manifest.path(folder, "tokenizer"))
        self._session = self._fastest(folder)
        self._ahead = Ahead(threads if self.device == "CPU" else 1)  # a GPU is kept busy by one large batch
        self._warnings: tuple[str, ...] = ()
        self._test(folder)

    @property
    def id(self) -> str:
        """Kind, name and file hash, as written into every run."""
        return f"{self._manifest.kind}/{self._manifest.name}@{self._manifest.sha256[:12]}"

    @property
    def device(self) -> str:
        """Where the model really runs."""
        return self._session.device

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences the user should see about this model on this machine; mostly none."""
        return self._warnings

    def tag(self, texts: Sequence[str], labels: LabelSet, job: Job) -> Iterator[Answer]:
        """Yield one answer per text, in the order of `texts`; all offsets are exact.

        Raises:
            Cancelled: the job was cancelled meanwhile; answers yielded before stay good.
            ModelError: the model could not answer.
        """
        under_way: list[Begun] = []
        try:
            for readings in self._readings(texts, job):
                under_way.append(self._begin(readings, job))
                # While the model is at these, those before are made into answers.
                if len(under_way) > 1:
                    yield from self._answers(under_way.pop(0), labels, job)
            for begun in under_way:
                yield from self._answers(begun, labels, job)
        finally:
            for begun in under_way:
                begun.drop()

    def close(self) -> None:
        """Give back memory; the tagger is not used afterwards."""
        self._ahead.close()
        del self._session

    def _readings(self, texts: Sequence[str], job: Job) -> Iterator[list[Reading]]:
        """Yield `texts` made ready, so many at once as the model needs to be kept busy."""
        enough = _PIECES_AT_ONCE if self.device == "CPU" else _GPU_BATCH
        waiting: list[Reading] = []
        pieces = 0
        for text in texts:
            job.check()
            waiting.append(read(text, self._splitter, self._options.window))
            pieces += len(waiting[-1].pieces)
            if pieces >= enough:
                yield waiting
                waiting, pieces = [], 0
        if waiting:
            yield waiting

    def _fastest(self, folder: Path) -> Session:
        """Return the session for this machine: 8-bit products are a processor's, a GPU has none for them."""
        if "fallback" in self._manifest.files and gpu_offered():
            session = self._load(folder, "fallback")
            if session.device != "CPU":
                return session
        return self._load(folder, "model")

    def _load(self, folder: Path, role: str) -> Session:
        outputs = [head.output for head in self._options.heads]
        return Session(self._manifest.path(folder, role), outputs, threads=1)

    def _test(self, folder: Path) -> None:
        """Compare the tags of the manifest's own sentences with what they were where the model was made."""
        if not self._manifest.self_test or self._passes():
            return
        exact = self._session
        if "fallback" in self._manifest.files:
            self._session = self._load(folder, "fallback")
            if self._passes():
                self._warnings += (_SLOWER,)
                return
        self._session = exact  # the arithmetic was not what differs
        self._warnings += (_DIFFERENT,)

    def _passes(self) -> bool:
        tests = self._manifest.self_test
        readings = [read(test.text, self._splitter, self._options.window) for test in tests]
        answers = self._begin(readings, Job()).answers(self._widths)
        return all(
            {
                (item.hull.start, item.hull.end, item.label)
                for item in proposals(reading, said, self._options.heads)
            }
            == set(test.tags)
            for test, reading, said in zip(tests, readings, answers, strict=True)
        )

    @property
    def _widths(self) -> list[int]:
        return [head.width for head in self._options.heads]

    def _answers(self, begun: Begun, labels: LabelSet, job: Job) -> Iterator[Answer]:
        for reading, said in zip(begun.readings, begun.answers(self._widths), strict=True):
            job.check()
            yield self._answer(reading, said, labels)

    def _begin(self, readings: Sequence[Reading], job: Job) -> Begun:
        session, heads = self._session, self._options.heads

        def run(ids: Int64, mask: Int64) -> list[Floats]:
            job.check()
            both = zip(heads, session.run(ids, mask), strict=True)
            return [head.gathered(one / np.float32(head.temperature)) for head, one in both]

        budget = _GPU_BATCH if self.device != "CPU" else self._options.batch
        return self._ahead.begin(readings, self._splitter, run, budget)

    def _answer(self, reading: Reading, said: WordAnswers, labels: LabelSet) -> Answer:
        items = proposals(reading, said, self._options.heads, labels)
        if self._options.assertion:
            items, relations = completed(
                NoteWords(reading.text, reading.tokens, reading.sentences), items, labels
            )
        else:
            relations = link(items, reading.text, reading.sentences, labels)
        return answer(items, relations).checked(reading.text)
