"""A made-up note as numbers of tokens, the tags that a model is to want, and drafts that are partly wrong.

Sentences, tags and modifiers are as long and as frequent as in clinical notes (words per
sentence: median 9, 95 % up to 32; a tag every 8.9 words, of 2.1 words; 1.35 tokens a word).
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from engine.taggers.llama_cpp.automaton import (
    CLOSE,
    COPY,
    HEAD,
    LINKED,
    Action,
    Automaton,
    Ids,
    Source,
    State,
)
from engine.taggers.llama_cpp.decoding import Backend, Step
from engine.taggers.llama_cpp.strand import Drafted

LABELS = 4
WORDS_A_TAG, WORDS_IN_TAG, TOKENS_A_WORD, MODIFIERS_A_TAG = 8.9, 2.1, 1.35, 0.6
FIRST_WORD = 1000
"""Smaller numbers of tokens are tags and instructions, so that none is taken for the text."""


@dataclass(frozen=True)
class Sentence:
    """A sentence, and the tags that the model is to want: entities, and modifiers with their heads."""

    source: Source
    tags: tuple[Drafted, ...]
    modifiers: tuple[Drafted, ...]


def note(words: int, seed: int, vocabulary: int) -> list[Sentence]:
    """Return sentences of `words` words together."""
    chance = random.Random(seed)  # noqa: S311 - made-up text, no secret
    found: list[Sentence] = []
    left = words
    while left > 0:
        length = min(left, max(1, round(math.exp(chance.gauss(math.log(9), 0.77)))))
        left -= length
        found.append(_sentence(chance, length, vocabulary))
    return found


def _sentence(chance: random.Random, words: int, vocabulary: int) -> Sentence:
    lengths = [1 + (chance.random() < TOKENS_A_WORD - 1) for _ in range(words)]
    ids = tuple(chance.randrange(FIRST_WORD, vocabulary) for _ in range(sum(lengths)))
    source = Source(ids, tuple(sum(lengths[:at]) for at in range(words)))
    tags, at = list[Drafted](), 0
    free = WORDS_A_TAG - WORDS_IN_TAG
    while (start := at + int(chance.expovariate(1 / free))) < words:
        at = min(words, start + _length(chance))
        tags.append(Drafted(chance.randrange(LABELS), start, at))
    return Sentence(source, tuple(tags), tuple(_modifiers(chance, words, len(tags))))


def _modifiers(chance: random.Random, words: int, heads: int) -> list[Drafted]:
    found = list[Drafted]()
    for head in range(min(heads, 9)):
        start = chance.randrange(words)
        taken = any(one.start <= start < one.end for one in found)
        if chance.random() < MODIFIERS_A_TAG and not taken:
            found.append(Drafted(chance.randrange(LABELS), start, start + 1, (head,)))
    return sorted(found, key=lambda one: one.start)


def _length(chance: random.Random) -> int:
    length = 1
    while chance.random() < 1 - 1 / WORDS_IN_TAG:
        length += 1
    return length


def disturbed(tags: Sequence[Drafted], words: int, share: float, seed: int) -> tuple[Drafted, ...]:
    """Return `tags` with this share of their openings and closings wrong, each in one of the usual ways.

    A wrong opening is another label, another place, or no tag; a wrong closing is another place.
    """
    chance = random.Random(seed)  # noqa: S311 - see above
    found = list[Drafted]()
    for one in tags:
        label, start, end, heads = one
        if chance.random() < share:
            way = chance.randrange(3)
            if way == 0:
                continue
            if way == 1:
                label = (label + 1) % LABELS
            else:
                start = max(0, start - 1) if start + 1 >= end else start + 1
        if chance.random() < share:
            end = end + 1 if end - 1 <= start or chance.random() < 0.5 else end - 1
        found.append(Drafted(label, start, max(start + 1, min(end, words)), heads))
    return tuple(found)


class Wishing:
    """A real model that costs what it costs, and whose decisions are put in the place of its own.

    Its sequences are told apart by what stands before each answer.
    """

    def __init__(self, real: Backend, prefix: int, wishes: dict[Ids, tuple[Automaton, tuple[Drafted, ...]]]):
        self.rolls_back = real.rolls_back
        self.noise = 0.0  # its wishes are clear
        self.places = real.places
        self._real = real
        self._prefix = prefix
        self._wishes = wishes
        self._read: dict[int, list[int]] = {}

    def decode(self, steps: Sequence[Step]) -> list[Sequence[float]]:
        """Let the model read `steps`, and answer by the wishes."""
        found = list[Sequence[float]]()
        for token, position, sequence, wanted in steps:
            read = self._read.setdefault(sequence, [])
            del read[position - self._prefix :]
            read.append(token)
            if wanted:
                found.append(self._wanted(tuple(read), wanted))
        self._real.decode(steps)
        return found

    def rollback(self, sequence: int, position: int) -> None:
        """Forget what `sequence` holds from `position` on."""
        self._real.rollback(sequence, position)

    def copy(self, source: int, target: int) -> None:
        """Let the empty sequence `target` go on from the end of `source`."""
        self._read[target] = []
        self._real.copy(source, target)

    def _wanted(self, read: Ids, wanted: Ids) -> list[float]:
        lead = next(one for one in self._wishes if read[: len(one)] == one)
        automaton, wish = self._wishes[lead]
        state, at = State(), len(lead)
        while at < len(read):
            legal = automaton.legal(state)
            action = next(one for one in legal if automaton.first_id(state, one) == read[at])
            at += len(automaton.ids(state, action))
            state = automaton.after(state, action)
        while len(legal := automaton.legal(state)) == 1:
            state = automaton.after(state, legal[0])
        chosen = automaton.first_id(state, wished(wish, state, legal))
        return [4.0 if one == chosen else 0.0 for one in wanted]


def wished(wish: Sequence[Drafted], state: State, legal: Sequence[Action]) -> Action:
    """Return the action that leads to `wish`."""
    if state.linking:
        last = state.opened[-1]
        heads = next((one.heads for one in wish if (one.label, one.start) == last[:2]), ())
        return next((HEAD + one for one in heads if HEAD + one in legal), LINKED)
    if state.opened:
        end = next((one.end for one in wish if (one.label, one.start) == state.opened[-1][:2]), state.unit)
        return CLOSE if CLOSE in legal and end <= state.unit else COPY
    return next((one.label for one in wish if one.start == state.unit and one.label in legal), COPY)
