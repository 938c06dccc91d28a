"""Judged: one note with what is right and what was said, ready to be compared."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.annotation.said import Answer


@dataclass(frozen=True, slots=True)
class Judged:
    """One note: its gold tags and relations, and the predicted ones, over the same text."""

    name: str
    text: str = field(repr=False)
    gold: Answer = field(repr=False)
    predicted: Answer = field(repr=False)

    def __post_init__(self) -> None:
        self.gold.checked(self.text)
        self.predicted.checked(self.text)
