"""Changes: what an operation touched, so that each view can decide whether to look again."""

from __future__ import annotations

from dataclasses import dataclass

from engine.text.note import NoteId


@dataclass(frozen=True, slots=True)
class Changes:
    """What an operation touched.  Views decide by it; it says nothing of what is there now.

    `notes`: notes came or went, so the list of notes is another one.  `note_ids`: these notes have
    other annotations, suggestions, relations, counts or status.  `labels`: the label set.
    `runs`: runs began, went on or ended.
    """

    notes: bool = False
    note_ids: frozenset[NoteId] = frozenset()
    labels: bool = False
    runs: bool = False

    def __or__(self, other: Changes) -> Changes:
        """Return what the two touched together."""
        return Changes(
            self.notes or other.notes,
            self.note_ids | other.note_ids,
            self.labels or other.labels,
            self.runs or other.runs,
        )

    def __bool__(self) -> bool:
        return self.notes or bool(self.note_ids) or self.labels or self.runs
