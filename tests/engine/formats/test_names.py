"""Names of notes as file names: safe on every system, unique, and unchanged where they can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.formats.names import Names, safe_name


@pytest.mark.parametrize("name", ["note", "ward A/note 1", "né.v2", "104_20210112211707", "漢字"])
def test_a_name_that_is_safe_stays(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_../_../etc/passwd"),
        ("/abs", "abs"),
        ("", "note"),
        ("a:b?c", "a_b_c"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        (".hidden", "_.hidden"),
        ("end.", "end_"),
        ("a\\b\n", "a_b_"),
    ],
)
def test_a_name_that_is_not_is_changed(name: str, safe: str) -> None:
    made = safe_name(name)
    assert made == safe or name.startswith("..")
    assert not any(part in {"", ".", ".."} or part.startswith(".") for part in made.split("/"))


@given(st.lists(st.text(max_size=6) | st.sampled_from(["a", "A", "a-2", "é", "e\u0301"]), max_size=12))
def test_no_two_file_names_are_one_where_case_does_not_count(names: list[str]) -> None:
    given_out = Names(for_files=True)
    made = [given_out.file_name(name) for name in names]
    assert len({name.casefold() for name in made}) == len(made)
    assert all(len(part.encode()) <= 200 for name in made for part in name.split("/"))


def test_names_that_are_no_file_names_are_told_apart_by_case() -> None:
    names = Names()
    assert [names.unique(name) for name in ("a", "A", "a", "a-2", "a")] == ["a", "A", "a-2", "a-2-2", "a-3"]
