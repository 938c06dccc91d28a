"""Found: one modifier that a rule found, and what it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from engine.text.span import Span


@dataclass(frozen=True, slots=True)
class Found:
    """`label` stands at `span` and belongs to the entities `heads` (numbers given by the caller).

    `alone`: to those and to no other.  `firm`: whatever other modifier a tagger gave to these words.
    """

    span: Span
    label: str
    heads: tuple[int, ...]
    alone: bool = True
    firm: bool = False
