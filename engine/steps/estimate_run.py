"""Estimate run: how long a tagger will take over some notes on this machine, from a short try of its own."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.annotation.said import Answer
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files.machine import cores
from engine.model_files.manifest import MANIFEST_NAME, read_manifest
from engine.model_files.places import models_folder, user_folder
from engine.steps.ways import LLM
from engine.taggers.cascade.tagger import KIND as CASCADE
from engine.taggers.cascade.tagger import Parts, parts_of
from engine.taggers.llama_cpp.options import options_from
from engine.taggers.registry import TaggerSpec
from engine.taggers.tagger import Tagger
from engine.text.sentence import sentences
from engine.text.token import tokenize
from engine.workers.worker_process import WorkerProcess

LONG_ENOUGH_SECONDS = 1.5
"""A try that takes so long tells the speed; shorter ones are repeated with twice the text."""

_KEPT = 50
_SENTENCES_AT_ONCE = 4
"""A language model reads as many together; one alone would seem slower than it is."""
_MOST_SENTENCES = 1 << 14
_SPEEDS = "speeds.json"
_MINUTE = 60

Start = Callable[[TaggerSpec], Tagger]


class Speed(msgspec.Struct, frozen=True):
    """One tagger here: seconds to start, seconds to read its instructions once, then characters a second."""

    start: float
    once: float
    characters: float

    def seconds(self, characters: float) -> float:
        """Return how long it takes over so many characters, start and all."""
        return self.start + self.once + characters / self.characters if characters else 0.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run will take.  A cascade has `sentences`, and those `chosen` for its second tagger.

    `parts` are the taggers' titles with the seconds of each.
    """

    notes: int
    sentences: int
    chosen: int
    parts: tuple[tuple[str, float], ...]

    @property
    def seconds(self) -> float:
        """All parts together."""
        return sum(seconds for _, seconds in self.parts)

    @property
    def sentence(self) -> str:
        """The estimate for a person."""
        said = f"About {duration(self.seconds)} for {self.notes:,} {'note' if self.notes == 1 else 'notes'}"
        if not self.sentences:
            return f"{said}."
        share = 100 * self.chosen / self.sentences
        each = ", ".join(f"{title} {duration(seconds)}" for title, seconds in self.parts)
        return (
            f"{said}: {self.chosen:,} of {self.sentences:,} sentences ({share:.0f} %) are read twice. {each}."
        )


def duration(seconds: float) -> str:
    """Return seconds as a person says them, in the unit that fits."""
    if seconds < _MINUTE:
        return f"{max(1, round(seconds))} s"
    minutes = seconds / _MINUTE
    return f"{minutes:.0f} min" if minutes < 2 * _MINUTE else f"{minutes / _MINUTE:.1f} hours"


def estimate_run(
    spec: TaggerSpec,
    sample: Sequence[str],
    notes: int,
    labels: LabelSet,
    job: Job,
    start: Start = WorkerProcess,
) -> Estimate:
    """Return what `spec` will take over `notes` notes, of which `sample` are some (or all) texts.

    The speed of each tagger is measured once and kept; the sentences of a cascade are counted
    in the sample, by its own first tagger.

    Raises:
        Cancelled: the job was cancelled.
        ModelError: a tagger cannot be loaded, or could not answer.
    """
    scale = notes / max(1, len(sample))
    characters = scale * sum(map(len, sample))
    if spec.kind != CASCADE:
        speed = speed_of(spec, labels, job, start)
        return Estimate(notes, 0, 0, ((spec.title or spec.name, speed.seconds(characters)),))
    parts = parts_of(spec)
    every, chosen, length = _chosen(parts, sample, labels, job, start)
    each = [(parts.first, characters)]
    if parts.other:
        each.append((parts.other, characters))
    each.append((parts.second, scale * length))
    timed = tuple(
        (one.title or one.name, speed_of(one, labels, job, start).seconds(count))
        for one, count in each
        if count
    )
    return Estimate(notes, round(scale * every), round(scale * chosen), timed)


