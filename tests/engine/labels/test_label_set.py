"""Label sets: what they know of their types and pairs."""

import dataclasses

import pytest

from engine.errors import LabelError
from engine.labels.label_set import Kind, LabelSet, LabelType, Pair


def _type(name, kind=Kind.ENTITY, key=""):
    return LabelType(name, kind, name.title(), "What it is.", "How to mark it.", ("one",), "#123456", key)


_LABELS = LabelSet(
    name="small",
    version="1",
    title="Small",
    description="",
    types=(_type("problem"), _type("drug"), _type("negation", Kind.MODIFIER)),
    pairs=(
        Pair("problem", "negation", "hasAttr"),
        Pair("drug", "problem", "treats"),
        Pair("drug", "problem", "causes"),
    ),
    aliases=(("Medication", "drug"),),
)


def test_types_are_told_apart_by_kind():
    assert [one.name for one in _LABELS.entities] == ["problem", "drug"]
    assert [one.name for one in _LABELS.modifiers] == ["negation"]
    assert [one.name for one in _LABELS] == ["problem", "drug", "negation"]
    assert "drug" in _LABELS
    assert "Drug" not in _LABELS


def test_labels_of_files_are_resolved_whatever_their_capitals():
    assert _LABELS.resolve("medication") == _LABELS.resolve("MEDICATION") == _LABELS.resolve("Drug") == "drug"
    assert _LABELS.resolve("gene") is None


def test_several_relations_may_join_one_pair_and_the_first_is_the_usual_one():
    assert _LABELS.relations("drug", "problem") == ("treats", "causes")
    assert _LABELS.relation("drug", "problem") == _LABELS.require_relation("drug", "problem") == "treats"
    assert _LABELS.relations("problem", "drug") == ()
    assert _LABELS.relation("problem", "drug") is None


def test_what_the_set_lacks_is_refused_with_a_sentence():
    with pytest.raises(LabelError, match="no label “gene”"):
        _LABELS.type("gene")
    with pytest.raises(LabelError, match="“drug” may not be joined to “problem”"):
        _LABELS.require_relation("problem", "drug")


def test_any_change_of_the_definition_changes_the_fingerprint():
    changed = [
        dataclasses.replace(_LABELS, version="2"),
        dataclasses.replace(_LABELS, pairs=_LABELS.pairs[:2]),
        dataclasses.replace(_LABELS, types=(*_LABELS.types[:2], _type("negation", Kind.ENTITY))),
        dataclasses.replace(_LABELS, aliases=()),
    ]
    prints = {_LABELS.fingerprint, *(one.fingerprint for one in changed)}
    assert len(prints) == 5
    assert dataclasses.replace(_LABELS).fingerprint == _LABELS.fingerprint
