"""Evaluate tagger: gold notes and predicted ones, brought together by name, become scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.annotation.said import Answer
from engine.errors import InputError
from engine.evaluation.comparison import Compared, compare_runs
from engine.evaluation.evaluation import Evaluation, evaluate
from engine.evaluation.judged import Judged
from engine.evaluation.seen_notes import SeenTexts
from engine.formats.document import Document
from engine.formats.problem import counted
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Scored:
    """The evaluation, and the notes that took no part in it, by name.

    `compared` says how another run differs from this one; empty where none was given.
    """

    evaluation: Evaluation
    only_gold: tuple[str, ...]
    only_predicted: tuple[str, ...]
    other_text: tuple[str, ...]
    compared: tuple[Compared, ...] = ()


def evaluate_tagger(
    gold: Iterable[Document],
    predicted: Iterable[Document],
    labels: LabelSet,
    job: Job,
    against: Iterable[Document] | None = None,
    seed: int = 0,
) -> Scored:
    """Return the scores of `predicted` against `gold`; notes are the same where names and texts are.

    Where `against` is given, what another run said, only notes that it has too take part, and
    `compared` says how it differs from `predicted`.  Notes that a side lacks, and notes whose
    texts differ, take no part and are named.

    Raises:
        InputError: no note is on all sides with the same text.
        Cancelled: the job was cancelled.
    """
    runs = [_by_name(predicted, "Reading what was predicted", job)]
    if against is not None:
        runs.append(_by_name(against, "Reading what it is compared with", job))
    judged: list[list[Judged]] = []
    only_gold: list[str] = []
    other_text: list[str] = []
    names = set[str]()
    for document in job.each("Reading gold", gold):
        names.add(document.name)
        said = [run[document.name] for run in runs if document.name in run]
        if len(said) < len(runs):
            only_gold.append(document.name)
        elif any(one.text != document.text for one in said):
            other_text.append(document.name)
        else:
            judged.append([_judged(document, one) for one in said])
    only_predicted = sorted({name for run in runs for name in run} - names)
    if not judged:
        raise InputError(
            "No note is on both sides with the same name and text, so there is nothing to compare. "
            f"Only in gold: {len(only_gold):,}; only predicted: {len(only_predicted):,}; "
            f"with another text: {len(other_text):,}."
        )
    job.report("Counting", 0, len(judged))
    sides = [[row[place] for row in judged] for place in range(len(runs))]
    compared = () if against is None else compare_runs(sides[0], sides[1], labels, seed)
    evaluation = evaluate(sides[0], labels, seed)
    return Scored(evaluation, tuple(only_gold), tuple(only_predicted), tuple(other_text), compared)


def refuse_seen(gold: Iterable[Document], trained_on: Iterable[Document], job: Job) -> None:
    """Refuse notes of `gold` that were in the training, whole or by half.

    Raises:
        InputError: there are such notes; the sentence names the first of them.
        Cancelled: the job was cancelled.
    """
    known = SeenTexts(one.text for one in job.each("Reading the training notes", trained_on))
    seen = [one.name for one in job.each("Looking for notes seen in training", gold) if known.holds(one.text)]
    if seen:
        named = ", ".join(f"“{name}”" for name in seen[:_NAMED]) + (" …" if len(seen) > _NAMED else "")
        raise InputError(
            f"{counted(len(seen), 'note', 'notes')} of the gold side stood in the training too ({named}), "
            "so the scores would say how well the model remembers. Leave them out."
        )


def _by_name(documents: Iterable[Document], doing: str, job: Job) -> Mapping[str, Document]:
    return {document.name: document for document in job.each(doing, documents)}


def _judged(gold: Document, predicted: Document) -> Judged:
    return Judged(gold.name, gold.text, gold.answer or Answer(), predicted.answer or Answer())
