"""Drawing: which sentences come together in a lesson, and lessons of like length in a batch."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from engine.taggers.llama_cpp.prompts.similarity import TfIdf
from engine.training.small_llm.lessons import Curriculum, Lesson, Teacher
from engine.training.small_llm.sentences import Sentence

_NEAR = 8
_POOL = 500
"""Sentences that may be shown as similar ones; to compare all with all would take longer than an epoch."""


class Drawer:
    """Draws lessons from corpora for ever, the same ones for the same seed."""

    def __init__(self, corpora: Mapping[str, Sequence[Sentence]], plan: Curriculum) -> None:
        """Take the sentences of each corpus by its name in a mixture."""
        self._corpora = corpora
        self._plan = plan
        self._near: dict[str, list[list[int]]] = {}

    def near(self, name: str) -> list[list[int]]:
        """Return for each sentence of a corpus those most like it, of other notes, from a pool."""
        if name not in self._near:
            some = self._corpora[name]
            pool = random.Random(0).sample(range(len(some)), min(_POOL, len(some)))  # noqa: S311  repeatable
            index = TfIdf([some[number].text for number in pool])
            self._near[name] = [_nearest(index, one, [some[n] for n in pool], pool) for one in some]
        return self._near[name]

    def draw(self, mixture: Mapping[str, float], teacher: Teacher, seed: int) -> Iterator[Lesson]:
        """Yield lessons; `mixture` says how often each corpus is drawn, relative to the others."""
        chance = random.Random(seed)  # noqa: S311  it must be repeatable, not secret
        names, forms = list(mixture), list(self._plan.formats)
        decks = {name: _deck(len(self._corpora[name]), chance) for name in names}
        while True:
            name = chance.choices(names, [mixture[one] for one in names])[0]
            form = chance.choices(forms, [self._plan.formats[one] for one in forms])[0]
            some, turns = self._corpora[name], chance.choice(self._plan.turns)
            first = next(decks[name])
            if turns > 1 and chance.random() < self._plan.similar:
                near = self.near(name)[first][: turns - 1]
                chosen = [*reversed(near), first]
            else:
                chosen = [first, *(next(decks[name]) for _ in range(turns - 1))]
            if lesson := teacher.lesson([some[number] for number in chosen], form, chance):
                yield lesson


def _deck(size: int, chance: random.Random) -> Iterator[int]:
    """Yield every number below `size` before any comes again."""
    while True:
        yield from chance.sample(range(size), size)


def _nearest(index: TfIdf, one: Sentence, others: Sequence[Sentence], numbers: Sequence[int]) -> list[int]:
    scores = index.scores(one.text)
    order = sorted(range(len(scores)), key=lambda number: -scores[number])[: 4 * _NEAR]
    return [numbers[n] for n in order if others[n].note != one.note][:_NEAR]


def batches(lessons: Iterator[Lesson], tokens: int, ahead: int = 16) -> Iterator[list[Lesson]]:
    """Yield batches of lessons of like length, of about `tokens` places each, filling included."""
    while True:
        pool: list[Lesson] = []
        while sum(map(len, pool)) < ahead * tokens:
            pool.append(next(lessons))
        pool.sort(key=len)
        made: list[list[Lesson]] = [[]]
        for one in pool:
            if (len(made[-1]) + 1) * len(one) > tokens and made[-1]:
                made.append([])
            made[-1].append(one)
        random.Random(len(pool)).shuffle(made)  # noqa: S311  repeatable
        yield from made
