"""Marks: the annotations and suggestions of one scene, in reading order and quick to find by place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from desktop.review.intents import Target
from desktop.review.scene import NoteScene
from engine.annotation.annotation import Annotation, Prediction, PredictionId, RelationId
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
    key: MarkKey
    score: float | None = None  # of a suggestion

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
    """The marks of one scene.  Immutable.

    `before` are the marks of an earlier scene of the same note: what did not change is taken over
    as it is, so that the next scene of a long note costs little, and `changed` can tell quickly.
    """

    def __init__(self, scene: NoteScene, before: Marks | None = None) -> None:
        known: Mapping[int, Mark] = before.annotations if before is not None else {}
        guessed: Mapping[int, Mark] = before.suggestions if before is not None else {}
        self.annotations: Mapping[int, Mark] = {
            one.id: _of_annotation(one, known.get(one.id)) for one in scene.annotations
        }
        self.suggestions: Mapping[int, Mark] = {
            one.id: _of_suggestion(one, guessed.get(one.id)) for one in scene.suggestions
        }
        both = (*self.annotations.values(), *self.suggestions.values())
        self.all: tuple[Mark, ...] = tuple(sorted(both, key=attrgetter("key")))
        self._starts = np.array([mark.start for mark in self.all], dtype=np.int64)
        self._ends = np.array([mark.end for mark in self.all], dtype=np.int64)
        # How far any mark up to this one reaches: tells where to begin to look, nested or not.
        self._reach = np.maximum.accumulate(self._ends) if both else self._ends
        self._became = {one.prediction: one.id for one in scene.annotations if one.prediction is not None}
        self._scene = scene

    def __len__(self) -> int:
        return len(self.all)

    def __contains__(self, target: Target) -> bool:
        return target.id in (self.suggestions if target.suggested else self.annotations)

    def get(self, target: Target | None) -> Mark | None:
        """Return the mark of `target`, or None where it is gone."""
        if target is None:
            return None
        return (self.suggestions if target.suggested else self.annotations).get(target.id)

    def became(self, target: Target) -> Target | None:
        """Return the annotation that a suggestion has become, or None."""
        there = self._became.get(PredictionId(target.id)) if target.suggested else None
        return None if there is None else Target(there)

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

    def changed(self, before: Marks) -> list[Span]:
        """Return the places whose marks differ between these and those `before`."""
        mine, theirs = self._by_identity, before._by_identity
        new = [mine[one] for one in mine.keys() - theirs.keys()]
        gone = [theirs[one] for one in theirs.keys() - mine.keys()]
        return [Span(mark.start, mark.end) for mark in (*new, *gone)]

    def new_since(self, before: Marks) -> list[Mark]:
        """Return the marks that were not there `before`, in reading order."""
        return sorted((one for one in self.all if one.target not in before), key=attrgetter("key"))

    @cached_property
    def _by_identity(self) -> dict[int, Mark]:
        return dict(zip(map(id, self.all), self.all, strict=True))

    @cached_property
    def joints(self) -> dict[Target, list[Joint]]:
        """The relations of each mark, each seen from both of its ends."""
        scene = self._scene
        said = [Joint(Target(one.head), Target(one.tail), one.label, one.id) for one in scene.relations]
        said += [
            Joint(self._living(one.head), self._living(one.tail), one.label, None)
            for one in scene.suggested_relations
        ]
        joints: dict[Target, list[Joint]] = {}
        known: set[tuple[Target, Target, str]] = set()
        for joint in said:
            name = (joint.head, joint.tail, joint.label)
            if joint.head in self and joint.tail in self and name not in known:
                known.add(name)
                joints.setdefault(joint.head, []).append(joint)
                joints.setdefault(joint.tail, []).append(joint)
        return joints

    def _living(self, prediction: int) -> Target:
        """Return the suggestion, or the annotation that it has become meanwhile."""
        target = Target(prediction, suggested=True)
        return target if target in self else self.became(target) or target


def inner_first(mark: Mark) -> tuple[int, int, bool, int]:
    """Order marks so that what lies inside stands nearer to the text than what is around it."""
    return (mark.end - mark.start, mark.start, mark.target.suggested, mark.target.id)


def _of_annotation(one: Annotation, known: Mark | None) -> Mark:
    """Return the mark of an annotation, `known` itself where nothing changed."""
    if known is not None and known.label == one.label and known.spans == one.spans:
        return known
    return _mark(Target(one.id), one.spans, one.label, None)


def _of_suggestion(one: Prediction, known: Mark | None) -> Mark:
    """Return the mark of a suggestion, `known` itself where nothing changed."""
    said = one.said
    if known is not None and known.label == said.label and known.spans == said.spans:
        return known
    return _mark(Target(one.id, suggested=True), said.spans, said.label, said.score)


def _mark(target: Target, spans: Spans, label: str, score: float | None) -> Mark:
    start, end = spans[0].start, max(span.end for span in spans) if len(spans) > 1 else spans[0].end
    return Mark(target, spans, label, start, end, (start, -end, target.suggested, target.id), score)
