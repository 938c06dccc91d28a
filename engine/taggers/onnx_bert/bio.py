"""BIO: tags of words that open, continue or leave a span, and the best legal sequence of them.

Tag 0 is O; of label number k (from 0), ``1 + 2k`` opens a span and ``2 + 2k`` continues it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_NEVER = -1e30
_CLEAR = 50.0
"""Margins above this mean the same: nothing else was thinkable."""


@dataclass(frozen=True, slots=True)
class WordSpan:
    """Words ``first`` to ``last`` (not included) carry label number `label`.

    `score` is the probability that the words are tagged so; the margins are differences of
    log-probabilities to the next best choice at the first word, among the labels, and at the end.
    """

    first: int
    last: int
    label: int
    score: float
    open_margin: float
    label_margin: float
    close_margin: float


def tag_names(labels: Sequence[str]) -> list[str]:
    """Return the names of the tags of a head with these labels: O, B-x, I-x, B-y and so on."""
    return ["O", *(f"{place}-{label}" for label in labels for place in "BI")]


def tags_of(word_count: int, spans: Sequence[tuple[int, int, int]]) -> list[int]:
    """Return one tag per word for spans (first word, word after the last, label number).

    Where two spans share a word the longer one is said, since one tag is all a word can carry.
    """
    tags = [0] * word_count
    for first, last, label in sorted(spans, key=lambda span: (span[0] - span[1], span)):
        if any(tags[first:last]):
            continue
        tags[first] = 1 + 2 * label
        tags[first + 1 : last] = [2 + 2 * label] * (last - first - 1)
    return tags


def log_softmax(logits: Floats) -> Floats:
    """Return the log-probabilities of each row, computed so that nothing overflows."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    found: Floats = (shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))).astype(np.float32)
    return found


def best_tags(log_probs: Floats) -> Ints:
    """Return the most probable sequence of tags in which nothing continues what was not opened.

    At the very first word a span may be continued: there it opens.  The result equals a
    Viterbi search over all words.  It is found faster: where each word's own best tag makes
    a legal sequence, that is already the answer, so only the runs that are not legal are searched.
    """
    tags: Ints = log_probs.argmax(axis=-1)
    done = 0
    for place in _illegal_places(tags):
        if place < done:
            continue
        # O can follow anything, so that a stretch may end before an O without a loss, and
        # begin wherever its own best sequence does not continue what stands to its left.
        done = _next_outside(tags, place)
        first = _last_outside(tags, place)
        found = _search(log_probs[first:done])
        while first > 0 and _continues(int(found[0])):
            first = _last_outside(tags, first - 1)
            found = _search(log_probs[first:done])
        tags[first:done] = found
    return tags


def _continues(tag: int) -> bool:
    return tag > 0 and tag % 2 == 0


def _illegal_places(tags: Ints) -> list[int]:
    """Return where a tag continues a span that the tag before neither opens nor continues."""
    here, before = tags[1:], tags[:-1]
    legal = (here % 2 == 1) | (here == 0) | (before == here) | (before == here - 1)
    return [int(place) + 1 for place in np.flatnonzero(~legal)]


def _last_outside(tags: Ints, place: int) -> int:
    """Return the last word at or before `place` that is outside, else the first word of all."""
    while place > 0 and tags[place] != 0:
        place -= 1
    return place


def _next_outside(tags: Ints, place: int) -> int:
    """Return the first word at or after `place` that is outside, else the end."""
    while place < len(tags) and tags[place] != 0:
        place += 1
    return place


def _search(log_probs: Floats) -> Ints:
    """Return the best tags of a stretch of words (Viterbi); its first word may be of any tag."""
    count, width = log_probs.shape
    back = np.zeros((count, width), dtype=np.int64)
    score = log_probs[0].astype(np.float64)
    opens, goes_on = np.arange(1, width, 2), np.arange(2, width, 2)
    for place in range(1, count):
        best = int(score.argmax())
        came = np.full(width, best)
        from_open = score[opens] >= score[goes_on]
        came[goes_on] = np.where(from_open, opens, goes_on)
        score = score[came] + log_probs[place]
        back[place] = came
    tags = np.zeros(count, dtype=np.int64)
    tags[-1] = int(score.argmax())
    for place in range(count - 1, 0, -1):
        tags[place - 1] = back[place, tags[place]]
    return tags


def word_spans(tags: Ints, log_probs: Floats) -> list[WordSpan]:
    """Return the spans that `tags` say, in order, each with its score and margins."""
    found: list[WordSpan] = []
    place = 0
    inside = np.flatnonzero(tags)
    for start in inside:
        if start < place:
            continue
        label = (int(tags[start]) - 1) // 2
        last = int(start) + 1
        while last < len(tags) and tags[last] == 2 + 2 * label:
            last += 1
        found.append(_measured(int(start), last, label, log_probs))
        place = last
    return found


def _measured(first: int, last: int, label: int, log_probs: Floats) -> WordSpan:
    opening, going_on = 1 + 2 * label, 2 + 2 * label
    head = log_probs[first]
    opened = float(max(head[opening], head[going_on]) if first == 0 else head[opening])
    total = opened
    total += float(log_probs[first + 1 : last, going_on].sum())
    close = 0.0
    if last < len(log_probs):
        stay = min(float(np.exp(log_probs[last, going_on])), 1.0 - 1e-7)
        leave = float(np.log1p(-stay))
        total += leave
        close = leave - float(log_probs[last, going_on])
    others = np.delete(head, [opening, going_on])
    labels = np.array(
        [head[tag] + log_probs[first + 1 : last, tag + 1].sum() for tag in range(1, log_probs.shape[1], 2)]
    )
    rival = float(np.delete(labels, label).max()) if len(labels) > 1 else _NEVER
    return WordSpan(
        first,
        last,
        label,
        score=min(1.0, float(np.exp(total))),
        open_margin=_margin(opened - float(others.max())),
        label_margin=_margin(float(labels[label]) - rival),
        close_margin=_margin(close),
    )


def _margin(difference: float) -> float:
    """Return a difference of log-probabilities as a margin: never below 0, since legality may overrule."""
    return min(max(0.0, difference), _CLEAR)
