"""Replaying a run: the same tagger, the same options, the same tags."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.annotation.annotation import RunId
from engine.errors import ModelError
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.steps.replay_run import compared_runs, replayed_tagger
from engine.steps.tag_project import begin, tag_project
from engine.store.store import NewNote, Store
from engine.taggers.registry import TaggerSpec, find_tagger, load_tagger

TEXTS = ("She has chest pain.", "Aspirin for chest pain, no fever.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "Ward.tagwell", find_label_set("kiwi", models_folder())) as made:
        made.add_notes([NewNote(f"n{i}", text) for i, text in enumerate(TEXTS)], "anna", "Import")
        yield made


@pytest.fixture
def terms(tmp_path: Path) -> TaggerSpec:
    file = tmp_path / "ward.tsv"
    file.write_text("chest pain\tproblem\naspirin\tdrug\n", encoding="utf-8")
    return find_tagger(str(file))


def run_of(store: Store, spec: TaggerSpec) -> RunId:
    tagger = load_tagger(spec, Job())
    run = begin(store, spec, tagger, list(store.note_ids()), "anna")
    tag_project(store, run, lambda: tagger, Job())
    return run


def test_a_replayed_run_says_the_same(store: Store, terms: TaggerSpec) -> None:
    first = run_of(store, terms)
    spec = replayed_tagger(store.runs()[0].record, store.label_set, [terms])
    second = run_of(store, spec)
    assert compared_runs(store, first, second).same == len(TEXTS)
    assert compared_runs(store, first, second).different == ()


def test_a_run_that_says_something_else_is_told_by_note(
    store: Store, terms: TaggerSpec, tmp_path: Path
) -> None:
    first = run_of(store, terms)
    (tmp_path / "ward.tsv").write_text("chest pain\tproblem\n", encoding="utf-8")
    second = run_of(store, terms)
    found = compared_runs(store, first, second)
    assert (found.same, found.different) == (1, (list(store.note_ids())[1],))


def test_the_options_of_the_run_are_taken_again(store: Store, terms: TaggerSpec) -> None:
    run_of(store, find_tagger(str(terms.folder / "ward.tsv"), "problem"))
    assert replayed_tagger(store.runs()[0].record, store.label_set, [terms]).options["label"] == "problem"


def test_the_shipped_model_is_found_by_what_the_run_recorded(store: Store) -> None:
    spec = find_tagger()
    run_of(store, spec)
    assert replayed_tagger(store.runs()[0].record, store.label_set) == spec


def test_a_tagger_that_is_gone_is_named(store: Store, terms: TaggerSpec) -> None:
    run_of(store, terms)
    with pytest.raises(ModelError, match="not here any more"):
        replayed_tagger(store.runs()[0].record, store.label_set)


def test_another_file_of_the_same_name_is_refused(store: Store) -> None:
    from dataclasses import replace

    run_of(store, find_tagger())
    record = replace(store.runs()[0].record, model_sha256="0" * 64)
    with pytest.raises(ModelError, match="another file"):
        replayed_tagger(record, store.label_set)


def test_another_label_set_is_refused(store: Store, terms: TaggerSpec) -> None:
    run_of(store, terms)
    other = find_label_set("i2b2-2010", models_folder())
    with pytest.raises(ModelError, match="another label set"):
        replayed_tagger(store.runs()[0].record, other, [terms])
