"""Packing: fragments and answers as the project file holds them, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from engine.annotation.said import Alignment, Answer, LabelledSpan, RawAnswer
from engine.errors import LabelError, OffsetError, ProjectDamaged
from engine.labels.label_set import LabelSet
from engine.text.span import Span, Spans, as_spans
from engine.text.token import Tokens

_LENGTH_BITS = 24


def pack(spans: Spans) -> str:
    """Return the fragments as ``[start,end,start,end,…]``; equal fragments give equal texts."""
    return "[" + ",".join(f"{span.start},{span.end}" for span in spans) + "]"


def unpack(packed: str) -> Spans:
    """Return the fragments that `pack` wrote."""
    flat = packed[1:-1].split(",")  # five times as fast as a JSON parser, and a note may have thousands
    if len(flat) == 2:  # noqa: PLR2004 - one fragment: start and end
        return (Span(int(flat[0]), int(flat[1])),)
    return tuple(Span(int(flat[i]), int(flat[i + 1])) for i in range(0, len(flat), 2))


def pack_tokens(tokens: Tokens) -> str:
    """Return the tokens as a JSON list of numbers, start * 2^24 + length: half the size of pairs."""
    starts = tokens.starts.astype(np.int64)
    return json.dumps(((starts << _LENGTH_BITS) | (tokens.ends - starts)).tolist(), separators=(",", ":"))


@lru_cache(maxsize=4)
def unpack_tokens(packed: str, version: str) -> Tokens:
    """Return the tokens that `pack_tokens` wrote; those of the notes read last are not read again.

    Raises:
        ProjectDamaged: it did not write this.
    """
    try:
        numbers = np.array(json.loads(packed), dtype=np.int64)
        starts = numbers >> _LENGTH_BITS
        ends = starts + (numbers & ((1 << _LENGTH_BITS) - 1))
        return Tokens(starts.astype(np.int32), ends.astype(np.int32), version)
    except (ValueError, TypeError, OverflowError):
        raise ProjectDamaged("The tokens of a note cannot be read. Restore a backup.") from None


def checked_spans(spans: Spans, length: int) -> Spans:
    """Return the fragments in order once they lie in a note of `length` characters.

    Raises:
        OffsetError: there is none, they overlap, or one reaches beyond the note.
    """
    try:
        ordered = as_spans(spans)
    except ValueError:
        raise OffsetError(
            "A tag needs at least one stretch of text, and its parts may not overlap."
        ) from None
    if ordered[-1].end > length:
        raise OffsetError(f"A tag ends at {ordered[-1].end}, the note at {length}.")
    return ordered


def checked_answer(answer: Answer, text: str, labels: LabelSet) -> Answer:
    """Return `answer` once its offsets lie in `text` and its labels and relations in `labels`.

    Raises:
        OffsetError: an offset lies outside, fragments overlap, or a relation points at nothing.
        LabelError: a label that the set lacks, or a pair that it does not allow.
    """
    answer.checked(text)
    for item in answer.items:
        labels.type(item.label)
        checked_spans(item.spans, len(text))
    for relation in answer.relations:
        head, tail = answer.items[relation.head].label, answer.items[relation.tail].label
        if relation.label not in labels.relations(head, tail) or relation.head == relation.tail:
            raise LabelError(f"“{tail}” may not be joined to “{head}” as “{relation.label}”.")
    return answer


PREDICTED = (
    "p.id, w.layer_id, p.spans, p.label, p.score, p.alignment, p.open_margin, p.label_margin, "
    "p.close_margin, p.raw"
)
"""The columns that `labelled_span` reads from the third on (prediction p, answer w)."""


_ALIGNMENTS = {one.value: one for one in Alignment}
"""Half a microsecond for each suggestion faster than to call the enumeration."""


def labelled_span(columns: Sequence[Any]) -> LabelledSpan:
    """Return what a tagger said, from the columns of its row."""
    spans, label, score, alignment, opened, labelled, closed, raw = columns
    return LabelledSpan(unpack(spans), label, score, _ALIGNMENTS[alignment], opened, labelled, closed, raw)


def raw_answer(start: int, end: int, asked: str, text: str, flaws: str) -> RawAnswer:
    """Return what a model wrote, from the columns of its row."""
    return RawAnswer(Span(start, end), asked, text, tuple(json.loads(flaws)))
