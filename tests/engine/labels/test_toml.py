"""What is written as TOML is read back the same."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.labels.toml import to_toml

KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
PLAIN = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_every_table_is_read_back_as_it_was(table: dict[str, object]) -> None:
    assert tomllib.loads(to_toml(table)) == table


def test_plain_values_come_before_tables_so_that_they_stay_in_their_own() -> None:
    table = {"options": {"window": 128, "heads": [{"name": "a"}, {"name": "b"}]}, "name": "x"}
    written = to_toml(table)
    assert written.index("name") < written.index("[options]") < written.index("[[options.heads]]")
    assert tomllib.loads(written) == table


def test_nothing_is_left_out_and_the_rest_is_kept() -> None:
    assert tomllib.loads(to_toml({"a": None, "b": 1})) == {"b": 1}


def test_a_value_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        to_toml({"a": {1, 2}})
