"""Replay run: a run is done again with the tagger and the options that it recorded, and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.annotation.annotation import LayerId, RunId
from engine.errors import ModelError, StoreError
from engine.labels.label_set import LabelSet
from engine.store.runs import RunRecord
from engine.store.store import Store
from engine.taggers.cascade.tagger import KIND as CASCADE
from engine.taggers.cascade.tagger import cascade_of
from engine.taggers.registry import TaggerSpec, find_tagger, taggers_here
from engine.text.note import NoteId

_PARTS = ("first", "second", "other")
_ITS_OPTIONS = "{}_options"


@dataclass(frozen=True, slots=True)
class Repeated:
    """How a run and its replay compare: how many notes have the same tags, and which have not.

    Notes that one of them did not answer are among neither.
    """

    same: int
    different: tuple[NoteId, ...]


def replayed_tagger(record: RunRecord, labels: LabelSet, more: Sequence[TaggerSpec] = ()) -> TaggerSpec:
    """Return how to load the tagger of a run with the options it had; `more` are taggers that are no model.

    Raises:
        ModelError: the model is not here any more, is another file now, or the project's
            label set is not the one that the run was made with.
    """
    if record.label_set_fingerprint != labels.fingerprint:
        raise ModelError(
            "This run was made with another label set, so it cannot be repeated in this project."
        )
    kind, _, rest = record.tagger_id.partition("/")
    if kind == CASCADE:
        return _replayed_cascade(record.options)
    name = rest.rpartition("@")[0]
    for spec in (*taggers_here(), *more):
        if spec.kind == kind and spec.name == name:
            _same_file(record.tagger_name, spec.sha256, record.model_sha256)
            return replace(spec, options=dict(record.options))
    raise ModelError(f"The tagger “{record.tagger_name}” of this run is not here any more.")


def _replayed_cascade(options: Mapping[str, Any]) -> TaggerSpec:
    named = {part: str(options[part]) for part in _PARTS if options.get(part)}
    specs = {
        part: replace(find_tagger(name), options=dict(options.get(_ITS_OPTIONS.format(part), {})))
        for part, name in named.items()
    }
    for part, spec in specs.items():
        _same_file(spec.title or spec.name, spec.id, str(options.get("models", {}).get(part, spec.id)))
    policy = {name: options[name] for name in ("policy", "threshold", "sections", "other") if name in options}
    return cascade_of(specs["first"], specs["second"], policy)


def _same_file(title: str, now: str, then: str) -> None:
    if now != then:
        raise ModelError(f"“{title}” is another file now than the one of this run.")


def compared_runs(store: Store, one: RunId, other: RunId) -> Repeated:
    """Return how the answers of two runs compare: spans, labels and relations, not how sure they are.

    Raises:
        StoreError: one of the runs said nothing of any note.
    """
    layers = {row.run: row.id for row in store.layers()}
    if one not in layers or other not in layers:
        raise StoreError("One of the two runs has no answers that could be compared.")
    same, different = 0, []
    for note in store.run_notes(other):
        first, second = (_said(store, note, layers[run]) for run in (one, other))
        if first is None or second is None:
            continue
        if first == second:
            same += 1
        else:
            different.append(note)
    return Repeated(same, tuple(different))


def _said(store: Store, note: NoteId, layer: LayerId) -> object:
    """Return what is the same in two equal answers, however sure they are."""
    said = store.layer_answer(note, layer)
    if said is None:
        return None
    items = [(item.spans, item.label) for item in said.items]
    return items, {(items[one.head], items[one.tail], one.label) for one in said.relations}
