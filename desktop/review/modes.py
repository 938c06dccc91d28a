"""Modes: what the next key means, and what may be joined to what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from desktop.review.intents import Target
from desktop.review.marks import Joint, Mark, Marks
from engine.labels.label_set import LabelSet


class Mode(Enum):
    """What the note view waits for."""

    NORMAL = "normal"
    RELATION = "relation"  # a span was taken; the next one is joined to it
    MODIFIER = "modifier"  # an entity was taken; the next label makes a modifier of it


class RelationsShown(Enum):
    """Which relation lines are drawn."""

    FOCUSED = "focused"
    ALL = "all"
    NONE = "none"


class TabStops(Enum):
    """Where Tab stops: at every span, or at suggestions nobody has decided."""

    SPANS = "spans"
    UNREVIEWED = "unreviewed"


@dataclass(frozen=True, slots=True)
class Joining:
    """A span taken to be joined to another one, and which way round is preferred."""

    source: Target
    reversed: bool = False


def direction(labels: LabelSet, source: Mark, other: Mark, *, reverse: bool) -> tuple[Mark, Mark] | None:
    """Return (head, tail) as the label set allows it, or None.

    Where both ways are legal the source is the head, with `reverse` the tail.
    """
    ways = [(source, other), (other, source)]
    if reverse:
        ways.reverse()
    return next((way for way in ways if labels.relation(way[0].label, way[1].label)), None)


def candidates(labels: LabelSet, marks: Marks, source: Mark) -> list[Mark]:
    """Return the marks that may be joined to `source`, the nearest first."""
    legal = [
        mark
        for mark in marks.all
        if mark.target != source.target and direction(labels, source, mark, reverse=False) is not None
    ]
    return sorted(legal, key=lambda mark: (_distance(source, mark), mark.key))


def joint_between(marks: Marks, one: Target, other: Target) -> Joint | None:
    """Return the relation a person made between the two, or None."""
    return next(
        (
            joint
            for joint in marks.joints.get(one, ())
            if joint.other(one) == other and joint.relation is not None
        ),
        None,
    )


def takes_modifiers(labels: LabelSet, label: str) -> list[str]:
    """Return the labels that may be joined as tails to `label`, in the order of the set."""
    return [one.name for one in labels if labels.relation(label, one.name)]


def _distance(one: Mark, other: Mark) -> int:
    return max(other.start - one.end, one.start - other.end, 0)
