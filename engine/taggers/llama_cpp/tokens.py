"""Tokens: a sentence as the model's tokens, cut where our words begin, and the way back to characters."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from engine.taggers.llama_cpp.automaton import Ids, Source
from engine.text.span import Span


class Vocabulary(Protocol):
    """How a model writes text as tokens."""

    def tokens(self, text: str) -> Ids:
        """Return the tokens of `text`, none of them a control token."""
        ...

    def piece(self, token: int) -> bytes:
        """Return the bytes that `token` stands for."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as tokens.  `spans` are the characters of each unit: from its first word to its last.

    `hidden` counts words that begin within a token, so that no tag can begin there;
    `exact` is false where the tokens stand for slightly other text (the offsets are right
    all the same, since they are ours and not the model's).
    """

    source: Source
    spans: tuple[Span, ...]
    hidden: int
    exact: bool

    def span(self, start: int, end: int) -> Span:
        """Return the characters of the units ``start:end``."""
        return Span(self.spans[start].start, self.spans[end - 1].end)

    def units(self, span: Span) -> tuple[int, int] | None:
        """Return the units that `span` touches, or None where there are none."""
        start = bisect_right([one.end for one in self.spans], span.start)
        end = bisect_left([one.start for one in self.spans], span.end)
        return (start, end) if start < end else None


def read(text: str, words: Sequence[Span], vocabulary: Vocabulary) -> Reading | None:
    """Return the stretch of `text` from the first of `words` to the last, as tokens.

    It is written as tokens in one piece, as the model saw text in training.  Where the
    tokens do not stand for exactly this text, word by word.  None: no token stands for any of it.
    """
    return _whole(text, words, vocabulary) or _by_words(text, words, vocabulary)


def _whole(text: str, words: Sequence[Span], vocabulary: Vocabulary) -> Reading | None:
    said = text[words[0].start : words[-1].end]
    ids = vocabulary.tokens(said)
    pieces = [vocabulary.piece(one) for one in ids]
    written, raw = b"".join(pieces), said.encode()
    if not ids or written not in {raw, b" " + raw}:
        return None
    ahead = len(written) - len(raw)  # some vocabularies put a blank before any text
    begins = [0, *accumulate(map(len, pieces))][:-1]
    at_byte = [ahead + one for one in accumulate((len(c.encode()) for c in said), initial=0)]
    starts, firsts, end = [0], [0], 0
    for number, word in enumerate(words):
        start = at_byte[word.start - words[0].start]
        token = bisect_right(begins, start) - 1
        if number and begins[token] >= end and token > starts[-1]:
            starts.append(token)
            firsts.append(number)
        end = at_byte[word.end - words[0].start]
    return _reading(Source(ids, tuple(starts)), words, firsts, exact=True)


def _by_words(text: str, words: Sequence[Span], vocabulary: Vocabulary) -> Reading | None:
    ids: list[int] = []
    starts, firsts = list[int](), list[int]()
    before = words[0].start
    blank = vocabulary.piece((vocabulary.tokens("a") or (0,))[0]).startswith(b" ")
    for number, word in enumerate(words):
        said = text[before : word.end]
        written = vocabulary.tokens(said[1:] if blank and said.startswith(" ") else said)
        if written:
            starts.append(len(ids))
            firsts.append(number)
            ids += written
        before = word.end
    if not ids:
        return None
    firsts[0] = 0
    return _reading(Source(tuple(ids), tuple(starts)), words, firsts, exact=False)


def _reading(source: Source, words: Sequence[Span], firsts: Sequence[int], *, exact: bool) -> Reading:
    lasts = [*(one - 1 for one in firsts[1:]), len(words) - 1]
    spans = tuple(Span(words[a].start, words[b].end) for a, b in zip(firsts, lasts, strict=True))
    return Reading(source, spans, len(words) - len(firsts), exact)
