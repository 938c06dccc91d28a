"""Check model: what a model is, whether its files are whole, and how it does on this machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.errors import Cancelled, ModelError
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files.installed import InstalledModel
from engine.model_files.preflight import Facts, preflight
from engine.steps.estimate_run import Speed, duration, speed_of
from engine.taggers.llama_cpp.examination import SENTENCES
from engine.taggers.registry import spec_of
from engine.workers.worker_process import WorkerProcess

LLM = "llama-cpp.v1"
_NOTE_CHARACTERS = 4400
"""A note of 700 words."""
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check: what was looked at, whether it is good (None: neither), and what was found."""

    what: str
    good: bool | None
    said: str


@dataclass(slots=True)
class ModelCheck:
    """All that was found about one model.  `facts` are the same as plain values, for programs."""

    name: str
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """Whether nothing was found that keeps the model from being used."""
        return all(one.good is not False for one in self.findings)

    def add(self, what: str, good: bool | None, said: str) -> None:
        """Add a finding."""
        self.findings.append(Finding(what, good, said))


def check_model(model: InstalledModel, labels: LabelSet, job: Job, *, run: bool = True) -> ModelCheck:
    """Return what is found about `model`; with `run` it is loaded in a process of its own and tried.

    What is wrong is a finding, with its way out; nothing is raised for it.

    Raises:
        Cancelled: the job was cancelled.
    """
    check = ModelCheck(model.manifest.name)
    try:
        model.check(job)
        check.add("Files", True, "whole: each has the SHA-256 of the manifest")
        if model.manifest.kind == LLM:
            _look(check, model)
        if run and check.usable:
            _try(check, model, labels, job)
    except Cancelled:
        raise
    except ModelError as error:
        check.add("Use", False, str(error))
    return check


def _look(check: ModelCheck, model: InstalledModel) -> None:
    """Add what the file says of itself, before anything is loaded."""
    options = model.manifest.options
    found = preflight(
        model.manifest.path(model.folder, "model"),
        int(options.get("context", 0)),
        on_gpu=bool(options.get("gpu_layers", 0)),
    )
    facts = found.facts
    check.facts["file"] = _plain(facts)
    check.add("Network", not found.fault, found.fault or _described(facts))
    needed = f"needs about {found.needed / _MB:,.0f} MB"
    free = "" if found.free is None else f", {found.free / _MB:,.0f} MB are free"
    check.add("Memory", not found.shortage, found.shortage or needed + free)
    check.facts["seconds_per_note"] = facts.seconds_per_note
    said = (
        f"a note of 700 words in some {duration(facts.seconds_per_note)} on this processor, by its size alone"
    )
    check.add("Estimate", None, said)
    licence = model.manifest.licence or facts.licence
    check.add(
        "Licence", bool(licence) or None, licence or "none is named: look up whether it may be used here"
    )
    for remark in found.remarks:
        check.add("Remark", None, remark)


def _described(facts: Facts) -> str:
    return (
        f"{facts.architecture}, {facts.parameters / 1e6:,.0f} million weights in {facts.quantization}, "
        f"{facts.vocabulary:,} tokens, trained on texts of up to {facts.context:,}"
    )


def _plain(facts: Facts) -> dict[str, Any]:
    said = {name: getattr(facts, name) for name in Facts.__slots__}
    return {**said, "chat_template": bool(facts.chat_template)}


def _try(check: ModelCheck, model: InstalledModel, labels: LabelSet, job: Job) -> None:
    """Load the model, ask it about itself, and measure its speed."""
    spec = spec_of(model)
    job.report(f"Loading {model.manifest.title}")
    with WorkerProcess(spec) as worker:
        ready = worker.ready(job)
        check.facts["device"] = ready.device
        check.add("Loads", True, f"on {ready.device}")
        for warning in ready.warnings:
            check.add("Remark", None, warning)
        examined = worker.examine(labels, job)
    if examined:
        check.facts["examined"] = examined
        _tell(check, examined)
    speed = speed_of(spec, labels, job, fresh=True)
    check.facts["speed"] = {"start": speed.start, "once": speed.once, "characters": speed.characters}
    check.add("Speed", None, _speed(speed))


def _tell(check: ModelCheck, examined: dict[str, Any]) -> None:
    """Add what a language model found out about itself."""
    back = examined["rolls_back"]
    said = (
        "its memory can be rolled back" if back else "none: wrong guesses are read again, which takes longer"
    )
    check.add("Rollback", back or None, said)
    exact, of = examined["exact"], examined["sentences"]
    which = ", ".join(ascii(SENTENCES[number]) for number in examined["inexact"][:3])
    said = f"{exact} of {of} sentences come back exactly as they were"
    check.add(
        "Words", exact == of or None, said if exact == of else f"{said}; not {which}. Places stay exact"
    )
    if fault := examined["tags_fault"]:
        check.add("Tags", False, fault)
    else:
        tags = " ".join(examined["tags"].values())
        single, every = examined["single"], len(examined["tags"]) + 1
        check.add("Tags", True, f"{tags} … {examined['close']} ({single} of {every} are single tokens)")
    told = "brought along" if examined["chat_template"] else "none; the instruction is given as plain text"
    check.add("Chat template", None, told)


def _speed(speed: Speed) -> str:
    note = _NOTE_CHARACTERS / speed.characters
    return (
        f"{speed.characters:,.0f} characters a second, a note of 700 words in {duration(note)}; "
        f"loading {duration(speed.start)}, instructions {duration(speed.once)}"
    )
