"""Intents: what a key or a click in the note asks for, before anyone decides whether it is done.

The note view emits them by its signal `intended`; the review controller turns them into
operations of the store.  They name things by id and places in code points, never by
what is painted, so an intent stays right when the note changed meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.annotation.annotation import RelationId
from engine.annotation.boundaries import Edge, Unit
from engine.text.span import Spans

__all__ = [
    "Accept",
    "Annotate",
    "AttachModifier",
    "Delete",
    "Edge",
    "Intent",
    "Link",
    "MoveBoundary",
    "OpenMenu",
    "Propagate",
    "Reject",
    "Relabel",
    "Reshape",
    "ShowKeys",
    "Target",
    "Unit",
    "Unlink",
]


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """One marked place of the note: an annotation by its id, or a suggestion by its prediction's id."""

    id: int
    suggested: bool = False


@dataclass(frozen=True, slots=True)
class Annotate:
    """Make a new annotation."""

    spans: Spans
    label: str


@dataclass(frozen=True, slots=True)
class Relabel:
    """Give the target another label; for a suggestion: accept it so corrected."""

    target: Target
    label: str


@dataclass(frozen=True, slots=True)
class Accept:
    """Accept these suggestions."""

    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Reject:
    """Reject these suggestions."""

    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete these annotations."""

    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class MoveBoundary:
    """Move one border by `step` units from where it stands in the store (`boundaries.moved`).

    Relative on purpose: key repeat sends several before the first one is stored.
    """

    target: Target
    edge: Edge
    unit: Unit
    step: int


@dataclass(frozen=True, slots=True)
class Reshape:
    """Give the target these fragments (an edge was dragged)."""

    target: Target
    spans: Spans


@dataclass(frozen=True, slots=True)
class Link:
    """Join `tail` to `head`; the label set allows it.  A suggestion among them is accepted first."""

    head: Target
    tail: Target


@dataclass(frozen=True, slots=True)
class Unlink:
    """Take this relation away."""

    relation: RelationId


@dataclass(frozen=True, slots=True)
class AttachModifier:
    """Make a new annotation and join it to `head`, in one go.  `head` may be a suggestion, accepted first."""

    head: Target
    spans: Spans
    label: str


@dataclass(frozen=True, slots=True)
class Propagate:
    """Propose the target's label for the same words elsewhere."""

    target: Target


@dataclass(frozen=True, slots=True)
class OpenMenu:
    """Open the context menu at this place of the screen, for the span and the selection named."""

    x: int
    y: int
    target: Target | None
    selection: Spans | None


@dataclass(frozen=True, slots=True)
class ShowKeys:
    """Show the overview of keys."""


Intent = (
    Annotate
    | Relabel
    | Accept
    | Reject
    | Delete
    | MoveBoundary
    | Reshape
    | Link
    | Unlink
    | AttachModifier
    | Propagate
    | OpenMenu
    | ShowKeys
)
