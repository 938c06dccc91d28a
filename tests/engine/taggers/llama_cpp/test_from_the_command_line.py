"""A prompt, a format and examples from a project, all by one command; and the same run once more."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.command_line.program import run
from engine.jobs.job import Job
from engine.model_files.installed import find_model
from engine.model_files.manifest import FORMAT, Manifest, file_entry, write_manifest
from engine.store.store import Store
from engine.taggers.registry import find_tagger
from engine.text.note import NoteId
from engine.text.span import Span
from engine.workers.worker_process import WorkerProcess

pytestmark = [pytest.mark.llm, pytest.mark.native]

DONE, NEW = "Denies chest pain. Takes aspirin.", "No fever & [no] cough; BP <140/90."
Told = Callable[..., dict[str, Any]]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    def call(*arguments: object) -> dict[str, Any]:
        code = run([str(one) for one in arguments])
        said = capsys.readouterr()
        assert code == 0, said.err
        return json.loads(said.out) if "--json" in arguments else {}

    return call


@pytest.fixture
def model(random_model: Path, tmp_path: Path, told: Told) -> Iterator[str]:
    """A model of random weights, installed as a user does it, and gone again afterwards."""
    folder = tmp_path / "random"
    folder.mkdir()
    shutil.copyfile(random_model, folder / "model.gguf")
    files = {"model": file_entry(folder, "model.gguf")}
    options = {"context": 2048, "threads": 1}
    write_manifest(
        folder,
        Manifest(FORMAT, "llama-cpp.v1", "random", "Random", "1", "kiwi", files=files, options=options),
    )
    told("models", "install", folder)
    yield "random"
    shutil.rmtree(find_model("random").folder)


@pytest.fixture
def ward(tmp_path: Path, told: Told) -> Path:
    """A project with one finished note and a new one."""
    notes, path = tmp_path / "notes", tmp_path / "ward.tagwell"
    notes.mkdir()
    (notes / "done.txt").write_text(DONE, encoding="utf-8")
    (notes / "new.txt").write_text(NEW, encoding="utf-8")
    told("project", "new", path)
    told("project", "import", path, notes)
    with Store.open(path) as store:
        done = next(NoteId(one) for one in store.note_ids() if store.note(NoteId(one)).name == "done")
        store.annotate(done, (Span(7, 17),), "problem", "anna")
        store.finish(done, "anna")
    return path


def test_a_project_asks_with_its_own_examples_and_repeats_a_run(ward: Path, model: str, told: Told):
    command = (
        "project",
        "tag",
        ward,
        "--tagger",
        model,
        "--prompt",
        "few-shot",
        "--answers",
        "tanl",
        "--json",
    )
    assert told(*command)["notes"] == 1
    with Store.open(ward) as store:
        (row,) = store.runs()
        options = dict(row.record.options)
        assert options.pop("bank")["examples"] == 2
        assert options == {"prompt": "few-shot", "answers": "tanl"}
        new = next(NoteId(one) for one in store.note_ids() if store.note(NoteId(one)).name == "new")
        answer = store.layer_answer(new, next(one.id for one in store.layers() if one.run == row.id))
        assert answer
        assert [one.asked for one in answer.raw] == ["tanl: problem, treatment, drug, test"] * len(answer.raw)
        assert answer.raw
    repeated = told("project", "repeat", ward, "--json")
    assert (repeated["same"], repeated["different"]) == (1, [])


def test_vectors_of_examples_are_worked_out_by_the_first_run_alone(ward: Path, model: str, told: Told):
    command = ("project", "tag", ward, "--all", "--tagger", model, "--prompt", "few-shot")
    told(*command, "--set", "retriever=encoder", "--json")
    with Store.open(ward) as store:
        kept = dict(store._all("SELECT key, vector FROM sentence_vector"))
        assert len(kept) == 2
        kept = dict.fromkeys(kept, max(kept.values()))
        store.keep_sentence_vectors(kept)
    told(*command, "--set", "retriever=encoder", "--json")
    with Store.open(ward) as store:
        assert dict(store._all("SELECT key, vector FROM sentence_vector")) == kept, "those that were there"


def test_examples_of_the_label_set_are_told_to_be_no_more(model: str):
    spec = find_tagger(model)
    for options, warned in (({"prompt": "few-shot"}, 1), ({"prompt": "zero-shot"}, 0)):
        with WorkerProcess(replace(spec, options=options)) as worker:
            worker.ready(Job())
            assert len(worker.warnings) == warned


def test_files_are_tagged_by_any_prompt_and_format(model: str, tmp_path: Path, told: Told):
    notes = tmp_path / "files"
    notes.mkdir()
    (notes / "new.txt").write_text(NEW, encoding="utf-8")
    for number, (prompt, answers) in enumerate([("one-type-per-call", "bio"), ("guideline", "json-dict")]):
        out = tmp_path / f"out{number}"
        report = told(
            "tag", notes, "--out", out, "--tagger", model, "--prompt", prompt, "--answers", answers, "--json"
        )
        assert report["notes"] == 1
        assert list(out.iterdir())


@pytest.mark.parametrize(("name", "answers"), [("bioner", "json-list"), ("bioner-extended", "tanl")])
def test_a_call_for_each_type_asks_for_one_type_and_says_nothing_twice(
    name: str, answers: str, tmp_path: Path, told: Told
):
    notes, path = tmp_path / "notes", tmp_path / "genes.tagwell"
    notes.mkdir()
    (notes / "new.txt").write_text(
        "BRCA1 mutations cause hereditary breast cancer in humans.", encoding="utf-8"
    )
    told("project", "new", path, "--label-set", name)
    told("project", "import", path, notes)
    ways = ("--prompt", "one-type-per-call", "--answers", answers)
    assert told("project", "tag", path, "--tagger", "small-llm", *ways, "--json")["notes"] == 1
    with Store.open(path) as store:
        types = [one.name for one in store.label_set.entities]
        (layer,) = store.layers()
        answer = store.layer_answer(NoteId(next(iter(store.note_ids()))), layer.id)
    assert answer
    assert [one.asked for one in answer.raw] == [f"{answers}: {one}" for one in types]
    assert len({(one.spans, one.label) for one in answer.items}) == len(answer.items)


def test_a_model_that_copies_says_which_types_it_knows(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "new.txt").write_text("BRCA1 in mice.", encoding="utf-8")
    code = run(
        ["tag", str(tmp_path), "--out", str(tmp_path / "out"), "--tagger", "small-llm", "--labels", "bioner"]
    )
    assert code == 1
    assert "made to mark problem, treatment, drug, test" in " ".join(capsys.readouterr().err.split())
