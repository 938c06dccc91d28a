"""Ahead: what an earlier layer of a project says of its notes, as a draft for a model."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.annotation.said import Answer, LabelledSpan, SaidRelation, answer
from engine.errors import ModelError
from engine.text.note import text_hash
from engine.text.span import Span

_LAYER = "layer:"


class Ahead(msgspec.Struct, frozen=True, array_like=True):
    """The tags of one note, each from, to (code points) and label; and pairs of them, head and tail."""

    tags: tuple[tuple[int, int, str], ...] = ()
    pairs: tuple[tuple[int, int], ...] = ()


def layer_of(draft: str) -> int | None:
    """Return the number of the layer that the option `draft` names; None where it names a tagger.

    Raises:
        ModelError: it names a layer without a number.
    """
    if not draft.startswith(_LAYER):
        return None
    number = draft.removeprefix(_LAYER)
    if not number.isdecimal():
        raise ModelError("A layer to draft from is said by its number, as in “layer:3”.")
    return int(number)


def ahead_of(said: Answer) -> Ahead:
    """Return `said` as it goes into the options of a run; what has gaps goes as one stretch."""
    return Ahead(
        tuple((one.hull.start, one.hull.end, one.label) for one in said.items),
        tuple((one.head, one.tail) for one in said.relations),
    )


def draft_of(text: str, known: Mapping[str, Ahead]) -> Answer:
    """Return the draft for a note; an empty one where nothing is known of it."""
    found = known.get(text_hash(text)) if known else None
    if found is None:
        return Answer()
    items = [LabelledSpan((Span(start, end),), label) for start, end, label in found.tags]
    return answer(items, [SaidRelation(head, tail, "") for head, tail in found.pairs])
