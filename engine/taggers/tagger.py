"""Tagger: the protocol that every model that proposes follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from engine.annotation.said import Answer
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet


class Tagger(Protocol):
    """One loaded model.  It sees text and gives spans; it never sees the store.

    Not thread-safe: used from the one thread that loaded it.
    """

    @property
    def id(self) -> str:
        """Kind, name and file hash, as written into every run."""
        ...

    @property
    def device(self) -> str:
        """Where the model really runs, as a person may read it: ``CPU``, ``CUDA (NVIDIA …)``."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences the user should see about this model on this machine; mostly none."""
        ...

    def tag(self, texts: Sequence[str], labels: LabelSet, job: Job) -> Iterator[Answer]:
        """Yield one answer per text, in the order of `texts`, offsets into that text.

        Only labels of `labels` are said, and only relations that it allows.

        Raises:
            Cancelled: the job was cancelled meanwhile; answers yielded before stay good.
            ModelError: the model could not answer.
        """
        ...

    def close(self) -> None:
        """Give back memory; the tagger is not used afterwards."""
        ...
