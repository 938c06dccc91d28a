"""Similarity: which sentences are most like another, by the words they share (TF-IDF) or by an encoder.

The nearest examples make better prompts than fixed ones (KATE, as in Monajatipoor et al.,
arXiv 2404.07376), and TF-IDF is enough for it (Ge et al., npj AI 2026).
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.text.token import tokenize

Vectors = NDArray[np.float32]

Embed = Callable[[Sequence[str]], Vectors]
"""Texts to vectors, a row for each."""


class Retriever(Protocol):
    """Knows some sentences, and which of them are most like another."""

    def scores(self, text: str) -> list[float]:
        """Return how like `text` each sentence is, in their order: 0 is not at all, 1 is the same."""
        ...


class TfIdf:
    """Cosine of word counts, each weighed by how few sentences have the word (Spärck Jones, 1972).

    The weight of a word is ``ln((1 + n) / (1 + sentences with it)) + 1``; case does not count.
    """

    def __init__(self, sentences: Sequence[str]) -> None:
        """Count the words of `sentences`."""
        counts = [Counter(_words(one)) for one in sentences]
        found = Counter(word for one in counts for word in one)
        self._weights = {word: math.log((1 + len(counts)) / (1 + n)) + 1 for word, n in found.items()}
        self._size = len(counts)
        self._where: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, one in enumerate(counts):
            for word, weight in self._weighed(one).items():
                self._where[word].append((number, weight))

    def scores(self, text: str) -> list[float]:
        """Return the cosines."""
        found = [0.0] * self._size
        for word, weight in self._weighed(Counter(_words(text))).items():
            for number, other in self._where[word]:
                found[number] += weight * other
        return found

    def _weighed(self, counts: Counter[str]) -> dict[str, float]:
        weights = {word: n * self._weights[word] for word, n in counts.items() if word in self._weights}
        length = math.sqrt(sum(one * one for one in weights.values()))
        return {word: one / length for word, one in weights.items()}


class ByVectors:
    """Cosine of the vectors that an encoder gives."""

    def __init__(self, vectors: Vectors, embed: Embed) -> None:
        """Compare with `vectors`, a row for each sentence, what `embed` gives a text."""
        self._embed = embed
        self._vectors = _unit(vectors) if len(vectors) else np.zeros((0, 1), np.float32)

    def scores(self, text: str) -> list[float]:
        """Return the cosines."""
        if not len(self._vectors):
            return []
        found: list[float] = (self._vectors @ _unit(self._embed([text]))[0]).tolist()
        return found


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)


def _words(text: str) -> list[str]:
    words = tokenize(text).words(text)
    return [unicodedata.normalize("NFKC", one).casefold() for one in words if any(map(str.isalnum, one))]
