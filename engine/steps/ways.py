"""Ways: the decoders, formats and prompts in which a language model is compared with itself.

Not each with each: that would be a hundred runs, most of which answer no question.  Every decoder
and format is asked without examples and, where it matters, with similar ones; every prompt strategy
is asked drafted, the way this program tags; how many examples help is asked with one, two and five.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from engine.annotation.said import Answer
from engine.evaluation.evaluation import only
from engine.evaluation.judged import Judged
from engine.formats.document import Document
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.steps.compare_settings import Setting, Start, answers_of
from engine.steps.error_rules import rules_of_mistakes
from engine.steps.example_bank import examples_of
from engine.taggers.llama_cpp.options import options_from
from engine.taggers.llama_cpp.prompts.example import Bank
from engine.taggers.registry import TaggerSpec

LLM = "llama-cpp.v1"
"""The kind of tagger that can be asked in several ways."""

Options = Mapping[str, Any]

_BARE: Options = {"prompt": "zero-shot"}
_SIMILAR: Options = {"prompt": "few-shot", "shots": 2}
_FORMATS = ("tags", "span-tags", "tanl", "bio", "json-list", "json-dict")
_STRATEGIES = ("one-type-per-call", "definitions", "guideline", "rules")
_CHOICES = ("few-shot-fixed", "few-shot-random")

WAYS: Sequence[Options] = (
    {"decoder": "drafted", **_BARE},
    {"decoder": "plain", **_BARE},
    *({"decoder": "drafted", "prompt": name} for name in _STRATEGIES),
    *({"decoder": "drafted", "prompt": name, "shots": 2} for name in _CHOICES),
    *({"decoder": "drafted", **_SIMILAR, "shots": shots} for shots in (1, 2, 5)),
    *({"decoder": "free", "answers": name, **_BARE} for name in _FORMATS),
    *({"decoder": "free", "answers": name, **_SIMILAR} for name in _FORMATS),
)
"""Options by which one language model is asked; the first is what the others are compared with."""

RULE_NOTES = 20
"""So many notes with known tags are read to find the mistakes that error rules are made of."""

_NO_MISTAKES = (
    "Rules are made of mistakes in notes whose tags are known, and none were given: say --examples."
)


@dataclass(frozen=True, slots=True)
class Known:
    """Notes whose tags are known, for examples and rules, and where answers about them are kept."""

    notes: Sequence[Document]
    folder: Path


def ways_of(spec: TaggerSpec, known: Known, labels: LabelSet, job: Job, start: Start) -> list[Setting]:
    """Return `spec` asked in each of `WAYS`, over the options that it has.

    Examples are sentences of `known`, never of the note that is asked about; without such notes, what
    the label set brings.  Rules are made of the model's own mistakes in some of them.

    Raises:
        Cancelled: the job was cancelled while mistakes were looked for.
        WorkerCrashed: the model's process ended three times in a row meanwhile.
    """
    bank = msgspec.to_builtins(_bank(known.notes)) if known.notes else ""
    found = [_setting(spec, way, bank) for way in WAYS]
    return [
        _with_rules(one, found[0], known, labels, (job, start)) if one.varied["prompt"] == "rules" else one
        for one in found
    ]


def _setting(spec: TaggerSpec, way: Options, bank: object) -> Setting:
    chosen = {**spec.options, "answers": "tags", **way}  # a model's own format goes with one decoder alone
    wanted = options_from({}, way, spec.title or spec.name)
    if wanted.examples != "none" and not chosen.get("bank"):
        chosen["bank"] = bank
    return Setting(replace(spec, options=chosen), {name: str(value) for name, value in way.items()})


def _bank(notes: Sequence[Document]) -> Bank:
    found = [
        one for note in notes for one in examples_of(note.text, note.items, note.metadata.get("patient", ""))
    ]
    return Bank(tuple(one for one in found if one.marks))


def _with_rules(
    setting: Setting, first: Setting, known: Known, labels: LabelSet, how: tuple[Job, Start]
) -> Setting:
    """Return `setting` with rules made of what `first` says of some known notes and what is right there."""
    if not known.notes:
        return replace(setting, refused=_NO_MISTAKES)
    job, start = how
    notes = known.notes[:RULE_NOTES]
    cell = answers_of(first, notes, labels, known.folder, ("Looking for mistakes", job, start))
    if cell.refused:
        return replace(setting, refused=cell.refused)
    names = frozenset(one.name for one in labels.entities)
    judged = [
        only(Judged(note.name, note.text, note.answer or Answer(), entry.answer()), names)
        for note, entry in zip(notes, cell.entries, strict=True)
    ]
    most = int(options_from({}, {"prompt": "rules"}, "").learned_rules)
    chosen = {**setting.spec.options, "rules": rules_of_mistakes(judged, most)}
    return replace(setting, spec=replace(setting.spec, options=chosen))
