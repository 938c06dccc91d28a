"""Data card: what a training set holds and where it comes from, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from engine.formats.problem import counted
from engine.labels.label_set import LabelSet
from engine.training.training_set import PARTS, Content, TrainingSet


@dataclass(frozen=True, slots=True)
class DataCard:
    """Everything that is said of a training set; `losses` are sentences on what its format cannot carry.

    No note text: counts, names of notes, labels and people only.
    """

    format: str
    labels: LabelSet
    made: str
    dataset: TrainingSet
    contents: Mapping[str, Content]
    losses: Sequence[str]
    files: Mapping[str, str]

    @property
    def warnings(self) -> list[str]:
        """Sentences on what a user should know before training on it."""
        found = []
        learnt = self.contents["train"].labels
        for part, content in self.contents.items():
            # Of dev and test, only what could have been learnt is missed.
            wanted = [one.name for one in self.labels if part == "train" or learnt[one.name]]
            missing = [name for name in wanted if not content.labels[name]]
            if content.notes and missing and len(missing) < len(self.labels.types):
                found.append(f"No example in {part} of: {', '.join(missing)}.")
        empty = [part for part in PARTS if not self.contents[part].notes]
        shares = dict(zip(PARTS, self.dataset.division.shares, strict=True))
        unfilled = [part for part in empty if shares[part] > 0]
        if unfilled:
            found.append(f"There are too few notes to fill: {', '.join(unfilled)}.")
        unfinished = sum(not member.finished for member in self.dataset.members)
        if unfinished:
            found.append(
                f"{counted(unfinished, 'note is', 'notes are')} not finished: what is not tagged there "
                "may be unseen, and is no proof that nothing is there."
            )
        return found

    def as_json(self) -> str:
        """Return the card for a program."""
        return json.dumps(self._record(), ensure_ascii=False, indent=1) + "\n"

    def as_markdown(self) -> str:
        """Return the card for a reader."""
        return "\n".join(self._lines()) + "\n"

    def _record(self) -> dict[str, object]:
        division = self.dataset.division
        return {
            "made": self.made,
            "format": self.format,
            "label_set": {
                "name": self.labels.name,
                "version": self.labels.version,
                "fingerprint": self.labels.fingerprint,
            },
            "split": {
                "by": division.by,
                "seed": division.seed,
                "shares": dict(zip(PARTS, division.shares, strict=True)),
                "groups": len({member.group for member in self.dataset.members}),
                "near_duplicates": [list(names) for names in self.dataset.near_duplicates],
            },
            "parts": {part: self._part(part) for part in PARTS},
            "partial_notes": [one.name for one in self.dataset.members if not one.finished],
            "left_out_unfinished": self.dataset.left_out,
            "not_carried_by_format": list(self.losses),
            "warnings": self.warnings,
            "files_sha256": dict(self.files),
        }

    def _part(self, part: str) -> dict[str, object]:
        content, members = self.contents[part], self.dataset.in_part(part)
        return {
            "notes": content.notes,
            "partial_notes": content.partial,
            "patients": len({one.patient for one in members if one.patient}),
            "notes_without_patient": sum(not one.patient for one in members),
            "tokens": content.tokens,
            "characters": content.characters,
            **{
                name: dict(sorted(counts.items()))
                for name, counts in (
                    ("labels", content.labels),
                    ("relations", content.relations),
                    ("rejected_suggestions", content.rejected),
                    ("annotators", content.annotators),
                    ("origins", content.origins),
                )
            },
            "names": [one.name for one in members],
        }

    def _counted(self, of: Callable[[Content], Counter[str]], part: str, row: str) -> int:
        return of(self.contents[part])[row]

    def _lines(self) -> Iterator[str]:
        division = self.dataset.division
        yield "# Training set"
        yield ""
        yield f"- Made {self.made} by Tagwell, format {self.format}."
        yield (
            f"- Label set: {self.labels.title} ({self.labels.name}, version {self.labels.version}, "
            f"fingerprint {self.labels.fingerprint[:16]}…)."
        )
        yield (
            f"- Divided by {division.by}, seed {division.seed}, shares "
            f"{' / '.join(f'{share:g}' for share in division.shares)} (train / dev / test). "
            f"{_near(self.dataset.near_duplicates)}"
        )
        if self.dataset.left_out:
            yield f"- {counted(self.dataset.left_out, 'note was', 'notes were')} left out as not finished."
        for warning in self.warnings:
            yield f"- **{warning}**"
        yield from _table("Notes", _SIZES, lambda part, row: _size(self, part, row))
        for title, of in _COUNTED.items():
            rows = _rows(of(self.contents[part]) for part in PARTS)
            if rows:
                yield from _table(title, rows, partial(self._counted, of))
        if self.losses:
            yield from ("", "## What the format does not carry", "", *(f"- {loss}" for loss in self.losses))
        yield from ("", "## Files", "", *(f"- `{name}` {digest}" for name, digest in self.files.items()))


_SIZES = ("notes", "of them not finished", "patients", "tokens")
_COUNTED: Mapping[str, Callable[[Content], Counter[str]]] = {
    "Labels": lambda content: content.labels,
    "Relations": lambda content: content.relations,
    "Rejected suggestions (negatives)": lambda content: content.rejected,
    "Annotators": lambda content: content.annotators,
    "Where the tags come from": lambda content: content.origins,
}


def _size(card: DataCard, part: str, row: str) -> int:
    content = card.contents[part]
    patients = {member.patient for member in card.dataset.in_part(part) if member.patient}
    return dict(zip(_SIZES, (content.notes, content.partial, len(patients), content.tokens), strict=True))[
        row
    ]


def _near(groups: Sequence[Sequence[str]]) -> str:
    if not groups:
        return "No two notes repeat each other."
    notes = sum(map(len, groups))
    together = counted(len(groups), "group", "groups")
    return f"{notes:,} notes repeat each other in {together}, each kept in one part."


def _rows(counts: Iterable[Counter[str]]) -> list[str]:
    together: Counter[str] = sum(counts, Counter())
    return [row for row, _ in sorted(together.items(), key=lambda item: (-item[1], item[0]))]


def _table(title: str, rows: Iterable[str], count: Callable[[str, str], int]) -> Iterator[str]:
    yield from ("", f"## {title}", "", f"| | {' | '.join(PARTS)} |", "| --- |" + " ---: |" * len(PARTS))
    for row in rows:
        yield f"| {row} | {' | '.join(f'{count(part, row):,}' for part in PARTS)} |"
