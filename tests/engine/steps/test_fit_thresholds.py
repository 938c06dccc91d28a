"""Gold notes and what a model said of them become biases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from engine.annotation.said import Answer, LabelledSpan
from engine.errors import InputError
from engine.formats.document import Document
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder
from engine.steps.fit_thresholds import fit_thresholds
from engine.taggers.llama_cpp.thresholds import EAGER
from engine.text.span import Span

TEXT = "no aspirin"


class Unsure:
    """Calls both words of every note a drug, and is surer of the second."""

    id = "unsure"
    device = "CPU"
    warnings = ()
    closed = False

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options = options

    def tag(self, texts: Sequence[str], labels: LabelSet, job: Job) -> Iterator[Answer]:
        for _ in texts:
            first = LabelledSpan((Span(0, 2),), "drug", open_margin=3.0)
            yield Answer((first, LabelledSpan((Span(3, 10),), "drug", open_margin=7.0)))

    def close(self) -> None:
        self.closed = True


def gold(name: str) -> Document:
    return Document(name, TEXT, answer=Answer((LabelledSpan((Span(3, 10),), "drug"),)))


def test_the_bias_keeps_what_is_right_and_leaves_out_what_is_wrong():
    loaded = list[Unsure]()

    def load(options: Mapping[str, Any]) -> Unsure:
        loaded.append(Unsure(options))
        return loaded[-1]

    kiwi = find_label_set("kiwi", models_folder())
    notes = [gold(str(number)) for number in range(20)] + [Document("bare", TEXT)]
    assert fit_thresholds(load, notes, kiwi, Job()) == {"drug": EAGER - 5.0}
    assert loaded[0].options == {"bias": dict.fromkeys(("problem", "treatment", "drug", "test"), EAGER)}
    assert loaded[0].closed


def test_notes_without_tags_are_refused():
    with pytest.raises(InputError, match="nothing to fit to"):
        fit_thresholds(Unsure, [Document("bare", TEXT)], find_label_set("kiwi", models_folder()), Job())
