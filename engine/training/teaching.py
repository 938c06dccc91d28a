"""Teaching: what a model says of texts without marks, as targets for the same model further trained.

Each word's target is the probability of every tag, not the best tag alone, and the student sees some
sub-words hidden that the teacher saw (self-training with a noisy student, Xie and others, CVPR 2020).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.taggers.onnx_bert.bio import Floats
from engine.taggers.onnx_bert.reading import Reading, Run, WordAnswers, read, word_answers
from engine.training.corpora import CorpusNote
from engine.training.dev_figures import Reader
from engine.training.encoding import Example, Int64
from engine.training.tag_choices import IGNORED

TAUGHT = 1 << 20
"""Targets from this one on are rows of what a teacher said; those below are sets of tags."""

_NOTES_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Lessons:
    """Examples by corpus, and for each head the rows that their targets name: probabilities, rows × tags."""

    examples: dict[str, list[Example]]
    rows: tuple[Floats, ...]


def lessons(corpora: Mapping[str, Sequence[CorpusNote]], reader: Reader, run: Run) -> Lessons:
    """Return what the model `run` says of each word of the notes, whatever marks they have."""
    widths = [head.width for head in reader.heads]
    rows: list[list[Floats]] = [[np.zeros((0, width), dtype=np.float32)] for width in widths]
    examples: dict[str, list[Example]] = {}
    first = TAUGHT
    for name, notes in corpora.items():
        examples[name] = []
        for at in range(0, len(notes), _NOTES_AT_ONCE):
            some = notes[at : at + _NOTES_AT_ONCE]
            readings = [read(note.text, reader.splitter, reader.window) for note in some]
            answers = word_answers(readings, reader.splitter, widths, run, reader.batch)
            for note, reading, answer in zip(some, readings, answers, strict=True):
                target = _targets(reading, answer, first)
                first += len(answer.words)
                examples[name].append(Example(note, reading, (target,) * len(widths)))
                for kept, said in zip(rows, answer.heads, strict=True):
                    kept.append(np.exp(said))
    return Lessons(examples, tuple(np.concatenate(kept) for kept in rows))


def _targets(reading: Reading, answer: WordAnswers, first: int) -> Int64:
    targets = np.full(len(reading.pieces), IGNORED, dtype=np.int64)
    targets[reading.first[answer.words]] = first + np.arange(len(answer.words))
    return targets
