"""Drawing: which sentences come together in a lesson, and lessons of like length in a batch."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator, Mapping, Sequence

from engine.taggers.llama_cpp.prompts.similarity import TfIdf
from engine.training.small_llm.changes import changed
from engine.training.small_llm.lessons import MODIFIERS, Curriculum, Lesson, Teacher
from engine.training.small_llm.recipe import SILVER
from engine.training.small_llm.sentences import Sentence

_SPARE = 24
"""Neighbours looked at beyond those wanted, as some stand in the same note."""


class Examples:
    """Sentences of gold, as a user would have them, and which of them are most like another."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        """Take all of them, those without marks too, as the bank of a project does."""
        self._sentences = sentences
        self._index = TfIdf([one.text for one in self._sentences])

    def near(self, one: Sentence, most: int) -> list[Sentence]:
        """Return up to `most` sentences of other notes, the most similar last."""
        scores = self._index.scores(one.text)
        order = heapq.nlargest(most + _SPARE, range(len(scores)), key=scores.__getitem__)
        found = (self._sentences[number] for number in order if scores[number] > 0.0)
        apart = [other for other in found if other.note != one.note and other.text != one.text]
        return apart[:most][::-1]


class Drawer:
    """Draws lessons from corpora for ever, the same ones for the same seed."""

    def __init__(
        self, corpora: Mapping[str, Sequence[Sentence]], plan: Curriculum, labels: Sequence[str] = ()
    ) -> None:
        """Take the sentences of each corpus by its name in a mixture; changes may change `labels`."""
        self._corpora = corpora
        self._plan = plan
        self._labels = labels

    def draw(self, mixture: Mapping[str, float], teacher: Teacher, seed: int) -> Iterator[Lesson]:
        """Yield lessons; `mixture` says how often each corpus is drawn, relative to the others."""
        chance = random.Random(seed)  # noqa: S311  it must be repeatable, not secret
        plan, names, forms = self._plan, list(mixture), list(self._plan.formats)
        decks = {name: _deck(self._corpora[name], chance) for name in names}
        pools = {name: self._pool(name, chance) for name in names}
        while True:
            name = chance.choices(names, [mixture[one] for one in names])[0]
            form = chance.choices(forms, [plan.formats[one] for one in forms])[0]
            chosen, shown = [next(decks[name])], 1.0
            more = chance.choice(plan.turns) - 1
            if more and chance.random() < plan.similar:
                chosen, shown = [*pools[name].near(chosen[0], more), *chosen], plan.shown
            elif more:
                chosen = [*(next(decks[name]) for _ in range(more)), *chosen]
            if more and form != MODIFIERS and chance.random() < plan.changed:
                other = changed(chosen, self._labels, chance)
                chosen, shown = (other, plan.reading) if other else (chosen, shown)
            if lesson := teacher.lesson(chosen, form, chance, shown):
                yield lesson

    def _pool(self, name: str, chance: random.Random) -> Examples:
        """Return sentences of gold to choose examples from, for a silver sentence as many silver ones too."""
        gold = [one for other, some in self._corpora.items() if other != SILVER for one in some]
        both = [gold, list(self._corpora[name])] if name == SILVER else [list(self._corpora[name])]
        most = self._plan.pool
        return Examples([one for some in both for one in chance.sample(some, min(most, len(some)))])


def _deck(sentences: Sequence[Sentence], chance: random.Random) -> Iterator[Sentence]:
    """Yield every sentence before any comes again."""
    while True:
        yield from chance.sample(list(sentences), len(sentences))


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
