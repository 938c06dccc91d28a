"""Example bank: the finished notes of a project become examples for prompts, kept in memory alone.

A run records how many there were and their SHA-256, never the sentences a second time; to
repeat it, the bank is made anew and has to be the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from engine.annotation.annotation import LayerId
from engine.annotation.gold import Gold
from engine.annotation.said import LabelledSpan
from engine.errors import ModelError
from engine.formats.format import ReadOptions
from engine.formats.problem import Problems
from engine.formats.reading import read_documents
from engine.labels.label_set import LabelSet
from engine.model_files.installed import default_model
from engine.model_files.manifest import MANIFEST_NAME, read_manifest
from engine.model_files.thresholds import NONE, find_thresholds
from engine.steps.error_rules import error_rules
from engine.store.notes import NoteQuery
from engine.store.store import Store
from engine.taggers.cascade.tagger import KIND as CASCADE
from engine.taggers.llama_cpp.ahead import Ahead, ahead_of, layer_of
from engine.taggers.llama_cpp.options import Options, options_from
from engine.taggers.llama_cpp.prompts.example import Bank, Example
from engine.taggers.llama_cpp.prompts.kept_vectors import vector_key
from engine.taggers.llama_cpp.prompts.shots import compared
from engine.taggers.registry import TaggerSpec, find_tagger
from engine.text.note import NoteId, text_hash
from engine.text.sentence import sentences
from engine.text.token import tokenize

_LLM = "llama-cpp.v1"
_BANK, _RULES, _AHEAD, _SECOND = "bank", "rules", "ahead", "second_options"


def example_bank(store: Store) -> Bank:
    """Return every sentence of the finished notes of a project, and whose each of its notes is."""
    notes = [NoteId(one) for one in store.note_ids(NoteQuery(sort="added"))]
    patients = {}
    for note in map(store.note, notes):
        if patient := note.metadata.get("patient", ""):
            patients[note.sha256] = patient
    return Bank(tuple(examples_of_gold(store.gold(notes))), patients)


def examples_of_gold(gold: Iterable[Gold]) -> Iterator[Example]:
    """Yield the sentences of `gold` with their marks, note by note."""
    for one in gold:
        said = [LabelledSpan(each.spans, each.label) for each in one.annotations]
        yield from examples_of(one.note.text, said, one.note.metadata.get("patient", ""))


def examples_of(text: str, items: Sequence[LabelledSpan], patient: str = "") -> Iterator[Example]:
    """Yield the sentences of a note with the marks that lie within them.

    A sentence with a mark that leaves it, or that has several fragments, is no example: it
    could only be shown with something missing.
    """
    note, tokens = text_hash(text), tokenize(text)
    for sentence in sentences(text, tokens):
        words = tokens.snapped(sentence)
        here = [one for one in items if one.hull.overlaps(sentence)]
        if words is None or any(len(one.spans) > 1 or not words.contains(one.hull) for one in here):
            continue
        marks = sorted((one.hull.start - words.start, one.hull.end - words.start, one.label) for one in here)
        yield Example(words.of(text), tuple(marks), note, patient)


def with_own_examples(spec: TaggerSpec, store: Store) -> TaggerSpec:
    """Return `spec` with the examples, the error rules and the draft that it wants, from this project.

    What the user gave stays.  In a cascade it is the second tagger that is asked by a prompt.  Where
    no note is finished yet, the examples are those of the label set.

    Raises:
        ModelError: an option is not right, or the examples of the run that is repeated have changed.
        StoreError: there is no such layer to draft from.
    """

    def filled(options: Mapping[str, Any], wanted: Options) -> dict[str, Any]:
        more: dict[str, Any] = {}
        if wanted.examples != "none" and not wanted.bank:
            more[_BANK] = _as_plain(_same(example_bank(store), options.get(_BANK)))
        if wanted.learned_rules and not wanted.rules:
            more[_RULES] = error_rules(store, wanted.learned_rules)
        if (layer := layer_of(wanted.draft)) is not None:
            more[_AHEAD] = msgspec.to_builtins(_drafts(store, LayerId(layer)))
        return more

    return _with(spec, filled)


def _drafts(store: Store, layer: LayerId) -> dict[str, Ahead]:
    """Return what `layer` says of each note that it speaks of, by the hash of the note."""
    notes = (store.note(NoteId(one)) for one in store.note_ids(NoteQuery(sort="added")))
    both = ((note.sha256, store.layer_answer(note.id, layer)) for note in notes)
    return {sha256: ahead_of(said) for sha256, said in both if said is not None}


def known_vectors(spec: TaggerSpec, store: Store) -> dict[str, str]:
    """Return what earlier runs learned of the examples that `with_own_examples` gave `spec`.

    Nothing where its prompt compares no vectors; what is of other sentences is forgotten.
    """
    options = spec.options.get(_SECOND, {}) if spec.kind == CASCADE else spec.options
    bank = options.get(_BANK)
    if not isinstance(bank, Mapping) or _is_record(bank):
        return {}
    second = find_tagger(str(spec.options["second"])) if spec.kind == CASCADE else spec
    manifest = read_manifest(second.folder / MANIFEST_NAME)
    wanted = options_from(manifest.options, options, manifest.title)
    if wanted.examples != "similar" or wanted.retriever != "encoder" or not isinstance(wanted.bank, Bank):
        return {}
    encoder = default_model().manifest.sha256
    return store.sentence_vectors([vector_key(encoder, compared(one)) for one in wanted.bank.examples])


def with_examples_of_files(spec: TaggerSpec, labels: LabelSet) -> TaggerSpec:
    """Return `spec` with the notes in it, where its bank is a folder of tagged notes in any format.

    Raises:
        ModelError: an option is not right.
        InputError: the folder holds nothing that can be read.
    """

    def filled(_: Mapping[str, Any], wanted: Options) -> dict[str, Any]:
        # An empty path would be the current folder.
        if not isinstance(wanted.bank, str) or not wanted.bank or not Path(wanted.bank).is_dir():
            return {}
        documents = read_documents([Path(wanted.bank)], ReadOptions(labels=labels), Problems())
        found = [
            example
            for one in documents
            if one.answer is not None
            for example in examples_of(one.text, one.items, one.metadata.get("patient", ""))
        ]
        return {_BANK: _as_plain(Bank(tuple(found)))}

    return _with(spec, filled)


def _with(spec: TaggerSpec, filled: Callable[[Mapping[str, Any], Options], dict[str, Any]]) -> TaggerSpec:
    """Return `spec` with what `filled` adds to its options; of a cascade, to those of its second tagger."""
    if spec.kind == CASCADE:
        second = find_tagger(str(spec.options["second"]))
        inner = _with(replace(second, options=spec.options.get(_SECOND, {})), filled)
        return replace(spec, options={**spec.options, _SECOND: dict(inner.options)})
    if spec.kind != _LLM:
        return spec
    known = {key: value for key, value in spec.options.items() if key != _BANK or not _is_record(value)}
    manifest = read_manifest(spec.folder / MANIFEST_NAME)
    wanted = options_from(manifest.options, known, manifest.title)
    return replace(spec, options={**known, **_bias(spec, known, wanted), **filled(spec.options, wanted)})


def _bias(spec: TaggerSpec, chosen: Mapping[str, Any], wanted: Options) -> dict[str, Any]:
    """Return the biases that are kept under the name which `wanted` says, unless some were `chosen`."""
    if wanted.thresholds in {"", NONE} or "bias" in chosen:
        return {}
    return {"bias": dict(find_thresholds(wanted.thresholds, spec.sha256, spec.title or spec.name).bias)}


def recorded(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return `options` as a run remembers them: a bank as its size and hash, a layer as its number."""
    said = {key: value for key, value in options.items() if key != _AHEAD}
    if isinstance(bank := said.get(_BANK), Mapping) and not _is_record(bank):
        said[_BANK] = _record(msgspec.convert(bank, Bank))
    if isinstance(inner := said.get(_SECOND), Mapping):
        said[_SECOND] = recorded(inner)
    return said


def _same(bank: Bank, remembered: object) -> Bank:
    """Return `bank` once it is the one that a run remembers, if it remembers any."""
    if _is_record(remembered) and remembered != _record(bank):
        raise ModelError(
            "The finished notes have changed since this run, so its examples cannot be had again."
        )
    return bank


def _as_plain(bank: Bank) -> dict[str, Any] | str:
    """Return `bank` as options hold it; without examples empty, for those of the label set."""
    return dict(msgspec.to_builtins(bank)) if bank.examples else ""


def _record(bank: Bank) -> dict[str, Any]:
    raw = msgspec.json.encode(bank, order="deterministic")
    return {"examples": len(bank.examples), "sha256": hashlib.sha256(raw).hexdigest()}


def _is_record(value: object) -> bool:
    return isinstance(value, Mapping) and "sha256" in value
