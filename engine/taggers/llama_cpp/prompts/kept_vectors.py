"""Kept vectors: sentences of a bank that an encoder has read before are not read again.

A vector tells much of its sentence, so that it is kept where the sentence is: in memory, and by the
project that the notes belong to.  Each is kept by the encoder and the sentence it is of; in a bank
that has changed, the new sentences alone are read.  All are rounded alike, so that a vector that was
kept is the one that was worked out.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from engine.taggers.llama_cpp.prompts.similarity import Vectors


class Encodes(Protocol):
    """Gives a vector for each of some texts; `id` changes whenever the vectors would."""

    id: str

    def __call__(self, sentences: Sequence[str], /) -> Vectors:
        """Return a row for each sentence."""
        ...


class KeptVectors:
    """Vectors by key, as text: those that were handed in, and those that were worked out since."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._learned: dict[str, str] = {}

    def know(self, vectors: Mapping[str, str]) -> None:
        """Take `vectors` that were learned before."""
        self._known.update(vectors)

    def take_learned(self) -> dict[str, str]:
        """Return what was learned since the last call."""
        learned, self._learned = self._learned, {}
        return learned

    def of(self, sentences: Sequence[str], encoder: Encodes) -> Vectors:
        """Return the vectors of `sentences`, rounded to 16 bits; `encoder` reads only the new ones."""
        wanted = {vector_key(encoder.id, one): one for one in sentences}
        self._learn({key: one for key, one in wanted.items() if key not in self._known}, encoder)
        rows = {key: _unpacked(self._known[key]) for key in wanted}
        if len({len(row) for row in rows.values()}) > 1:  # what was handed in is damaged
            self._learn(wanted, encoder)
            rows = {key: _unpacked(self._known[key]) for key in wanted}
        return np.array([rows[vector_key(encoder.id, one)] for one in sentences], np.float32)

    def _learn(self, new: Mapping[str, str], encoder: Encodes) -> None:
        if not new:
            return
        rows = encoder(list(new.values()))
        learned = {key: _packed(row) for key, row in zip(new, rows, strict=True)}
        self._known.update(learned)
        self._learned.update(learned)


def vector_key(encoder: str, sentence: str) -> str:
    """Return the name of the vector that `encoder` gives `sentence`; it shows nothing of either."""
    return hashlib.sha256(f"{encoder}\n{sentence}".encode("utf-8", "surrogatepass")).hexdigest()


def _packed(vector: Vectors) -> str:
    return base64.b64encode(vector.astype("<f2").tobytes()).decode("ascii")


def _unpacked(said: str) -> Vectors:
    """Return the vector, empty where the text is none."""
    try:
        return np.frombuffer(base64.b64decode(said, validate=True), "<f2").astype(np.float32)
    except (binascii.Error, ValueError):
        return np.zeros(0, np.float32)
