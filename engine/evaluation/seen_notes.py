"""Seen notes: which notes of a test were already in the training, whole or in large part.

A score on such notes tells how well a model remembers.  Texts are compared by runs of eight words,
whatever the white space and case, so that notes are also found in training sets that hold single
sentences, or other line breaks; phrases that stand in every note are shorter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

_WORDS = 8
_SHARE = 0.5
"""From this share of its runs of words on, a note counts as seen."""


class SeenTexts:
    """The runs of words of a training set, as hashes; no text is kept."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._known = {one for text in texts for one in _runs(text)}

    def share(self, text: str) -> float:
        """Return which share of the runs of words of `text` the training set holds; 0 if it has none."""
        own = set(_runs(text))
        return len(own & self._known) / len(own) if own else 0.0

    def holds(self, text: str) -> bool:
        """Return whether at least half of `text` was in the training set."""
        return self.share(text) >= _SHARE


def _runs(text: str) -> Iterator[bytes]:
    words = text.casefold().split()
    for first in range(len(words) - _WORDS + 1):
        run = " ".join(words[first : first + _WORDS])
        yield hashlib.blake2b(run.encode("utf-8", "surrogatepass"), digest_size=8).digest()
