"""Changing the label set of a project that is in use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.annotation.annotation import RunId
from engine.annotation.said import Answer
from engine.errors import LabelError
from engine.labels.label_set import LabelSet, Pair
from engine.store.store import Store
from engine.text.note import NoteId
from engine.text.span import Span

Make = Callable[..., Answer]
Tag = Callable[..., RunId]


def defined(labels: LabelSet, name: str, words: str) -> LabelSet:
    return replace(
        labels, types=tuple(replace(one, definition=words) if one.name == name else one for one in labels)
    )


def without(labels: LabelSet, name: str) -> LabelSet:
    return replace(
        labels,
        types=tuple(one for one in labels if one.name != name),
        pairs=tuple(pair for pair in labels.pairs if name not in {pair.head, pair.tail}),
        aliases=tuple(one for one in labels.aliases if one[1] != name),
    )


def test_a_definition_can_be_changed_and_the_change_undone(
    store: Store, labels: LabelSet, path: Path
) -> None:
    changed = defined(labels, "drug", "What a pharmacist hands out.")
    done = store.change_label_set(changed, "anna")
    assert done.changes.labels
    assert store.label_set == changed
    undone = store.undo("anna")
    assert undone is not None
    assert undone.changes.labels
    assert store.label_set == labels
    store.redo("anna")
    store.close()
    with Store.open(path) as again:
        assert again.label_set == changed
        assert again.check().clean


def test_a_change_can_be_made_back_and_forth(store: Store, labels: LabelSet) -> None:
    changed = defined(labels, "drug", "Another.")
    for one in (changed, labels, changed):
        store.change_label_set(one, "anna")
        assert store.label_set == one


def test_a_reader_beside_it_sees_the_change(store: Store, labels: LabelSet) -> None:
    with store.reader() as reader:
        assert reader.label_set == labels
        changed = defined(labels, "drug", "Another.")
        store.change_label_set(changed, "anna")
        assert reader.label_set == changed


def test_types_can_be_added_and_used_at_once(store: Store, labels: LabelSet, note: NoteId) -> None:
    more = replace(labels, types=(*labels.types, replace(labels.type("drug"), name="device", title="Device")))
    store.change_label_set(more, "anna")
    store.annotate(note, (Span(0, 3),), "device", "anna")
    with pytest.raises(LabelError, match="“device” stands at 1 tag"):
        store.change_label_set(labels, "anna")


def test_a_type_that_nothing_has_can_go(store: Store, labels: LabelSet) -> None:
    store.change_label_set(without(labels, "strength"), "anna")
    assert "strength" not in store.label_set


def test_a_type_that_only_a_suggestion_has_has_to_stay(
    store: Store, labels: LabelSet, tagged: Tag, make_said: Make
) -> None:
    tagged(make_said((11, 21, "problem")))
    with pytest.raises(LabelError, match="“problem” stands at 1 tag"):
        store.change_label_set(without(labels, "problem"), "anna")
    assert store.label_set == labels


def test_a_pair_that_is_joined_has_to_stay(
    store: Store, labels: LabelSet, tagged: Tag, make_said: Make
) -> None:
    tagged(make_said((4, 10, "negation"), (11, 21, "problem"), joined=((1, 0),)))
    fewer = replace(
        labels, pairs=tuple(p for p in labels.pairs if p != Pair("problem", "negation", "hasAttr"))
    )
    with pytest.raises(LabelError, match="“negation” is joined to “problem” in 1 place"):
        store.change_label_set(fewer, "anna")


def test_a_set_with_faults_is_refused(store: Store, labels: LabelSet) -> None:
    with pytest.raises(LabelError, match="no title"):
        store.change_label_set(
            replace(labels, types=(replace(labels.types[0], title=" "), *labels.types[1:])), "anna"
        )
