"""Grammar: lets a model write only what a grammar in llama.cpp's notation (GBNF) derives.

For small fixed grammars, such as a list of objects with our own labels: never for one
that is made of a note's text, which can take llama.cpp exponential time.
"""

from __future__ import annotations

import ctypes
import math
from types import ModuleType
from typing import Any

import numpy as np

from engine.errors import ModelError
from engine.taggers.llama_cpp.generation import Row

_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)], align=True)


class Grammar:
    """A grammar for one model.  `chooser` starts an answer; `close` once no answer is under way."""

    def __init__(self, api: ModuleType, vocabulary: object, gbnf: str) -> None:
        """Read the grammar `gbnf`, whose first rule is called ``root``.

        Raises:
            ModelError: it is not in llama.cpp's notation.
        """
        self._api = api
        self._sampler = api.llama_sampler_init_grammar(vocabulary, gbnf.encode(), b"root")
        if not self._sampler:
            raise ModelError("The grammar of the answers cannot be read by llama.cpp.")

    def chooser(self) -> GrammarChooser:
        """Return what chooses the tokens of one answer."""
        return GrammarChooser(self._api, self._api.llama_sampler_clone(self._sampler))

    def close(self) -> None:
        """Give back memory; twice does no harm."""
        if self._sampler:
            self._api.llama_sampler_free(self._sampler)
            self._sampler = None


class GrammarChooser:
    """Chooses the likeliest token that the grammar allows behind those chosen before."""

    def __init__(self, api: ModuleType, sampler: object) -> None:
        self._api = api
        self._sampler = sampler

    def __del__(self) -> None:
        self._api.llama_sampler_free(self._sampler)

    def __call__(self, row: Row) -> int:
        """Return the next token of the answer.

        Raises:
            ModelError: the grammar has no way on, not even an end.
        """
        best = int(row.argmax())
        if not self._allowed(np.array([best]), row):
            allowed = self._allowed(np.arange(len(row)), row)
            if not allowed:
                raise ModelError("The grammar of the answers leaves this model nothing to write.")
            best = max(allowed, key=lambda token: float(row[token]))
        self._api.llama_sampler_accept(self._sampler, best)
        return best

    def _allowed(self, tokens: np.ndarray[Any, Any], row: Row) -> list[int]:
        candidates = np.zeros(len(tokens), _CANDIDATE)
        candidates["id"], candidates["logit"] = tokens, row[tokens]
        data = candidates.ctypes.data_as(ctypes.POINTER(self._api.llama_token_data))
        array = self._api.llama_token_data_array(data=data, size=len(tokens), selected=-1, sorted=False)
        self._api.llama_sampler_apply(self._sampler, ctypes.byref(array))
        left = candidates[: array.size]
        found: list[int] = left["id"][left["logit"] > -math.inf].tolist()
        return found
