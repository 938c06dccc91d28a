from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ModelError
from engine.training.own_model.observing import opens_by_continuing
from engine.training.own_model.tag_scheme import Scheme, doubts, head_of, tag_scheme

SCHEMES = {Scheme.IOB2: "BI", Scheme.BIOES: "BIES", Scheme.IO: "I"}


@pytest.mark.parametrize(
    ("tags", "scheme", "types"),
    [
        (["O", "B-Drug", "I-Drug"], Scheme.IOB2, ("Drug",)),
        (["I_drug", "B_drug", "O"], Scheme.IOB2, ("drug",)),
        (["B-Drug", "I-Drug", "E-Drug", "S-Drug", "O"], Scheme.BIOES, ("Drug",)),
        (["O", "B-x", "I-x", "L-x", "U-x"], Scheme.BIOES, ("x",)),
        (["O", "I-Drug", "I-Test"], Scheme.IO, ("Drug", "Test")),
        (["Drug", "O", "Lab_value"], Scheme.IO, ("Drug", "Lab_value")),
        (["o", "B-E_coli", "I-E_coli"], Scheme.IOB2, ("E_coli",)),
    ],
)
def test_a_scheme_is_known_by_its_tags(tags: list[str], scheme: Scheme, types: tuple[str, ...]) -> None:
    found = tag_scheme(tags)
    assert (found.scheme, found.types) == (scheme, types)
    assert found.width == len(tags)


@pytest.mark.parametrize(
    ("tags", "sentence"),
    [
        ([], "list of its tags"),
        (["LABEL_0", "LABEL_1"], "only numbered"),
        (["B-Drug", "I-Drug"], "no tag O"),
        (["O"], "no tag but O"),
        (["O", "B-Drug", "B-Drug"], "the same tag"),
        (["O", "B-Drug", "I-Drug", "I-Test"], "“Test”"),
        (["O", "B-Drug", "I-Drug", "Test"], "“Test” of the model has no B- or I-"),
    ],
)
def test_tags_of_no_scheme_are_refused_with_the_reason(tags: list[str], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        tag_scheme(tags)


@given(
    scheme=st.sampled_from(list(SCHEMES)),
    types=st.lists(st.from_regex(r"[A-Z][a-z]{1,6}", fullmatch=True), min_size=1, max_size=5, unique=True),
    said=st.data(),
)
def test_each_column_of_theirs_is_one_tag_of_ours_and_none_is_lost(
    scheme: Scheme, types: list[str], said: st.DataObject
) -> None:
    tags = said.draw(st.permutations(["O", *(f"{one}-{name}" for name in types for one in SCHEMES[scheme])]))
    ours = st.sampled_from([None, "problem", "drug"])
    labels = {name: said.draw(ours) for name in types}
    head = head_of(tag_scheme(tags), "logits", labels)
    assert sorted(column for columns in head.columns for column in columns) == list(range(len(tags)))
    assert len(head.columns) == head.width
    for number, label in enumerate(head.labels):
        opening, going_on = (head.columns[1 + 2 * number + place] for place in (0, 1))
        assert {labels[tags[one].partition("-")[2]] for one in (*opening, *going_on)} == {label}
        assert {tags[one][0] for one in opening} <= {"B", "S"}
        assert {tags[one][0] for one in going_on} <= {"I", "E"}
    assert all(tags[one] == "O" or labels[tags[one].partition("-")[2]] is None for one in head.columns[0])


def words_of(tags: list[str], names: list[str]) -> np.ndarray:
    rows = np.full((len(tags), len(names)), -9.0, dtype=np.float32)
    rows[np.arange(len(tags)), [names.index(tag) for tag in tags]] = -0.1
    return rows


def test_the_older_iob_is_told_from_what_a_model_says() -> None:
    names = ["O", "B-x", "I-x"]
    scheme = tag_scheme(names)
    older = [words_of(["O", "I-x", "I-x", "B-x", "O", "I-x"], names), words_of(["I-x", "O", "I-x"], names)]
    assert opens_by_continuing(scheme, older)
    assert not opens_by_continuing(scheme, [words_of(["O", "B-x", "I-x", "O", "B-x"], names)])
    assert not opens_by_continuing(scheme, [words_of(["O", "O"], names), words_of([], names)])


def test_what_some_models_say_of_filling_is_nothing() -> None:
    found = tag_scheme(["[PAD]", "O", "X", "B-Drug", "I-Drug", "[CLS]"])
    assert (found.types, found.outside) == (("Drug",), (0, 1, 2, 5))
    assert tag_scheme(["O", "X", "B-cell", "T-cell"]).types == ("X", "B-cell", "T-cell"), "no parts, so names"


def test_a_type_of_single_words_is_told() -> None:
    assert "“Test” has no tag that goes on" in next(doubts(tag_scheme(["O", "B-Drug", "I-Drug", "B-Test"])))
    assert not list(doubts(tag_scheme(["O", "B-Drug", "I-Drug"])))
    assert not list(doubts(tag_scheme(["O", "Drug"])))
