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
    """Calls both words of every note a drug, and is surer of the second; a bias moves both."""

    id = "unsure"
    device = "CPU"
    warnings = ()
    closed = False

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options = options

    def tag(self, texts: Sequence[str], labels: LabelSet, job: Job) -> Iterator[Answer]:
        bias = self.options["bias"].get("drug", 0.0)
        for _ in texts:
            both = ((Span(0, 2), 1.0 + bias), (Span(3, 10), 5.0 + bias))
            yield Answer(
                tuple(LabelledSpan((span,), "drug", open_margin=sure) for span, sure in both if sure > 0)
            )

    def close(self) -> None:
        self.closed = True


def gold(name: str) -> Document:
    return Document(name, TEXT, answer=Answer((LabelledSpan((Span(3, 10),), "drug"),)))


NOTES = [gold(str(number)) for number in range(30)]
KIWI = find_label_set("kiwi", models_folder())


def test_the_bias_keeps_what_is_right_and_leaves_out_what_is_wrong() -> None:
    loaded = list[Unsure]()

    def load(options: Mapping[str, Any]) -> Unsure:
        loaded.append(Unsure(options))
        return loaded[-1]

    job = Job()
    fitted = fit_thresholds(load, [*NOTES, Document("bare", TEXT)], KIWI, job)
    assert fitted.bias == {"drug": -3.0}  # half way between the two words
    assert loaded[0].options == {"bias": {}}
    assert loaded[1].options == {"bias": dict.fromkeys(("problem", "treatment", "drug", "test"), EAGER)}
    assert all(one.closed for one in loaded)
    assert (fitted.notes, fitted.tags) == (30, 30)
    assert (job.progress.done, job.progress.total) == (90, 90)


def test_what_thresholds_do_is_measured_on_notes_they_were_not_fitted_to() -> None:
    effect = fit_thresholds(Unsure, NOTES, KIWI, Job()).effect
    assert (effect.first.f1, effect.second.f1) == (pytest.approx(2 / 3), 1.0)
    assert effect.difference.interval.low == pytest.approx(1 / 3)
    # With so few tags in the other notes nothing is fitted, so nothing changes.
    few = fit_thresholds(Unsure, NOTES[:20], KIWI, Job())
    assert few.bias == {"drug": -3.0}
    assert few.effect.difference.f1 == 0.0


@pytest.mark.parametrize("notes", [[Document("bare", TEXT)], [gold("alone"), Document("bare", TEXT)]])
def test_too_few_notes_with_tags_are_refused(notes: list[Document]) -> None:
    with pytest.raises(InputError, match="nothing to fit to"):
        fit_thresholds(Unsure, notes, KIWI, Job())
