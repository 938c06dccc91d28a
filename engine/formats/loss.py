"""Loss: what a format cannot carry, counted, so that it is said before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from typing_extensions import override


class Lost(Enum):
    """One kind of loss: (what one is called, what many are called, whether tags themselves are touched)."""

    OVERLAP = ("overlapping tag", "overlapping tags", True)
    FRAGMENTS = ("discontinuous tag", "discontinuous tags", True)
    JOINED = (
        "discontinuous tag whose gap is only a line break (joined)",
        "discontinuous tags whose gaps are only line breaks (joined)",
        True,
    )
    WIDENED = (
        "tag that begins or ends inside a word (widened to the word)",
        "tags that begin or end inside a word (widened to the word)",
        True,
    )
    TRIMMED = (
        "tag that begins or ends with a line break (trimmed)",
        "tags that begin or end with a line break (trimmed)",
        True,
    )
    BLANK = ("tag that covers no word", "tags that cover no word", True)
    REPEATED = (
        "tag whose words stand in the note more than once (its place is not kept)",
        "tags whose words stand in the note more than once (their places are not kept)",
        True,
    )
    LABEL = ("tag whose label is spelt differently", "tags whose labels are spelt differently", True)
    ORPHAN = ("modifier without an entity", "modifiers without an entity", True)
    RELATION = ("relation", "relations", True)
    ACROSS = (
        "relation across sentences or parts of a note",
        "relations across sentences or parts of a note",
        True,
    )
    ATTRIBUTE = ("attribute", "attributes", True)
    REFERENCE = ("concept reference", "concept references", True)
    GROUP = ("group of tags", "groups of tags", True)
    COMMENT = ("comment", "comments", True)
    COMMENT_LINES = ("comment of several lines (put on one)", "comments of several lines (put on one)", False)
    SPACING = (
        "note whose line breaks and blanks are not kept",
        "notes whose line breaks and blanks are not kept",
        False,
    )
    NAME = (
        "note whose name is changed to suit a file name",
        "notes whose names are changed to suit a file name",
        False,
    )
    SCORE = ("score", "scores", False)
    ALIGNMENT = ("mark of how a tag was found", "marks of how tags were found", False)
    ORIGIN = ("origin of a tag", "origins of tags", False)
    ANNOTATOR = ("annotator’s name", "annotators’ names", False)
    REJECTED = ("rejected suggestion", "rejected suggestions", False)
    UNPLACED = ("answer that was not found in the note", "answers that were not found in the note", False)
    METADATA = ("note’s further columns", "notes’ further columns", False)
    STATUS = ("status of a note", "statuses of notes", False)

    def __init__(self, one: str, many: str, tags: bool) -> None:
        self.one = one
        self.many = many
        self.tags = tags


@dataclass(frozen=True, slots=True)
class Loss:
    """So many of one kind cannot be carried."""

    kind: Lost
    count: int

    @property
    def what(self) -> str:
        """What is lost, in the number that fits the count."""
        return self.kind.one if self.count == 1 else self.kind.many

    @override
    def __str__(self) -> str:
        return f"{self.count:,} {self.what}"


Losses = Counter[Lost]
"""How many of each kind; adds up over notes."""


def as_list(losses: Losses) -> list[Loss]:
    """Return `losses` as a list: what touches the tags themselves first, in a fixed order."""
    return [Loss(kind, losses[kind]) for kind in Lost if losses[kind]]


def sentence(losses: Iterable[Loss], title: str) -> str:
    """Return what the format called `title` cannot carry, as one sentence; empty where nothing is lost."""
    parts = [str(loss) for loss in losses]
    if not parts:
        return ""
    said = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{said} cannot be carried by {title}."
