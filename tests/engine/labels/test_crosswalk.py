"""One label set said in another."""

from pathlib import Path

import pytest

from engine.errors import LabelError
from engine.labels.crosswalk import crosswalk
from engine.labels.files import find_label_set

_MODELS = Path(__file__).parents[3] / "models"


@pytest.fixture(scope="module")
def kiwi():
    return find_label_set("kiwi", _MODELS)


@pytest.fixture(scope="module")
def i2b2():
    return find_label_set("i2b2-2010", _MODELS)


def test_types_are_found_by_name_and_alias_and_the_rest_is_lost(kiwi, i2b2):
    walk = crosswalk(kiwi, i2b2)
    assert walk.label("problem") == "problem"
    assert walk.label("drug") == "treatment", "i2b2-2010 calls drugs treatments"
    assert walk.label("negation") is None
    assert walk.lost == tuple(one.name for one in kiwi.modifiers)


def test_a_table_overrules_names(kiwi, i2b2):
    walk = crosswalk(kiwi, i2b2, {"drug": None, "negation": "problem"})
    assert walk.label("drug") is None
    assert walk.label("negation") == "problem"
    assert walk.label("test") == "test"
    assert "drug" in walk.lost


def test_relations_are_kept_where_the_target_allows_them(kiwi, i2b2):
    same = crosswalk(i2b2, i2b2)
    assert same.relation("treatment", "problem", "TrCP") == "TrCP"
    assert same.relation("problem", "problem", "PIP") == "PIP"
    assert same.relation("treatment", "problem", "treats") is None, "five are legal; none is guessed"
    assert same.relation("problem", "problem", "linked") == "PIP", "only one is legal"
    walk = crosswalk(kiwi, i2b2)
    assert walk.relation("problem", "negation", "hasAttr") is None
    assert crosswalk(kiwi, kiwi).relation("drug", "route", "hasAttr") == "hasAttr"


def test_a_table_with_unknown_types_is_refused(kiwi, i2b2):
    with pytest.raises(LabelError, match="no label “gene”"):
        crosswalk(kiwi, i2b2, {"gene": "problem"})
    with pytest.raises(LabelError, match="no label “gene”"):
        crosswalk(kiwi, i2b2, {"drug": "gene"})
    with pytest.raises(LabelError, match="no label “gene”"):
        crosswalk(kiwi, i2b2).label("gene")
