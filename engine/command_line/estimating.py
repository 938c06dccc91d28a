"""Estimating: before a long run, how long it will take."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from engine.command_line.output import print_json, remarks, working
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.steps.estimate_run import Estimate, estimate_run
from engine.taggers.registry import TaggerSpec

_SLOW = frozenset({"cascade.v1", "llama-cpp.v1"})
_SAMPLE = 200

OnlyEstimate = Annotated[
    bool, typer.Option("--estimate", help="Only tell how long it will take; tag nothing.")
]


def is_slow(spec: TaggerSpec) -> bool:
    """Whether a run of this tagger is long enough that a person should know before."""
    return spec.kind in _SLOW


def some_of(texts: Iterable[str]) -> tuple[list[str], int]:
    """Return up to 200 of `texts`, chosen by chance but always the same ones, and how many there are."""
    chance = random.Random(0)  # noqa: S311 - a sample, no secret
    sample: list[str] = []
    count = 0
    for count, text in enumerate(texts, start=1):
        if len(sample) < _SAMPLE:
            sample.append(text)
        elif (place := chance.randrange(count)) < _SAMPLE:
            sample[place] = text
    return sample, count


def tell(
    spec: TaggerSpec, sample: tuple[Sequence[str], int], labels: LabelSet, *, as_json: bool = False
) -> Estimate:
    """Estimate a run over a sample of so many notes, and print what came of it as a remark, or as JSON.

    Raises:
        Cancelled, ModelError: see `estimate_run`.
    """
    texts, notes = sample
    with working(Job()) as job:
        found = estimate_run(spec, texts, notes, labels, job)
    if as_json:
        print_json({"notes": notes, "seconds": round(found.seconds, 1), "sentences": found.sentences,
                    "chosen": found.chosen, "parts": dict(found.parts)})  # fmt: skip
    else:
        remarks().print(found.sentence, markup=False)
    return found
