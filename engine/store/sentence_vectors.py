"""Sentence vectors: what an encoder made of sentences of finished notes, to be read once alone.

They are no facts and no operations: whatever is lost is worked out anew.  They stand in the project since
they tell much of the sentences they are of; their keys tell nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from engine.store.settings import Remembering


class Sparing(Remembering):
    """Vectors by key, both as `engine.taggers.llama_cpp.prompts.kept_vectors` has them."""

    def sentence_vectors(self, keys: Collection[str]) -> dict[str, str]:
        """Return what is kept for `keys`, and forget the rest: those sentences are no examples now."""
        these = json.dumps(sorted(set(keys)))
        with self._transaction():
            self._conn.execute(
                "DELETE FROM sentence_vector WHERE key NOT IN (SELECT value FROM json_each(?))", (these,)
            )
        return {str(key): str(vector) for key, vector in self._all("SELECT key, vector FROM sentence_vector")}

    def keep_sentence_vectors(self, vectors: Mapping[str, str]) -> None:
        """Keep `vectors` for the next run."""
        if not vectors:
            return
        with self._transaction():
            self._conn.executemany(
                "INSERT OR REPLACE INTO sentence_vector (key, vector) VALUES (?, ?)", vectors.items()
            )
