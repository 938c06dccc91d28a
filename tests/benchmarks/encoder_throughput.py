"""Encoder throughput: raw text to tags, against the transformers pipeline and against the bare model.

All sides have the same notes, weights and threads, and take turns; of each the best of three
rounds counts.  The pipeline (torch, 32 bits, best of batches of 1, 8 and 16) is given whole
sentences already found, and finds entities only; ours finds sentences, entities, modifiers and
relations.  Tokens are the sub-words of the notes, on every side.  The pipeline needs the
environment ``.venv-train``; without it that part is left out.  On a machine that others use
too, the ratios of processor time are the ones to look at, best with TAGWELL_BENCHMARK_THREADS=1.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from measurement import Measurement

from engine.airgap.environment import set_variables
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files.installed import default_model
from engine.model_files.label_sets import label_set_of
from engine.model_files.places import models_folder
from engine.taggers.onnx_bert.reading import Int64, Reading, batches, padded, read
from engine.taggers.onnx_bert.session import Session, physical_cores
from engine.taggers.onnx_bert.subwords import SubwordSplitter
from engine.taggers.onnx_bert.tagger import OnnxBertTagger

ROOT = Path(__file__).resolve().parents[2]
NOTES = ROOT.parent / "shared" / "data" / "aci-bench" / "valid.csv"
TRAIN_PYTHON = ROOT / ".venv-train" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
MOST_NOTES = int(os.environ.get("TAGWELL_BENCHMARK_NOTES", "10"))
ROUNDS = 3
BATCHED = 1024
BUDGET_OVER_PIPELINE, BUDGET_OVER_FORWARD = 3.5, 0.85


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and of the processor over all threads."""

    wall: float
    processor: float

    def best(self, other: Took) -> Took:
        """Return the smaller of each."""
        return Took(min(self.wall, other.wall), min(self.processor, other.processor))


class Model:
    """The default model in all the ways in which it is measured, on the same notes."""

    def __init__(self, notes: Sequence[str], threads: int) -> None:
        model = default_model()
        self.folder = model.folder
        self.notes = notes
        self.labels: LabelSet = label_set_of(model.folder, model.manifest.label_set)
        self.tagger = OnnxBertTagger(model.folder, {"threads": threads})
        splitter = SubwordSplitter(model.manifest.path(model.folder, "tokenizer"))
        window = int(model.manifest.options.get("window", 128))
        self.readings = [read(note, splitter, window) for note in notes]
        self.alone = [padded(one, self.readings, splitter) for one in batches(self.readings, 1)]
        self.batched = [padded(one, self.readings, splitter) for one in batches(self.readings, BATCHED)]
        outputs = [head["output"] for head in model.manifest.options["heads"]]
        self.whole, self.floats = (
            Session(model.manifest.path(model.folder, role), outputs, threads=threads)
            for role in ("model", "fallback")
        )

    def ways(self) -> dict[str, Callable[[], object]]:
        """Return what is timed, by name."""
        return {
            "ours": lambda: list(self.tagger.tag(self.notes, self.labels, Job())),
            "forward": lambda: _all(self.whole, self.alone),
            "int8 batched": lambda: _all(self.whole, self.batched),
            "fp32 batched": lambda: _all(self.floats, self.batched),
        }


def measure() -> list[Measurement]:
    """Return tokens a second of all sides, their ratios, and the slowest twentieth of single notes."""
    set_variables()
    threads = int(os.environ.get("TAGWELL_BENCHMARK_THREADS", "0")) or physical_cores()
    notes = _notes()
    model = Model(notes, threads)
    tokens = sum(len(reading.pieces) for reading in model.readings)
    side = PipelineSide(model.folder, threads, _sentences(model.readings)) if TRAIN_PYTHON.exists() else None
    if side is None:
        sys.stderr.write("encoder-throughput: without .venv-train there is no pipeline to compare with.\n")
    took: dict[str, Took] = {}
    for _ in range(ROUNDS):
        for name, work in model.ways().items():
            took[name] = _clocked(work).best(took.get(name, Took(1e9, 1e9)))
        if side is not None:
            for size in (1, 8, 16):
                took["pipeline"] = side.took(size).best(took.get("pipeline", Took(1e9, 1e9)))
    if side is not None:
        side.close()
    singles = [
        _clocked(lambda note=note: list(model.tagger.tag([note], model.labels, Job()))) for note in notes
    ]  # type: ignore[misc]
    return [*_rates(took, tokens), *_ratios(took), _slowest(singles)]


def _rates(took: dict[str, Took], tokens: int) -> list[Measurement]:
    base = took.get("pipeline")
    return [
        Measurement(
            f"encoder-throughput: {name}", tokens / one.wall, "tokens/s", tokens / base.wall if base else None
        )
        for name, one in took.items()
    ]


def _ratios(took: dict[str, Took]) -> list[Measurement]:
    ours, found = took["ours"], []
    for what, budget in (("pipeline", BUDGET_OVER_PIPELINE), ("forward", BUDGET_OVER_FORWARD)):
        if (other := took.get(what)) is None:
            continue
        for name, ratio in (
            (f"over {what}", other.wall / ours.wall),
            (f"over {what}, processor", other.processor / ours.processor),
        ):
            found.append(
                Measurement(f"encoder-throughput {name}", ratio, "times", budget=budget, more_is_better=True)
            )
    return found


def _slowest(singles: Sequence[Took]) -> Measurement:
    return Measurement(
        "encoder-throughput: one note, p95", quantiles([one.wall for one in singles], n=20)[-1] * 1000, "ms"
    )


class PipelineSide:
    """The transformers pipeline in a process of its own, which waits while it is not asked."""

    def __init__(self, folder: Path, threads: int, sentences: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [str(TRAIN_PYTHON), str(Path(__file__).with_name("_pipeline_side.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": str(threads)},
        )
        self._say(json.dumps({"folder": str(folder), "threads": threads, "sentences": list(sentences)}))

    def took(self, batch: int) -> Took:
        """Return how long it takes in batches of so many sentences."""
        self._say(str(batch))
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            sys.exit("The pipeline ended early.")
        said = json.loads(line)
        return Took(said["wall"], said["processor"])

    def close(self) -> None:
        """End the process."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(30)

    def _say(self, line: str) -> None:
        if self._process.stdin:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()


def _all(session: Session, given: Sequence[tuple[Int64, Int64]]) -> None:
    for ids, mask in given:
        session.run(ids, mask)


def _sentences(readings: Sequence[Reading]) -> list[str]:
    return [one.of(reading.text) for reading in readings for one in reading.sentences]


def _notes() -> list[str]:
    """Return full visit notes of ACI-Bench, or where that corpus is not at hand our own, repeated."""
    if NOTES.is_file():
        csv.field_size_limit(1 << 30)
        with NOTES.open(encoding="utf-8", newline="") as file:
            return [row["note"] for row in csv.DictReader(file)][:MOST_NOTES]
    own = [
        path.read_text(encoding="utf-8") for path in sorted((models_folder() / "demo" / "notes").iterdir())
    ]
    return (own * MOST_NOTES)[: MOST_NOTES * 2]


def _clocked(work: Callable[[], object]) -> Took:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - wall, time.process_time() - processor)
