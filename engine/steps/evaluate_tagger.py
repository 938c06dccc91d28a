"""Evaluate tagger: gold notes and predicted ones, brought together by name, become scores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.annotation.said import Answer
from engine.errors import InputError
from engine.evaluation.evaluation import Evaluation, evaluate
from engine.evaluation.judged import Judged
from engine.formats.document import Document
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet


@dataclass(frozen=True, slots=True)
class Scored:
    """The evaluation, and the notes that took no part in it, by name."""

    evaluation: Evaluation
    only_gold: tuple[str, ...]
    only_predicted: tuple[str, ...]
    other_text: tuple[str, ...]


def evaluate_tagger(
    gold: Iterable[Document], predicted: Iterable[Document], labels: LabelSet, job: Job, seed: int = 0
) -> Scored:
    """Return the scores of `predicted` against `gold`; notes are the same where names and texts are.

    Notes that only one side has, and notes whose texts differ, take no part and are named.

    Raises:
        InputError: no note is on both sides with the same text.
        Cancelled: the job was cancelled.
    """
    said = {document.name: document for document in job.each("Reading what was predicted", predicted)}
    judged: list[Judged] = []
    only_gold: list[str] = []
    other_text: list[str] = []
    for document in job.each("Reading gold", gold):
        found = said.pop(document.name, None)
        if found is None:
            only_gold.append(document.name)
        elif found.text != document.text:
            other_text.append(document.name)
        else:
            judged.append(_judged(document, found))
    if not judged:
        raise InputError(
            "No note is on both sides with the same name and text, so there is nothing to compare. "
            f"Only in gold: {len(only_gold):,}; only predicted: {len(said):,}; "
            f"with another text: {len(other_text):,}."
        )
    job.report("Counting", 0, len(judged))
    return Scored(evaluate(judged, labels, seed), tuple(only_gold), tuple(sorted(said)), tuple(other_text))


def _judged(gold: Document, predicted: Document) -> Judged:
    return Judged(gold.name, gold.text, gold.answer or Answer(), predicted.answer or Answer())
