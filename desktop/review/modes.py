"""Modes: what the next key means, and what may be joined to what."""

from __future__ import annotations

from enum import Enum


class Mode(Enum):
    """What the note view waits for."""

    NORMAL = "normal"
    RELATION = "relation"  # a span was taken; the next one is joined to it
    MODIFIER = "modifier"  # an entity was taken; the next label makes a modifier of it
