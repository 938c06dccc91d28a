"""Fit thresholds: gold notes and a language model become the biases by which its labels come out best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any

from engine.errors import InputError
from engine.formats.document import Document
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.taggers.llama_cpp.thresholds import EAGER, JudgedTag, fitted_bias
from engine.taggers.tagger import Tagger


def fit_thresholds(
    load: Callable[[Mapping[str, Any]], Tagger], gold: Sequence[Document], labels: LabelSet, job: Job
) -> dict[str, float]:
    """Return the option ``bias`` for the model that `load` loads with the options it is given.

    The notes must not be those that the model is measured on later.

    Raises:
        InputError: no note of `gold` has tags.
        Cancelled: the job was cancelled.
        ModelError: see `Tagger.tag`.
    """
    marked = [one for one in gold if one.answer and one.answer.items]
    if not marked:
        raise InputError("None of these notes has tags, so there is nothing to fit to.")
    judged, expected = list[JudgedTag](), Counter[str]()
    names = {one.name for one in labels.entities}
    with closing(load({"bias": dict.fromkeys(sorted(names), EAGER)})) as tagger:
        said = tagger.tag([one.text for one in marked], labels, job)
        for document, answer in zip(marked, said, strict=True):
            right = {(one.hull, one.label) for one in document.answer.items} if document.answer else set()
            expected.update(label for _, label in right if label in names)
            judged += [
                JudgedTag(one.label, one.open_margin, (one.hull, one.label) in right)
                for one in answer.items
                if one.open_margin is not None and one.label in names
            ]
    return fitted_bias(judged, expected)
