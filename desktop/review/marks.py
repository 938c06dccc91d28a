"""Marks: the annotations and suggestions of one scene, in reading order and quick to find by place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.review.intents import Target
from desktop.review.scene import NoteScene
from engine.annotation.annotation import Annotation, PredictionId, RelationId
from engine.text.span import Span, Spans

MarkKey = tuple[int, int, bool, int]
"""Reading order: by start, longer first, annotations before suggestions."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One annotation or suggestion, as it is drawn."""

    target: Target
    spans: Spans
    label: str
    start: int
    end: int
    score: float | None = None  # of a suggestion

    @property
    def key(self) -> MarkKey:
        """Its place in the reading order."""
        return (self.start, -self.end, self.target.suggested, self.target.id)

    def covers(self, offset: int) -> bool:
        """Whether a caret at `offset` stands in, or at a border of, one of the fragments."""
        return any(span.start <= offset <= span.end for span in self.spans)


@dataclass(frozen=True, slots=True)
class Joint:
    """A relation of one mark, seen from that mark."""

    head: Target
    tail: Target
    label: str
    relation: RelationId | None  # None: only suggested

    def other(self, one: Target) -> Target:
        """Return the end that is not `one`."""
        return self.tail if one == self.head else self.head


class Marks:
    """The marks of one scene.  Immutable."""

    def __init__(self, scene: NoteScene) -> None:
        found = [_of_annotation(one) for one in scene.annotations]
        for guess in scene.suggestions:
            spans = guess.said.spans
            found.append(
                Mark(
                    Target(guess.id, suggested=True),
                    spans,
                    guess.said.label,
                    *_reach(spans),
                    guess.said.score,
                )
            )
        found.sort(key=lambda mark: (mark.start, -mark.end, mark.target.suggested, mark.target.id))
        self.all: tuple[Mark, ...] = tuple(found)
        self._index = {mark.target: at for at, mark in enumerate(found)}
        self._starts = np.fromiter((mark.start for mark in found), dtype=np.int64, count=len(found))
        self._ends = np.fromiter((mark.end for mark in found), dtype=np.int64, count=len(found))
        # How far any mark up to this one reaches: tells where to begin to look, nested or not.
        self._reach = np.maximum.accumulate(self._ends) if found else self._ends
        self._became = {
            one.prediction: Target(one.id) for one in scene.annotations if one.prediction is not None
        }
        self.joints: dict[Target, list[Joint]] = {}
        self._join(scene)

    def __len__(self) -> int:
        return len(self.all)

    def __contains__(self, target: object) -> bool:
        return target in self._index

    def get(self, target: Target | None) -> Mark | None:
        """Return the mark of `target`, or None where it is gone."""
        at = self._index.get(target) if target is not None else None
        return None if at is None else self.all[at]

    def became(self, target: Target) -> Target | None:
        """Return the annotation that a suggestion has become, or None."""
        return self._became.get(PredictionId(target.id)) if target.suggested else None

    def overlapping(self, start: int, end: int) -> list[Mark]:
        """Return the marks whose hull shares a character with [start, end), in reading order."""
        low = int(np.searchsorted(self._reach, start, side="right"))
        high = int(np.searchsorted(self._starts, end, side="left"))
        if high <= low:
            return []
        return [self.all[low + int(i)] for i in np.flatnonzero(self._ends[low:high] > start)]

    def counts(self, borders: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many marks begin between each border and the next."""
        between: NDArray[np.int64] = np.diff(np.searchsorted(self._starts, borders))
        return between

    def stack(self, offset: int) -> list[Mark]:
        """Return the marks at a caret, innermost first, those that only end there last."""
        touching = [mark for mark in self.overlapping(max(offset - 1, 0), offset + 1) if mark.covers(offset)]
        return sorted(touching, key=lambda mark: (mark.end == offset, inner_first(mark)))

    def next(self, key: MarkKey, wanted: Callable[[Mark], bool]) -> Mark | None:
        """Return the first wanted mark behind `key` in reading order."""
        at = int(np.searchsorted(self._starts, key[0], side="left"))
        return next((mark for mark in self.all[at:] if mark.key > key and wanted(mark)), None)

    def previous(self, key: MarkKey, wanted: Callable[[Mark], bool]) -> Mark | None:
        """Return the last wanted mark before `key` in reading order."""
        at = int(np.searchsorted(self._starts, key[0], side="right"))
        return next((mark for mark in reversed(self.all[:at]) if mark.key < key and wanted(mark)), None)

    def changed(self, other: Marks) -> list[Span]:
        """Return the places whose marks differ between these and `other`."""
        mine = {(mark.target, mark.label, mark.spans) for mark in self.all}
        theirs = {(mark.target, mark.label, mark.spans) for mark in other.all}
        return [Span(spans[0].start, _reach(spans)[1]) for _, _, spans in mine ^ theirs]

    def _join(self, scene: NoteScene) -> None:
        said = [Joint(Target(one.head), Target(one.tail), one.label, one.id) for one in scene.relations] + [
            Joint(self._living(one.head), self._living(one.tail), one.label, None)
            for one in scene.suggested_relations
        ]
        known: set[tuple[Target, Target, str]] = set()
        for joint in said:
            name = (joint.head, joint.tail, joint.label)
            if joint.head in self._index and joint.tail in self._index and name not in known:
                known.add(name)
                self.joints.setdefault(joint.head, []).append(joint)
                self.joints.setdefault(joint.tail, []).append(joint)

    def _living(self, prediction: int) -> Target:
        """Return the suggestion, or the annotation that it has become meanwhile."""
        target = Target(prediction, suggested=True)
        return target if target in self._index else self.became(target) or target


def inner_first(mark: Mark) -> tuple[int, int, bool, int]:
    """Order marks so that what lies inside stands nearer to the text than what is around it."""
    return (mark.end - mark.start, mark.start, mark.target.suggested, mark.target.id)


def _of_annotation(one: Annotation) -> Mark:
    return Mark(Target(one.id), one.spans, one.label, *_reach(one.spans))


def _reach(spans: Iterable[Span]) -> tuple[int, int]:
    places = tuple(spans)
    return places[0].start, max(span.end for span in places)
