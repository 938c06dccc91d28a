"""Encoding: annotated notes as windows of sub-words with one target (see `tag_choices`) per word and head."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.taggers.onnx_bert.reading import Reading, WindowOfNote, padded, read
from engine.taggers.onnx_bert.subwords import SubwordSplitter
from engine.taggers.onnx_bert.windows import MARKS, packed, sentence_ranges
from engine.text.span import Span
from engine.training.corpora import CorpusNote
from engine.training.tag_choices import IGNORED, TagChoices, WordMark

Int64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Example:
    """A note ready to be learned from: `targets[h][p]` is what head `h` should say at piece `p`."""

    note: CorpusNote
    reading: Reading
    targets: tuple[Int64, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded windows: numbers of pieces, mask, and for each head the targets, all windows × pieces."""

    ids: Int64
    mask: Int64
    targets: tuple[Int64, ...]


def encode(note: CorpusNote, splitter: SubwordSplitter, window: int, heads: Sequence[TagChoices]) -> Example:
    """Return `note` with one target per word for each head."""
    reading = read(note.text, splitter, window)
    return Example(note, reading, tuple(_targets(reading, note, head) for head in heads))


def _targets(reading: Reading, note: CorpusNote, head: TagChoices) -> Int64:
    marks: list[WordMark] = []
    for mark in note.marks:
        words = reading.tokens.covering(Span(mark.start, mark.end))
        if words is not None:
            marks.append((*words, mark))
    tags = head.targets(len(reading.tokens), marks, note.says)
    targets = np.full(len(reading.pieces), IGNORED, dtype=np.int64)
    read_words = reading.first >= 0
    targets[reading.first[read_words]] = tags[read_words]
    return targets


def lost_marks(example: Example, head: TagChoices) -> int:
    """Return how many marks of a fully marked note its targets cannot say (they share words)."""
    wanted = sum(1 for mark in example.note.marks if mark.label in head.labels)
    words = _targets(example.reading, example.note, head)
    return wanted - int(((words > 0) & (words % 2 == 1)).sum())


@dataclass(frozen=True, slots=True)
class Serving:
    """How windows are served: how many sub-words in one and in a batch, how many of them hidden.

    `hidden` is the share of sub-words that are shown as a mask, so that their neighbours must tell.
    """

    splitter: SubwordSplitter
    window: int
    batch: int
    hidden: float = 0.0


def training_batches(examples: Sequence[Example], serving: Serving, seed: int) -> list[Batch]:
    """Return all windows of `examples`, in batches of at most `serving.batch` padded pieces, in random order.

    How many sentences stand in a window is drawn anew for each note (a quarter of a window to all
    of it), so that no epoch shows the same neighbours.  The same seed gives the same batches.
    """
    chance = random.Random(seed)  # noqa: S311  it must be repeatable, not secret
    windows: list[WindowOfNote] = []
    most = serving.window - MARKS
    for number, example in enumerate(examples):
        ranges = sentence_ranges(example.reading.pieces, example.reading.sentences, most)
        limit = chance.choice((most // 4, most // 2, 3 * most // 4, most, most))
        windows += [WindowOfNote(number, one) for one in packed(ranges, limit)]
    windows.sort(key=lambda one: len(one) + chance.random() * serving.window / 8)
    groups: list[list[WindowOfNote]] = [[]]
    for one in windows:
        longest = max([len(one), *map(len, groups[-1])])
        if groups[-1] and longest * (len(groups[-1]) + 1) > serving.batch:
            groups.append([])
        groups[-1].append(one)
    chance.shuffle(groups)
    dice = np.random.default_rng(seed)
    return [_batch(group, examples, serving, dice) for group in groups if group]


def _batch(
    group: Sequence[WindowOfNote], examples: Sequence[Example], serving: Serving, dice: np.random.Generator
) -> Batch:
    ids, mask = padded(group, [example.reading for example in examples], serving.splitter)
    targets = tuple(np.full(ids.shape, IGNORED, dtype=np.int64) for _ in examples[0].targets)
    for row, one in enumerate(group):
        first, last = one.pieces
        end = last - first + 1
        hidden = dice.random(end - 1) < serving.hidden
        ids[row, 1:end][hidden] = serving.splitter.hiding
        for target, whole in zip(targets, examples[one.note].targets, strict=True):
            target[row, 1:end] = whole[first:last]
    return Batch(ids, mask, targets)
