from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.training.corpora import read_brat
from engine.training.split import groups_by_patient, groups_of_near_duplicates, split_by_group

KIWI = Path("../shared/data/kiwi-mtsamples/train")

WORDS = (
    "the",
    "patient",
    "was",
    "seen",
    "today",
    "for",
    "chest",
    "pain",
    "that",
    "began",
    "two",
    "weeks",
    "ago",
)


def text(seed: int, length: int = 60) -> str:
    return " ".join(f"{WORDS[(seed * 7 + place) % len(WORDS)]}{seed}x{place % 13}" for place in range(length))


def test_texts_that_share_a_fifth_of_the_shorter_one_are_one_group() -> None:
    first, other = text(1), text(2)
    words = first.split()
    some, little = " ".join(words[:30]), " ".join(words[:9])
    assert groups_of_near_duplicates([first, other, some + " " + text(3)]) == [0, 1, 0]
    assert groups_of_near_duplicates([first, other, little + " " + text(3)]) == [0, 1, 2]


def test_a_chain_of_repeats_is_one_group() -> None:
    a, b = text(1), text(2)
    assert groups_of_near_duplicates([a, a + " " + b, b]) == [0, 0, 0]


def test_case_and_marks_hide_no_repeat() -> None:
    assert groups_of_near_duplicates([text(1), text(1).upper().replace(" ", ", ")]) == [0, 0]


def test_short_and_empty_texts_are_one_group_only_where_they_are_equal() -> None:
    assert groups_of_near_duplicates(["Fever.", "fever", "Cough.", "", " "]) == [0, 0, 1, 2, 2]


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40), st.integers(0, 9))
def test_no_group_is_ever_divided_and_the_split_is_repeatable(groups: list[int], seed: int) -> None:
    parts = split_by_group(groups, (0.8, 0.1, 0.1), seed)
    assert parts == split_by_group(groups, (0.8, 0.1, 0.1), seed)
    where = {}
    for group, part in zip(groups, parts, strict=True):
        assert where.setdefault(group, part) == part


def test_shares_are_met_where_groups_are_small() -> None:
    parts = split_by_group(range(100), (0.8, 0.1, 0.1), seed=4)
    assert Counter(parts) == {0: 80, 1: 10, 2: 10}


def test_another_seed_gives_another_split() -> None:
    assert split_by_group(range(50), (0.5, 0.5), 1) != split_by_group(range(50), (0.5, 0.5), 2)


def test_a_share_of_nothing_gets_nothing() -> None:
    assert set(split_by_group(range(20), (1.0, 0.0), 1)) == {0}


@pytest.mark.parametrize("shares", [(), (0.0, 0.0), (1.0, -0.5)])
def test_shares_that_mean_nothing_are_refused(shares: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="split"):
        split_by_group([1, 2], shares, 1)


def test_notes_of_one_patient_stay_together_and_so_do_repeats() -> None:
    texts = [text(1), text(2), text(3), text(2) + " again"]
    assert groups_by_patient(["p1", "", "p1", ""], texts) == [0, 1, 0, 1]


@pytest.mark.skipif(not KIWI.is_dir(), reason="the public corpora are not beside this checkout")
def test_the_known_repeats_among_the_kiwi_notes_are_found() -> None:
    notes = list(read_brat(KIWI))
    groups = groups_of_near_duplicates([note.text for note in notes])
    by_name = {note.name: group for note, group in zip(notes, groups, strict=True)}
    repeated = [
        ("141_20210112211712", "23_20210610044409_Isra"),
        ("141_20210112211712", "25_20210610044410_Isra"),
        ("11_20210610044406_Isra", "134_20210112211711"),
        ("65_20210604143822_Booma", "69_20210604143823_Booma"),
    ]
    assert all(by_name[left] == by_name[right] for left, right in repeated)
    assert len(set(groups)) == 92
