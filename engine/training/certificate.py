"""Certificate: what a model loses by being rounded to 8 bits, label by label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from engine.taggers.onnx_bert.bio import Floats, log_softmax
from engine.taggers.onnx_bert.proposals import Head
from engine.taggers.onnx_bert.reading import Int64, Run, WordAnswers, read, word_answers
from engine.training.corpora import CorpusNote
from engine.training.dev_figures import ENOUGH, Figures, Reader, Tally
from engine.training.encoding import Example, encode
from engine.training.tag_choices import TagChoices

MOST_LOST = 0.003
MOST_LOST_BY_LABEL = 0.010
MICRO = "all"
_NOISE = 1e-9  # of subtracting one F1 from another


@dataclass(frozen=True, slots=True)
class Row:
    """One label of one head (`all` for the head's micro average), before and after rounding.

    `where` names the notes that it was measured on.
    """

    where: str
    head: str
    label: str
    float_tally: Tally
    rounded_tally: Tally
    interval: tuple[float, float] | None = None
    """Of the rounded model's strict micro F1, by note."""

    @property
    def lost(self) -> float:
        """How much strict F1 is lost; below 0 where rounding happened to help."""
        before, after = self.float_tally, self.rounded_tally
        return before.f1(before.strict) - after.f1(after.strict)

    @property
    def is_good(self) -> bool:
        """Whether the loss is within bounds.

        0.3 points of F1 for a head, 1.0 for a label, or what a single mark weighs where that is
        more; labels with few marks on dev are judged with the others, in the average.
        """
        if self.label == MICRO:
            return self.lost <= MOST_LOST + _NOISE
        if self.float_tally.gold < ENOUGH:
            return True
        one_mark = 2 / (self.float_tally.gold + self.float_tally.said)
        return self.lost <= max(MOST_LOST_BY_LABEL, one_mark) + _NOISE


def certificate(where: str, exact: Mapping[str, Figures], rounded: Mapping[str, Figures]) -> list[Row]:
    """Return one row per head and label for the figures of the float model and of the rounded one."""
    rows: list[Row] = []
    for head, figures in exact.items():
        after = rounded[head]
        interval = after.interval() if after.by_note else None
        rows.append(Row(where, head, MICRO, figures.micro, after.micro, interval))
        rows += [
            Row(where, head, label, tally, after.by_label[label])
            for label, tally in figures.by_label.items()
            if tally.gold or tally.said
        ]
    return rows


def fitted_temperature(logits: Floats, targets: Sequence[int]) -> float:
    """Return the number by which `logits` are best divided, so that probabilities mean frequencies.

    It minimises the loss of the words of dev; the best of a grid from 0.5 to 4.
    """
    grid = np.arange(0.5, 4.01, 0.05)
    wanted = np.asarray(targets)
    rows = np.arange(len(wanted))

    def loss(temperature: float) -> float:
        return float(-log_softmax(logits / np.float32(temperature))[rows, wanted].mean())

    return round(float(min(grid, key=loss)), 2)


def with_temperatures(run: Run, reader: Reader, notes: Sequence[CorpusNote]) -> tuple[Head, ...]:
    """Return the heads of `reader` with temperatures fitted on what a model says of `notes`.

    Words of which a note does not say what they are, are left aside; a head of which none says
    anything keeps the temperature 1.
    """
    choices = [TagChoices(head.labels) for head in reader.heads]
    readings = [read(note.text, reader.splitter, reader.window) for note in notes]
    widths = [head.width for head in reader.heads]
    answers = word_answers(readings, reader.splitter, widths, run, reader.batch)
    examples = [encode(note, reader.splitter, reader.window, choices) for note in notes]
    found: list[Head] = []
    for number, head in enumerate(reader.heads):
        said = np.concatenate([answer.heads[number] for answer in answers])
        both = zip(examples, answers, strict=True)
        targets = np.concatenate([_word_targets(example, answer, number) for example, answer in both])
        known = (targets >= 0) & (targets < head.width)
        temperature = fitted_temperature(said[known], targets[known].tolist()) if known.any() else 1.0
        found.append(msgspec.structs.replace(head, temperature=temperature))
    return tuple(found)


def _word_targets(example: Example, answer: WordAnswers, head: int) -> Int64:
    return example.targets[head][example.reading.first[answer.words]]


def tempered(run: Run, heads: Sequence[Head]) -> Run:
    """Return `run` with each head's logits divided by its temperature, as the tagger does it."""

    def cooler(ids: Int64, mask: Int64) -> list[Floats]:
        return [one / np.float32(head.temperature) for head, one in zip(heads, run(ids, mask), strict=True)]

    return cooler
