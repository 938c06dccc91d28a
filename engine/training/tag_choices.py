"""Tag choices: which tags a word may carry by what its corpus says, for each head.

A corpus that marks only some labels says little of a word without a mark: it is O, or something
that the corpus does not mark.  A target is then not one tag but a set of them, and the loss is
taken from the probability of the set (learning from partial labels, as of Tsuboi and others,
COLING 2008; here by word).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.taggers.onnx_bert.bio import tags_of
from engine.training.corpora import Mark
from engine.training.corpus_readers.types import UNKNOWN

IGNORED = -100
"""The target where no loss is taken: a piece that is no word's first, or a word that may be anything."""

WordMark = tuple[int, int, Mark]
"""First word, word after the last, and the mark on them."""


class TagChoices:
    """The sets of tags that are targets of one head, numbered.

    The number of a set of a single tag is that tag, so that where everything is marked
    targets are tags.  Larger sets get their numbers as they appear.
    """

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        self._sets = [frozenset({tag}) for tag in range(1 + 2 * len(labels))]
        self._numbers = {tags: number for number, tags in enumerate(self._sets)}

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """Which tags each set holds: sets × tags."""
        found = np.zeros((len(self._sets), 1 + 2 * len(self.labels)), dtype=np.bool_)
        for number, tags in enumerate(self._sets):
            found[number, sorted(tags)] = True
        return found

    def targets(
        self, word_count: int, marks: Sequence[WordMark], says: Collection[str] | None
    ) -> NDArray[np.int64]:
        """Return one target per word: the number of a set of tags, or `IGNORED` where all are allowed.

        `says` are the labels of which every occurrence is marked (None: of all).
        """
        kinds: list[tuple[int, ...]] = []
        spans: list[tuple[int, int, int]] = []
        for first, last, mark in marks:
            labels = self._labels_of(mark.label)
            if labels:
                kinds.append(labels)
                spans.append((first, last, len(kinds) - 1))
        free = [] if says is None else [k for k, label in enumerate(self.labels) if label not in says]
        outside = self._number({0, *(1 + 2 * k for k in free), *(2 + 2 * k for k in free)})
        meaning = [outside]
        for labels in kinds:
            every = len(labels) > len(self.labels)
            meaning += (
                [IGNORED] * 2
                if every
                else [self._number({place + 2 * k for k in labels}) for place in (1, 2)]
            )
        return np.asarray(meaning, dtype=np.int64)[tags_of(word_count, spans)]

    def _labels_of(self, said: str) -> tuple[int, ...]:
        """Return the numbers of this head's labels that a mark may mean; more than there are: anything."""
        if said == UNKNOWN:
            return tuple(range(len(self.labels) + 1))
        return tuple(k for k, label in enumerate(self.labels) if label in said.split("|"))

    def _number(self, tags: set[int]) -> int:
        if len(tags) == 1 + 2 * len(self.labels):
            return IGNORED
        key = frozenset(tags)
        if key not in self._numbers:
            self._numbers[key] = len(self._sets)
            self._sets.append(key)
        return self._numbers[key]