def _chosen(
    parts: Parts, sample: Sequence[str], labels: LabelSet, job: Job, start: Start
) -> tuple[int, int, int]:
    """Return how many sentences the sample has, how many are chosen, and the characters of those."""
    firsts = _answers(parts.first, sample, labels, job, start)
    others = _answers(parts.other, sample, labels, job, start) if parts.other else [Answer()] * len(sample)
    said = _said_by(parts.second, labels)
    every = chosen = length = 0
    for text, first, other in zip(sample, firsts, others, strict=True):
        found = sentences(text, tokenize(text))
        these = parts.choosing.chosen(text, found, first, other, said)
        every += len(found)
        chosen += len(these)
        length += sum(len(found[number]) for number in these)
    return every, chosen, length


def _said_by(spec: TaggerSpec, labels: LabelSet) -> frozenset[str]:
    """Return the labels that a tagger can say, as far as its options tell: see `Choosing.chosen`."""
    names = frozenset(one.name for one in labels)
    if spec.kind != LLM:
        return names
    manifest = read_manifest(spec.folder / MANIFEST_NAME)
    modifiers = options_from(manifest.options, spec.options, manifest.title).modifiers
    return names if modifiers else frozenset(one.name for one in labels.entities)


def _answers(
    spec: TaggerSpec, texts: Sequence[str], labels: LabelSet, job: Job, start: Start
) -> list[Answer]:
    tagger = start(spec)
    try:
        return list(job.each("Looking at some notes", tagger.tag(texts, labels, job), len(texts)))
    finally:
        tagger.close()


def speed_of(
    spec: TaggerSpec, labels: LabelSet, job: Job, start: Start = WorkerProcess, *, fresh: bool = False
) -> Speed:
    """Return the speed of a tagger with its options on this machine: as measured before, or (`fresh`) now.

    It is measured on sentences of our own; nothing of a user's notes is kept.

    Raises:
        Cancelled: the job was cancelled; nothing is kept.
        ModelError: the tagger cannot be loaded, or could not answer.
    """
    key = _key(spec, labels)
    known = _known()
    if fresh or key not in known:
        job.report(f"Trying how fast {spec.title or spec.name} is here")
        known = {**known, key: _measured(spec, labels, job, start)}
        _keep(known)
    return known[key]


def _measured(spec: TaggerSpec, labels: LabelSet, job: Job, start: Start) -> Speed:
    began = time.perf_counter()
    tagger = start(spec)
    try:
        _timed(tagger, [], labels, job)
        ready = time.perf_counter() - began
        ours = _sentences()
        first = next(ours)
        once = _timed(tagger, [first], labels, job)
        count = _SENTENCES_AT_ONCE
        while True:
            text = "\n".join(next(ours) for _ in range(count))
            took = _timed(tagger, [text], labels, job)
            if took >= LONG_ENOUGH_SECONDS or count >= _MOST_SENTENCES:
                break
            count *= 2
    finally:
        tagger.close()
    rate = len(text) / took
    return Speed(ready, max(0.0, once - len(first) / rate), rate)


def _timed(tagger: Tagger, texts: Sequence[str], labels: LabelSet, job: Job) -> float:
    began = time.perf_counter()
    for _ in tagger.tag(texts, labels, job):
        pass
    return time.perf_counter() - began


def _sentences() -> Iterator[str]:
    """Yield sentences of the notes that came with the program, over and over."""
    notes = [
        path.read_text(encoding="utf-8") for path in sorted((models_folder() / "demo" / "notes").iterdir())
    ]
    ours = [sentence.of(text) for text in notes for sentence in sentences(text)]
    while True:
        yield from ours


def _key(spec: TaggerSpec, labels: LabelSet) -> str:
    said = [spec.id, dict(spec.options), labels.fingerprint, cores()]
    return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()[:32]


def _place() -> Path:
    return user_folder() / _SPEEDS


def _known() -> dict[str, Speed]:
    try:
        return msgspec.json.decode(_place().read_bytes(), type=dict[str, Speed])
    except (OSError, msgspec.DecodeError):  # none yet, or of another version: measured again
        return {}


def _keep(speeds: dict[str, Speed]) -> None:
    """Keep the newest speeds; that they cannot be kept stands in nobody's way."""
    try:
        _place().parent.mkdir(parents=True, exist_ok=True)
        _place().write_bytes(msgspec.json.encode(dict(list(speeds.items())[-_KEPT:])))
    except OSError:
        return
