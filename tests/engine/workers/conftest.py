"""Taggers that misbehave, in real processes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.labels.label_set import Kind, LabelSet, LabelType
from engine.taggers.registry import TaggerSpec
from engine.workers.worker_process import WorkerProcess

SCRIPT = Path(__file__).with_name("scripted_worker.py")
Start = Callable[..., WorkerProcess]


@pytest.fixture
def labels() -> LabelSet:
    """A label set of one type."""
    only = LabelType("problem", Kind.ENTITY, "Problem", "", "", (), "#336699", "1")
    return LabelSet("tiny", "1", "Tiny", "", (only,), ())


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start workers that hold the scripted tagger; all are closed at the end."""
    begun: list[WorkerProcess] = []

    def begin(**options: Any) -> WorkerProcess:
        spec = TaggerSpec("scripted", "scripted.v1", tmp_path, options, title="Scripted")
        begun.append(WorkerProcess(spec, [sys.executable, "-P", str(SCRIPT)]))
        return begun[-1]

    yield begin
    for worker in begun:
        worker.close()
