"""Looks: what the painters are told of one moment: caret, selection, focus, mode, hits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desktop.review.intents import Target
from desktop.review.modes import RelationsShown
from engine.text.span import Span, Spans


@dataclass(frozen=True, slots=True)
class Looks:
    """One moment of the view.  Everything in code points and targets; pixels are the page's."""

    caret: int = 0
    caret_on: bool = False
    selection: Span | None = None
    focus: Target | None = None
    source: Target | None = None  # taken to be joined
    reshaped: Spans | None = None  # the focused span while its edge is dragged
    hints: Mapping[Target, str] = field(default_factory=dict)  # letters that join in relation mode
    faded: bool = False  # a mode is on: what has no hint steps back
    hits: Sequence[Span] = ()
    hit: int | None = None
    relations: RelationsShown = RelationsShown.FOCUSED
    active: bool = True  # the view has the keyboard
