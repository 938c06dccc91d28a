"""Dev figures: how near a model comes to the notes that were kept back from its training.

Counted as everywhere (`engine.evaluation`): strict by type, first and last character; relaxed
by type and at least one common character, as many pairs as possible, each mark in one at most.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from engine.annotation.said import LabelledSpan
from engine.evaluation.confidence import bootstrap
from engine.evaluation.matching import Rule
from engine.evaluation.scores import Count, score_tags
from engine.taggers.onnx_bert.proposals import Head, proposals
from engine.taggers.onnx_bert.reading import Run, read, word_answers
from engine.taggers.onnx_bert.subwords import SubwordSplitter
from engine.text.span import Span
from engine.training.corpora import CorpusNote, Mark
from engine.training.corpus_readers.types import UNKNOWN

Pair = tuple[Mark, Mark]

_DEV_BATCH = 4096

ENOUGH = 20
"""Labels with fewer marks on dev are counted in the average, but nothing is claimed of them."""


@dataclass(slots=True)
class Tally:
    """Counts of one label over all notes, and the figures they give."""

    gold: int = 0
    said: int = 0
    strict: int = 0
    relaxed: int = 0

    def add(self, other: Tally) -> None:
        """Add another label's counts, for a micro average."""
        self.gold += other.gold
        self.said += other.said
        self.strict += other.strict
        self.relaxed += other.relaxed

    def f1(self, right: int) -> float:
        """Return the F1 for so many right answers; 0 where there is nothing to find or say."""
        return 2 * right / (self.gold + self.said) if self.gold + self.said else 0.0

    def figures(self) -> dict[str, float | int]:
        """Return the counts and the F1 values, rounded to four decimals."""
        precision = self.strict / self.said if self.said else 0.0
        recall = self.strict / self.gold if self.gold else 0.0
        return {
            "strict_f1": round(self.f1(self.strict), 4),
            "relaxed_f1": round(self.f1(self.relaxed), 4),
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "gold": self.gold,
        }


@dataclass(slots=True)
class Figures:
    """The tallies of one head by label and by note, filled note by note."""

    labels: Sequence[str]
    by_label: dict[str, Tally] = field(default_factory=dict)
    by_note: list[Tally] = field(default_factory=list)

    def add(self, gold: Iterable[Mark], said: Iterable[Mark]) -> None:
        """Count one note; marks of other labels than the head's are left aside."""
        here, ours = (_tags(marks, self.labels) for marks in (gold, said))
        strict, relaxed = (score_tags(here, ours, rule).by_label for rule in (Rule.STRICT, Rule.RELAXED))
        self.by_note.append(Tally())
        for label in self.labels:
            count = strict.get(label, Count())
            tally = Tally(count.gold, count.predicted, count.right, relaxed.get(label, count).right)
            self.by_label.setdefault(label, Tally()).add(tally)
            self.by_note[-1].add(tally)

    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the strict micro F1, from notes drawn with replacement."""
        counts = [Count(one.gold, one.said, one.strict, one.strict) for one in self.by_note]
        found = bootstrap(counts)
        return found.low, found.high

    @property
    def micro(self) -> Tally:
        """All labels together."""
        total = Tally()
        for tally in self.by_label.values():
            total.add(tally)
        return total


def _tags(marks: Iterable[Mark], labels: Collection[str]) -> list[LabelledSpan]:
    """Return the marks of `labels` as the scorer wants them, each once."""
    return [
        LabelledSpan((Span(one.start, one.end),), one.label)
        for one in sorted(set(marks))
        if one.label in labels
    ]


def _overlaps(mark: Mark, others: Iterable[Mark]) -> bool:
    return any(one.start < mark.end and mark.start < one.end for one in others)


def marks_of(items: Iterable[LabelledSpan]) -> list[Mark]:
    """Return what a tagger said as marks."""
    return [Mark(item.hull.start, item.hull.end, item.label) for item in items]


def span_figures(
    notes: Sequence[CorpusNote], said: Sequence[Sequence[Mark]], labels: Sequence[str]
) -> Figures:
    """Return the figures of one head over `notes`, for what was `said` of each.

    Labels of which the notes do not mark every occurrence are left aside, and so is what is said of
    words of which they tell nothing.
    """
    says = notes[0].says if notes else None
    figures = Figures([label for label in labels if says is None or label in says])
    for note, marks in zip(notes, said, strict=True):
        unknown = [mark for mark in note.marks if mark.label == UNKNOWN]
        figures.add(note.marks, [mark for mark in marks if not _overlaps(mark, unknown)])
    return figures


def relation_tally(notes: Sequence[CorpusNote], said: Sequence[Iterable[Pair]]) -> Tally:
    """Return the tally of relations; one is right where both ends are strictly right, and joined."""
    total = Tally()
    for note, pairs in zip(notes, said, strict=True):
        gold = {(note.marks[head], note.marks[tail]) for head, tail in note.relations}
        ours = set(pairs)
        total.add(Tally(len(gold), len(ours), len(gold & ours), len(gold & ours)))
    return total


@dataclass(frozen=True, slots=True)
class Reader:
    """What a model needs to read notes: its splitter, its heads, and how many sub-words it is given.

    `window` and `batch` count sub-words; batch 1 gives each window a batch of its own.
    """

    splitter: SubwordSplitter
    heads: Sequence[Head]
    window: int
    batch: int = _DEV_BATCH

    def spans(self, run: Run, notes: Sequence[CorpusNote]) -> list[list[LabelledSpan]]:
        """Return what a model says of each note."""
        readings = [read(note.text, self.splitter, self.window) for note in notes]
        answers = word_answers(readings, self.splitter, [head.width for head in self.heads], run, self.batch)
        return [proposals(reading, one, self.heads) for reading, one in zip(readings, answers, strict=True)]

    def figures(self, run: Run, notes: Sequence[CorpusNote]) -> dict[str, Figures]:
        """Return the figures of each head, by name, of a model on `notes`."""
        said = [marks_of(items) for items in self.spans(run, notes)]
        return {
            head.name: span_figures(notes, said, head.labels) for head in self.heads if _told(notes, head)
        }


def _told(notes: Sequence[CorpusNote], head: Head) -> bool:
    """Whether the notes say anything of a head's labels."""
    return any(note.says is None or set(head.labels) & note.says for note in notes)
