"""Training set: gold notes divided into parts to learn from and to measure by, none standing in two."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.annotation.gold import Gold
from engine.errors import InputError
from engine.text.note import NoteId
from engine.training.split import groups_by_patient, groups_of_near_duplicates, split_by_group

PARTS = ("train", "dev", "test")


@dataclass(frozen=True, slots=True)
class Division:
    """How notes are chosen and divided.

    `shares` are of train, dev and test.  With `by` “patient” all notes of a patient are in one
    part; near-duplicates are in one part in any case.  `partial` takes unfinished notes too, as
    far as someone has decided anything in them.
    """

    seed: int = 0
    shares: tuple[float, float, float] = (0.8, 0.1, 0.1)
    by: Literal["patient", "document"] = "patient"
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """One note of the set: the part it is in, and the group that is never divided."""

    note: NoteId
    name: str
    patient: str
    part: str
    group: int
    finished: bool


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """The notes of the set in order of their names, and how many were left out as not finished."""

    division: Division
    members: tuple[Member, ...]
    near_duplicates: tuple[tuple[str, ...], ...]
    left_out: int

    def part_of(self) -> dict[NoteId, str]:
        """Return the part of each note."""
        return {member.note: member.part for member in self.members}

    def in_part(self, part: str) -> list[Member]:
        """Return the notes of one part."""
        return [member for member in self.members if member.part == part]


def divide(notes: Iterable[Gold], division: Division) -> TrainingSet:
    """Return which notes are in the set and in which part.

    The same notes, whatever their order, and the same division give the same parts.  The texts
    of all chosen notes are in memory at once, to compare them.

    Raises:
        InputError: there is no note to learn from, or the shares make no sense.
    """
    if min(division.shares) < 0 or division.shares[0] <= 0:
        raise InputError("The part to train on needs a share above 0, and no share may be below 0.")
    chosen: list[tuple[str, NoteId, str, str, bool]] = []
    left_out = 0
    for gold in notes:
        if gold.finished or (division.partial and (gold.annotations or gold.rejected)):
            note = gold.note
            chosen.append((note.name, note.id, note.metadata.get("patient", ""), note.text, gold.finished))
        else:
            left_out += 1
    if not chosen:
        raise InputError("There is no finished note to learn from. Finish some notes first.")
    chosen.sort(key=lambda one: one[:2])
    texts = [text for _, _, _, text, _ in chosen]
    near = groups_of_near_duplicates(texts)
    groups = groups_by_patient([one[2] for one in chosen], texts) if division.by == "patient" else near
    parts = split_by_group(groups, division.shares, division.seed)
    members = tuple(
        Member(note, name, patient, PARTS[part], group, finished)
        for (name, note, patient, _, finished), group, part in zip(chosen, groups, parts, strict=True)
    )
    return TrainingSet(division, members, _repeats(members, near), left_out)


def _repeats(members: Sequence[Member], near: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    together: defaultdict[int, list[str]] = defaultdict(list)
    for member, group in zip(members, near, strict=True):
        together[group].append(member.name)
    return tuple(tuple(names) for names in together.values() if len(names) > 1)


@dataclass(slots=True)
class Content:
    """What one part holds, counted while it is written."""

    notes: int = 0
    partial: int = 0
    characters: int = 0
    tokens: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    relations: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    annotators: Counter[str] = field(default_factory=Counter)
    origins: Counter[str] = field(default_factory=Counter)

    def add(self, gold: Gold, only: frozenset[str] = frozenset()) -> None:
        """Count one note, of its tags those with labels of `only` (empty: all)."""
        chosen = [one for one in gold.annotations if not only or one.label in only]
        self.notes += 1
        self.partial += not gold.finished
        self.characters += len(gold.note.text)
        self.tokens += len(gold.tokens)
        label = {one.id: one.label for one in chosen}
        self.labels.update(label.values())
        self.relations.update(
            f"{label[one.head]}: {label[one.tail]}"
            for one in gold.relations
            if one.head in label and one.tail in label
        )
        self.rejected.update(one.label for one in gold.rejected if not only or one.label in only)
        self.annotators.update(one.annotator for one in chosen)
        self.origins.update(gold.origins.get(one.id, "unknown") for one in chosen)
