"""Parts: the stretches of a note that a model is asked for at once, single sentences or whole sections."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Literal

from engine.text.section import sections
from engine.text.sentence import sentences
from engine.text.span import Span
from engine.text.token import Tokens

Unit = Literal["sentence", "section"]

Part = tuple[tuple[Span, ...], ...]
"""Sentences that follow each other, at least one, each as its words, at least one."""


def parts(text: str, tokens: Tokens, unit: Unit, chosen: Collection[Span] | None = None) -> list[Part]:
    """Return the parts of `text` in order, or of the sentences `chosen` of it.

    A part by section is as much of one section as is chosen in a row; what stands before
    the first heading is a part too.
    """
    every = sentences(text, tokens)
    begins = [one.span.start for one in sections(text)] if unit == "section" else []
    found: list[tuple[tuple[int, int], tuple[Span, ...]]] = []
    for number, sentence in enumerate(every):
        first, last = tokens.covering(sentence) or (0, 0)
        if first == last or (chosen is not None and sentence not in chosen):
            continue
        left_out = number - len(found)  # sentences in a row have as many before them
        home = left_out if unit == "section" else number
        key = (bisect_right(begins, sentence.start), home)
        found.append((key, tuple(tokens[at] for at in range(first, last))))
    return [tuple(words for _, words in some) for _, some in groupby(found, key=lambda one: one[0])]


def words_of(part: Part) -> list[Span]:
    """Return the words of all sentences of `part`."""
    return [word for words in part for word in words]


def halves(part: Part) -> tuple[Part, Part]:
    """Return two parts of one that has two words or more: split between sentences, a single one in itself."""
    if len(part) > 1:
        half = _middle([len(words) for words in part])
        return part[:half], part[half:]
    (words,) = part
    return (words[: len(words) // 2],), (words[len(words) // 2 :],)


def _middle(lengths: Sequence[int]) -> int:
    """Return before which sentence to split so that both halves are as nearly equal as can be."""
    total = sum(lengths)
    return min(range(1, len(lengths)), key=lambda at: abs(2 * sum(lengths[:at]) - total))
