"""A GGUF file is installed, checked, adapted, put into a cascade and killed, with real llama.cpp."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.annotation.said import Answer
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files import installed
from engine.model_files.gguf_manifest import Wanted
from engine.model_files.installed import InstalledModel
from engine.model_files.places import models_folder
from engine.steps import estimate_run, install_model
from engine.steps import install_gguf as step
from engine.steps.check_model import check_model
from engine.steps.install_gguf import install_gguf
from engine.steps.tag_notes import Failure, tag_notes
from engine.taggers.cascade.tagger import CascadeTagger, cascade_of
from engine.taggers.llama_cpp.backend import LlamaBackend, Loading
from engine.taggers.llama_cpp.decoding import Step
from engine.taggers.registry import find_tagger, load_tagger
from engine.text.note import Note, NoteId
from engine.workers.worker_process import WorkerProcess

pytestmark = [pytest.mark.llm, pytest.mark.native]

KIWI = find_label_set("kiwi", models_folder())
TEXT = "HPI: Took aspirin daily.\r\nNo chest pain. µ\n\nPLAN: aspirin 81 mg."


@pytest.fixture
def model(random_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InstalledModel:
    """The model of random weights, installed in a folder of this test's own."""
    own = tmp_path / "models"
    for module in (installed, install_model, step):
        monkeypatch.setattr(module, "installed_models_folder", lambda: own)
    wanted = Wanted("random", options={"context": 2048, "threads": 1})
    return install_gguf(random_model, wanted, Job()).model


def test_a_check_tells_how_the_model_does_here(
    model: InstalledModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimate_run, "LONG_ENOUGH_SECONDS", 0.01)
    check = check_model(model, KIWI, Job())
    assert check.usable, check.findings
    examined = check.facts["examined"]
    assert examined["rolls_back"] is True
    assert examined["exact"] + len(examined["inexact"]) == examined["sentences"] == 20
    assert list(examined["tags"]) == [one.name for one in KIWI.entities]
    assert (examined["context"], examined["trained_context"]) == (2048, 8192)
    assert check.facts["file"]["architecture"] == "llama"
    assert check.facts["speed"]["characters"] > 0
    said = {one.what: one.said for one in check.findings}
    assert said["Rollback"] == "its memory can be rolled back"
    assert "are single tokens" in said["Tags"]


def test_an_adapter_changes_what_the_model_computes(model: InstalledModel, tmp_path: Path) -> None:
    from engine.training.small_llm.gguf_writer import write_lora_gguf

    random = np.random.default_rng(3)
    a, b = (random.normal(0, 1, shape).astype(np.float32) for shape in ((4, 64), (64, 4)))
    file = tmp_path / "ward.gguf"
    write_lora_gguf(file, "llama", {"blk.0.attn_q.weight": (a, b)}, alpha=8.0)
    adapted = install_gguf(file, Wanted(base=str(model.folder)), Job()).model
    adapted.check()
    path = adapted.manifest.path(adapted.folder, "model")
    adapter = adapted.manifest.path(adapted.folder, "adapter")

    def logits(*adapters: tuple[Path, float]) -> list[float]:
        backend = LlamaBackend(path, Loading(context=256, threads=1, adapters=adapters))
        try:
            ids = backend.tokens("took aspirin daily", begin=True)
            wanted = tuple(range(50))
            steps = [Step(one, at, 0, wanted if at == len(ids) - 1 else ()) for at, one in enumerate(ids)]
            return list(backend.decode(steps)[0])
        finally:
            backend.close()

    plain, changed = logits(), logits((adapter, 1.0))
    assert np.abs(np.subtract(plain, changed)).max() > 0.01
    tagger = load_tagger(find_tagger(str(adapted.folder)), Job())
    assert len(list(tagger.tag([TEXT], KIWI, Job()))) == 1
    tagger.close()


def test_a_cascade_asks_the_language_model_for_chosen_sentences_alone(
    model: InstalledModel, tmp_path: Path
) -> None:
    terms = tmp_path / "terms.tsv"
    terms.write_text("aspirin\tdrug\n", encoding="utf-8")
    first, second = find_tagger(str(terms)), find_tagger(str(model.folder))
    alone = load_tagger(second, Job())
    (whole,) = alone.tag([TEXT], KIWI, Job())
    alone.close()

    def said(**policy: object) -> Answer:
        tagger = load_tagger(cascade_of(first, second, policy), Job())
        assert isinstance(tagger, CascadeTagger)
        (found,) = tagger.tag([TEXT], KIWI, Job())
        assert 0 < tagger.cost.chosen <= tagger.cost.sentences
        assert tagger.cost.tokens > tagger.cost.calls > 0
        tagger.close()
        return found

    def places(found: Answer) -> list[tuple[int, int, str]]:
        return [(one.hull.start, one.hull.end, one.label) for one in found.items]

    assert places(said(policy="all")) == places(whole)
    part, begin = places(said(policy="sections", sections=["plan"])), TEXT.index("PLAN")
    assert [one for one in part if one[0] >= begin] == [one for one in places(whole) if one[0] >= begin]
    assert [(TEXT[start:end], label) for start, end, label in part if start < begin] == [("aspirin", "drug")]


class Doomed(WorkerProcess):
    """A worker whose process is killed while it works on a text that asks for it."""

    def tag(self, texts: Sequence[str], labels: LabelSet, job: Job) -> Iterator[Answer]:
        self.ready(job)
        if any(text.startswith("KILL") for text in texts) and self.pid:
            killer = threading.Timer(0.2, os.kill, (self.pid, signal.SIGKILL))
            killer.start()
            try:
                yield from super().tag(texts, labels, job)
            finally:
                killer.join()
            return
        yield from super().tag(texts, labels, job)


def test_a_note_that_ends_the_process_is_tried_again_and_set_aside_and_the_run_goes_on(
    model: InstalledModel,
) -> None:
    spec, started = find_tagger(str(model.folder)), list[Doomed]()

    def start() -> Doomed:
        started.append(Doomed(spec))
        return started[-1]

    long = "KILL took aspirin daily. " * 2000
    texts = ["Took aspirin.", long, "No chest pain."]
    notes = [Note(NoteId(number), f"n{number}", text) for number, text in enumerate(texts)]
    outcomes = [outcome for _, outcome in tag_notes(notes, start, KIWI, Job())]
    assert isinstance(outcomes[0], Answer)
    assert isinstance(outcomes[2], Answer)
    assert isinstance(outcomes[1], Failure)
    assert "stopped unexpectedly (SIGKILL" in outcomes[1].cause
    assert "aspirin" not in outcomes[1].cause
    assert len(started) >= 3
