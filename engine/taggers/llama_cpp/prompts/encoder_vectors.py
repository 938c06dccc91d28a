"""Encoder vectors: a sentence as the mean of the hidden states of an installed encoder model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.errors import ModelError
from engine.model_files.installed import InstalledModel, default_model, find_model
from engine.taggers.llama_cpp.prompts.similarity import Vectors
from engine.taggers.onnx_bert.reading import batches as batches_of
from engine.taggers.onnx_bert.reading import padded, read
from engine.taggers.onnx_bert.session import Session
from engine.taggers.onnx_bert.subwords import SubwordSplitter

_STATES = "states"
_WINDOW = 128
_ALONE = 1
"""Sub-words in a batch: with 8-bit weights a vector would depend on all sentences beside it."""


class Encoder:
    """An installed encoder model; called with texts it gives a vector for each.  Used from one thread."""

    def __init__(self, model: InstalledModel) -> None:
        """Load `model`.

        Raises:
            ModelError: it is no encoder, or does not give its hidden states.
        """
        manifest, folder = model.manifest, model.folder
        if "tokenizer" not in manifest.files:
            raise ModelError(f"The model “{manifest.title}” is no encoder, so it cannot compare sentences.")
        self.id = manifest.sha256
        self._splitter = SubwordSplitter(manifest.path(folder, "tokenizer"))
        self._session = Session(manifest.path(folder, "model"), [_STATES])
        self._window = int(manifest.options.get("window", _WINDOW))

    def __call__(self, sentences: Sequence[str]) -> Vectors:
        """Return the mean over all sub-words of each sentence, the marks at its ends included."""
        readings = [read(one, self._splitter, self._window) for one in sentences]
        sums: dict[int, Vectors] = {}
        counts = np.zeros(len(readings), np.float32)
        for batch in batches_of(readings, _ALONE):
            ids, mask = padded(batch, readings, self._splitter)
            (states,) = self._session.run(ids, mask)
            for row, one in enumerate(batch):
                total = (states[row] * mask[row][:, None]).sum(axis=0)
                sums[one.note] = sums.get(one.note, np.zeros_like(total)) + total
                counts[one.note] += mask[row].sum()
        width = max((len(one) for one in sums.values()), default=1)
        means = [sums.get(n, np.zeros(width)) / max(1, counts[n]) for n in range(len(readings))]
        return np.asarray(means, np.float32).reshape(len(readings), width)


def encoder(name: str = "") -> Encoder:
    """Return what encodes sentences with the model called `name`, or the default one.

    Raises:
        ModelError: there is no such model, or it does not give its hidden states.
    """
    return Encoder(find_model(name) if name else default_model())
