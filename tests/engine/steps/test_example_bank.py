"""What was reviewed in a project teaches the next prompt: sentences as examples, corrections as rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.annotation.annotation import PredictionId
from engine.annotation.said import LabelledSpan, answer
from engine.errors import ModelError, StoreError
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files import thresholds
from engine.model_files.installed import default_model
from engine.model_files.manifest import FORMAT, Manifest, write_manifest
from engine.model_files.places import models_folder
from engine.model_files.thresholds import Thresholds, keep_thresholds
from engine.steps.error_rules import error_rules
from engine.steps.example_bank import (
    example_bank,
    examples_of,
    known_vectors,
    recorded,
    with_examples_of_files,
    with_own_examples,
)
from engine.store.runs import RunRecord
from engine.store.store import NewNote, Store
from engine.taggers.llama_cpp.ahead import Ahead, draft_of
from engine.taggers.llama_cpp.prompts.example import Bank
from engine.taggers.llama_cpp.prompts.kept_vectors import vector_key
from engine.taggers.registry import TaggerSpec
from engine.text.note import NoteId, text_hash
from engine.text.span import Span

FIRST = "She denies chest pain.\nTakes aspirin daily. Seen by Dr. Who."
SECOND = "No fever today."


@pytest.fixture(scope="module")
def kiwi() -> LabelSet:
    return find_label_set("kiwi", models_folder())


@pytest.fixture
def store(tmp_path: Path, kiwi: LabelSet) -> Iterator[Store]:
    with Store.create(tmp_path / "ward.tagwell", kiwi) as made:
        made.add_notes(
            [NewNote("one", FIRST, {"patient": "p1"}), NewNote("two", SECOND, {"patient": "p2"})],
            "anna",
            "Import",
        )
        yield made


def at(text: str, words: str) -> tuple[Span]:
    start = text.index(words)
    return (Span(start, start + len(words)),)


def finished(store: Store) -> None:
    """Let a person finish the first note."""
    store.annotate(NoteId(1), at(FIRST, "chest pain"), "problem", "anna")
    store.annotate(NoteId(1), at(FIRST, "denies"), "negation", "anna")
    store.annotate(NoteId(1), at(FIRST, "aspirin"), "drug", "anna")
    store.finish(NoteId(1), "anna")


@pytest.fixture
def llm(tmp_path: Path) -> TaggerSpec:
    folder = tmp_path / "llm"
    folder.mkdir()
    write_manifest(folder, Manifest(FORMAT, "llama-cpp.v1", "tiny", "Tiny", "1", "kiwi", files={}))
    return TaggerSpec("tiny", "llama-cpp.v1", folder)


def test_a_finished_note_gives_its_sentences_and_an_unfinished_one_only_its_patient(store: Store) -> None:
    assert example_bank(store).examples == ()
    finished(store)
    bank = example_bank(store)
    assert [(one.text, [(one.text[a:b], label) for a, b, label in one.marks]) for one in bank.examples] == [
        ("She denies chest pain.", [("denies", "negation"), ("chest pain", "problem")]),
        ("Takes aspirin daily.", [("aspirin", "drug")]),
        ("Seen by Dr. Who.", []),
    ]
    assert {(one.note, one.patient) for one in bank.examples} == {(text_hash(FIRST), "p1")}
    assert bank.patients == {text_hash(FIRST): "p1", text_hash(SECOND): "p2"}


def test_a_sentence_that_cannot_be_shown_whole_is_no_example() -> None:
    text = "Pain in arm and leg. Fever."
    parts = LabelledSpan((*at(text, "Pain"), *at(text, "leg")), "problem")
    across = LabelledSpan((Span(16, 25),), "problem")
    assert [one.text for one in examples_of(text, [parts])] == ["Fever."]
    assert list(examples_of(text, [across])) == []


def test_a_run_takes_its_examples_from_the_project_and_remembers_them_by_hash(
    store: Store, llm: TaggerSpec
) -> None:
    few = TaggerSpec(llm.name, llm.kind, llm.folder, {"prompt": "few-shot"})
    assert with_own_examples(few, store).options["bank"] == "", "then those of the label set are taken"
    finished(store)
    ready = with_own_examples(few, store)
    assert msgspec.convert(ready.options["bank"], Bank) == example_bank(store)
    remembered = recorded(ready.options)
    assert remembered["bank"]["examples"] == 3
    assert "aspirin" not in str(remembered)
    again = with_own_examples(TaggerSpec(llm.name, llm.kind, llm.folder, remembered), store)
    assert again.options == ready.options
    store.annotate(NoteId(2), at(SECOND, "fever"), "problem", "anna")
    store.finish(NoteId(2), "anna")
    with pytest.raises(ModelError, match="have changed"):
        with_own_examples(TaggerSpec(llm.name, llm.kind, llm.folder, remembered), store)


def test_a_layer_of_the_project_is_the_draft_and_the_run_remembers_its_number(
    store: Store, llm: TaggerSpec
) -> None:
    finished(store)
    (layer,) = (one for one in store.layers() if one.name == "anna")
    asked = TaggerSpec(llm.name, llm.kind, llm.folder, {"draft": f"layer:{layer.id}"})
    ready = with_own_examples(asked, store)
    known = msgspec.convert(ready.options["ahead"], dict[str, Ahead])
    drafted = draft_of(FIRST, known)
    assert [(one.hull.of(FIRST), one.label) for one in drafted.items] == [
        ("denies", "negation"),
        ("chest pain", "problem"),
        ("aspirin", "drug"),
    ]
    assert draft_of("another note", known).items == ()
    assert recorded(ready.options) == asked.options
    again = with_own_examples(TaggerSpec(llm.name, llm.kind, llm.folder, recorded(ready.options)), store)
    assert again.options == ready.options
    for unknown, error in (("layer:99", StoreError), ("layer:x", ModelError)):
        with pytest.raises(error):
            with_own_examples(TaggerSpec(llm.name, llm.kind, llm.folder, {"draft": unknown}), store)


def test_vectors_of_examples_are_kept_in_the_project_until_their_sentences_go(
    store: Store, llm: TaggerSpec
) -> None:
    finished(store)
    asked = {"prompt": "few-shot", "retriever": "encoder"}
    spec = with_own_examples(TaggerSpec(llm.name, llm.kind, llm.folder, asked), store)
    assert known_vectors(spec, store) == {}
    encoder = default_model().manifest.sha256
    keys = [vector_key(encoder, one.text) for one in example_bank(store).examples]
    store.keep_sentence_vectors({**dict.fromkeys(keys, "AAA="), "of another sentence": "AAA="})
    assert known_vectors(spec, store) == dict.fromkeys(keys, "AAA=")
    assert store._all("SELECT count(*) FROM sentence_vector") == [(3,)], "the other one is forgotten"
    by_words = TaggerSpec(llm.name, llm.kind, llm.folder, {"prompt": "few-shot"})
    assert known_vectors(with_own_examples(by_words, store), store) == {}


def test_a_prompt_without_examples_gets_none_and_other_taggers_are_left_alone(
    store: Store, llm: TaggerSpec
) -> None:
    finished(store)
    assert with_own_examples(llm, store).options == {}
    own = TaggerSpec(llm.name, llm.kind, llm.folder, {"prompt": "few-shot", "bank": "my.jsonl"})
    assert with_own_examples(own, store).options == own.options
    terms = TaggerSpec("terms", "dictionary.v1", llm.folder, {"terms": "terms.txt"})
    assert with_own_examples(terms, store) == terms


def test_a_bank_may_be_a_folder_of_tagged_notes(llm: TaggerSpec, kiwi: LabelSet, tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    gold.mkdir()
    (gold / "a.txt").write_text(SECOND)
    (gold / "a.ann").write_text("T1\tproblem 3 8\tfever\n")
    asked = TaggerSpec(llm.name, llm.kind, llm.folder, {"prompt": "few-shot", "bank": str(gold)})
    bank: Any = msgspec.convert(with_examples_of_files(asked, kiwi).options["bank"], Bank)
    assert [(one.text, one.marks, one.note) for one in bank.examples] == [
        (SECOND, ((3, 8, "problem"),), text_hash(SECOND))
    ]


def test_without_a_bank_the_notes_that_happen_to_lie_here_are_no_examples(
    llm: TaggerSpec, kiwi: LabelSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(SECOND)
    (tmp_path / "a.ann").write_text("T1\tproblem 3 8\tfever\n")
    asked = TaggerSpec(llm.name, llm.kind, llm.folder, {"prompt": "few-shot"})
    assert with_examples_of_files(asked, kiwi).options == asked.options


def test_each_kind_of_correction_becomes_a_rule_and_the_commonest_comes_first(
    store: Store, llm: TaggerSpec
) -> None:
    record = RunRecord("t", "T", "0" * 64, store.label_set.fingerprint, "CPU", annotator="anna")
    run = store.begin_run(record, [NoteId(1)])
    said = [
        LabelledSpan(at(FIRST, "chest pain"), "test"),
        LabelledSpan(at(FIRST, "pain"), "problem"),
        LabelledSpan(at(FIRST, "aspirin"), "drug"),
        LabelledSpan(at(FIRST, "Dr. Who"), "treatment"),
    ]
    store.save_answer(run, NoteId(1), answer(said, []), 1.0)
    by_words = {
        (one.said.hull.of(FIRST), one.said.label): one.id for one in store.view(NoteId(1), "anna").suggestions
    }
    decide(store, by_words)
    store.annotate(NoteId(2), at(SECOND, "fever"), "problem", "anna")
    rules = error_rules(store, 10)
    assert set(rules) == {
        "“Dr. Who” is not marked as treatment.",
        "“chest pain” is marked as problem, not as test.",
        "As problem, “denies chest pain” is marked, not “pain”.",
        "“fever” is marked as problem.",
    }
    assert len(error_rules(store, 2)) == 2
    asked = TaggerSpec(llm.name, llm.kind, llm.folder, {"prompt": "rules"})
    assert with_own_examples(asked, store).options["rules"] == rules


def decide(store: Store, suggestions: dict[tuple[str, str], PredictionId]) -> None:
    """Reject one, accept one, and change the label of one and the place of another."""
    store.reject([suggestions["Dr. Who", "treatment"]], "anna")
    store.accept([suggestions["aspirin", "drug"]], "anna")
    store.relabel_suggestion(suggestions["chest pain", "test"], "problem", "anna")
    store.reshape_suggestion(suggestions["pain", "problem"], at(FIRST, "denies chest pain"), "anna")


def test_thresholds_that_are_kept_go_in_as_numbers_which_the_run_records(
    llm: TaggerSpec, kiwi: LabelSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thresholds, "user_folder", lambda: tmp_path)
    llm = replace(llm, sha256="a" * 64)
    figures = (0.5, 0.6, 0.1, 0.0, 0.2, 0.04)
    keep_thresholds(
        Thresholds("ward", "Small", "a" * 64, "kiwi", {"drug": -0.5}, "gold", 2, 9, "2026-01-01", *figures)
    )
    asked = replace(llm, options={"thresholds": "ward"})
    filled = with_examples_of_files(asked, kiwi)
    assert filled.options == {"thresholds": "ward", "bias": {"drug": -0.5}} == recorded(filled.options)
    # A run that is repeated has its own numbers, whatever is kept now.
    old = replace(llm, options={"thresholds": "ward", "bias": {"drug": 1.0}})
    assert with_examples_of_files(old, kiwi).options == old.options
    none = replace(llm, options={"thresholds": "none"})
    assert with_examples_of_files(none, kiwi).options == none.options
    other = replace(asked, sha256="b" * 64)
    with pytest.raises(ModelError, match="fitted for another model"):
        with_examples_of_files(other, kiwi)
