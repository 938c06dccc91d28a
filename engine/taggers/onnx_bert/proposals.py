"""Proposals: the labelled spans that the heads of a model say of one note."""

from __future__ import annotations

from collections.abc import Container, Sequence

import msgspec
import numpy as np

from engine.annotation.said import LabelledSpan
from engine.taggers.onnx_bert.bio import Floats, WordSpan, best_tags, word_spans
from engine.taggers.onnx_bert.calibration import Curve
from engine.taggers.onnx_bert.reading import Reading, WordAnswers
from engine.text.placeholders import placeholders
from engine.text.span import Span

_MAY_BE_A_DATE = "temporal"
_NEVER = np.float32(-1e9)


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One BIO head: the ONNX output it reads and its labels, in the order of training.

    `temperature` divides the logits, so that scores mean how often such a tag is right.
    `columns` is for models made elsewhere: for each tag of ours (see `bio.tag_names`) the columns
    of the output that together mean it.  Empty means that the output has our tags in our order.
    With `continues_open`, a label that is continued where it was not before opens a span there,
    as models say it that were taught IO or the older IOB.
    `calibration` holds a curve for each label whose scores have to be bent to mean something.
    """

    name: str
    output: str
    labels: tuple[str, ...]
    temperature: float = 1.0
    columns: tuple[tuple[int, ...], ...] = ()
    continues_open: bool = False
    calibration: dict[str, Curve] = {}

    @property
    def width(self) -> int:
        """How many tags it knows: O, and two for each label."""
        return 1 + 2 * len(self.labels)

    def gathered(self, logits: Floats) -> Floats:
        """Return `logits` by our tags, each the logarithm of the sum over its columns."""
        if not self.columns:
            return logits
        gathered = np.full((*logits.shape[:-1], self.width), _NEVER, dtype=np.float32)
        for tag, columns in enumerate(self.columns):
            if columns:
                gathered[..., tag] = np.logaddexp.reduce(logits[..., list(columns)], axis=-1)
        return gathered


def proposals(
    reading: Reading, said: WordAnswers, heads: Sequence[Head], wanted: Container[str] | None = None
) -> list[LabelledSpan]:
    """Return what the heads say of a note, from the first word of each span to the end of its last.

    With `wanted`, only labels that are in it; a head without any of them is not decoded.
    No span touches a mark of de-identification, except that a temporal may hold a shifted date.
    """
    marked = _marked_words(reading, said)
    items: list[LabelledSpan] = []
    for head, log_probs in zip(heads, said.heads, strict=True):
        labels = {label for label in head.labels if wanted is None or label in wanted}
        if not labels:
            continue
        allowed = _allowed(opened(log_probs) if head.continues_open else log_probs, head, marked)
        spans = word_spans(best_tags(allowed), allowed)
        items += [_item(span, head, reading, said) for span in spans if head.labels[span.label] in labels]
    return items


def opened(log_probs: Floats) -> Floats:
    """Return `log_probs` in which a label may open by its continuing tag, where the word before has another.

    What the word before has is its own most probable label; there the two tags are one choice.
    """
    found = log_probs.copy()
    label = (log_probs.argmax(axis=-1) + 1) // 2  # 0 is outside, k + 1 is label k
    before = np.zeros_like(label)
    before[1:] = label[:-1]
    for number in range(1, (log_probs.shape[-1] + 1) // 2):
        opening, going_on = 2 * number - 1, 2 * number
        here = before != number
        found[here, opening] = np.logaddexp(log_probs[here, opening], log_probs[here, going_on])
        found[here, going_on] = _NEVER
    return found


def _marked_words(reading: Reading, said: WordAnswers) -> list[tuple[int, int, bool]]:
    """Return the words under each mark of de-identification (half-open), and whether it is a date."""
    found: list[tuple[int, int, bool]] = []
    for mark in placeholders(reading.text):
        touched = reading.tokens.covering(mark.span)
        if touched is not None:
            first, last = np.searchsorted(said.words, touched)
            found.append((int(first), int(last), mark.kind == "date"))
    return found


def _allowed(log_probs: Floats, head: Head, marked: Sequence[tuple[int, int, bool]]) -> Floats:
    """Return `log_probs` with nothing but O left for the words under a mark."""
    if not marked:
        return log_probs
    allowed = log_probs.copy()
    dates = [1 + 2 * head.labels.index(_MAY_BE_A_DATE)] if _MAY_BE_A_DATE in head.labels else []
    for first, last, is_date in marked:
        keep = [0, *(tag for opening in dates for tag in (opening, opening + 1) if is_date)]
        kept = log_probs[first:last, keep]
        allowed[first:last] = _NEVER
        allowed[first:last, keep] = kept
    return allowed


def _item(span: WordSpan, head: Head, reading: Reading, said: WordAnswers) -> LabelledSpan:
    label = head.labels[span.label]
    first, last = said.words[span.first], said.words[span.last - 1]
    place = Span(int(reading.tokens.starts[first]), int(reading.tokens.ends[last]))
    curve = head.calibration.get(label)
    return LabelledSpan(
        (place,),
        label,
        curve.at(span.score) if curve else span.score,
        open_margin=span.open_margin,
        label_margin=span.label_margin,
        close_margin=span.close_margin,
    )
