"""Settings table: several settings of taggers over the same notes, one row each: how good, how slow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from engine.evaluation.answer_log import Entry
from engine.evaluation.comparison import Compared, compare_runs
from engine.evaluation.confidence import Difference, Interval
from engine.evaluation.evaluation import Evaluation, Group, evaluate
from engine.evaluation.judged import Judged
from engine.labels.label_set import LabelSet


@dataclass(frozen=True, slots=True)
class Cell:
    """One setting, and what it answered of each note, in the order of the notes; `refused` says why not.

    `settings` are the options in which it may differ from the others.  `tagger_id` is kind, name and
    file hash, `options` all that was set, without words of notes.
    """

    tagger: str
    settings: Mapping[str, str]
    entries: Sequence[Entry] = ()
    refused: str = ""
    tagger_id: str = ""
    options: Mapping[str, object] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The tagger and what is set, as people read it."""
        said = ", ".join(f"{name} {value}" for name, value in self.settings.items())
        return f"{self.tagger}: {said}" if said else self.tagger


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one setting.

    `seconds` are those of all notes together, `slower` how many times those of the fastest
    setting, both from the raw times; `against` compares with the first setting of the table.
    """

    cell: Cell
    evaluation: Evaluation
    seconds: float
    slower: float
    against: tuple[Compared, ...] = ()
    cost: Mapping[str, float] = field(default_factory=dict)

    @property
    def f1(self) -> dict[str, tuple[float, float]]:
        """Strict and relaxed micro F1 by group, relations among them."""
        groups = {one.name: one.scores for one in self.evaluation.groups} | {
            "relations": self.evaluation.relations
        }
        return {name: (s["strict"].micro.f1, s["relaxed"].micro.f1) for name, s in groups.items()}

    @property
    def interval(self) -> Interval:
        """The interval of strict micro F1, of entities where they are counted apart."""
        return self._group.interval

    @property
    def relaxed_interval(self) -> Interval:
        """The same of relaxed micro F1."""
        return self._group.relaxed_interval

    @property
    def _group(self) -> Group:
        groups = {one.name: one for one in self.evaluation.groups}
        return groups.get("entities", groups["all"])

    @property
    def difference(self) -> Difference | None:
        """By how much strict micro F1 of the same tags is above that of the first setting; None for that."""
        found = {one.group: one.difference for one in self.against if one.rule == "strict"}
        return found.get("entities", found.get("all"))

    @property
    def failed(self) -> int:
        """How many notes were set aside; they count as notes of which nothing is said."""
        return sum(bool(one.failed) for one in self.cell.entries)

    @property
    def unplaced(self) -> int:
        """How much was written that is not in the notes."""
        return sum(one.unplaced for one in self.cell.entries)

    @property
    def seconds_a_note(self) -> float:
        """The median over notes."""
        return median(one.seconds for one in self.cell.entries)

    @property
    def memory(self) -> float:
        """The most bytes that the tagger's process held; 0 where it does not say."""
        return max(one.memory for one in self.cell.entries)


def rows_of(cells: Sequence[Cell], gold: Sequence[Judged], labels: LabelSet) -> list[Row]:
    """Return a row per cell that was not refused; `gold` are the notes in the order of the entries.

    What is predicted in `gold` takes no part.

    Raises:
        ValueError: a cell has not answered just these notes, or there is none.
    """
    answered = [cell for cell in cells if not cell.refused]
    runs = [_judged(cell, gold) for cell in answered]
    totals = [sum(one.seconds for one in cell.entries) for cell in answered]
    fastest = min(totals, default=0.0)
    return [
        Row(
            cell,
            evaluate(run, labels),
            seconds,
            seconds / fastest if fastest else 1.0,
            compare_runs(runs[0], run, labels) if number else (),
            _cost(cell.entries),
        )
        for number, (cell, run, seconds) in enumerate(zip(answered, runs, totals, strict=True))
    ]


def _judged(cell: Cell, gold: Sequence[Judged]) -> list[Judged]:
    if [one.note for one in cell.entries] != [one.name for one in gold]:
        raise ValueError("a setting must have answered the same notes as the others")
    return [
        Judged(one.name, one.text, one.gold, entry.answer())
        for one, entry in zip(gold, cell.entries, strict=True)
    ]


def _cost(entries: Sequence[Entry]) -> dict[str, float]:
    names = dict.fromkeys(name for one in entries for name in one.cost)
    return {name: sum(one.cost.get(name, 0.0) for one in entries) for name in names}
