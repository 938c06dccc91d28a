from __future__ import annotations

import pytest

from engine.training.corpora import CorpusNote, Mark
from engine.training.corpus_readers.types import said_in_ours


def named(note: CorpusNote, types: dict[str, str]) -> list[tuple[str, str]]:
    return [(note.text[mark.start : mark.end], mark.label) for mark in said_in_ours(note, types).marks]


def test_types_are_said_by_the_table_and_others_left_out_with_their_relations() -> None:
    note = CorpusNote("n", "old man with fever", (Mark(0, 3, "Age"), Mark(13, 18, "Sign")), ((0, 1), (1, 1)))
    ours = said_in_ours(note, {"Sign": "problem"})
    assert ours.marks == (Mark(13, 18, "problem"),)
    assert ours.relations == ((0, 0),)


def test_one_mark_may_say_two_things_or_one_of_two() -> None:
    note = CorpusNote("n", "fever", (Mark(0, 5, "A"), Mark(0, 5, "B")))
    assert named(note, {"A": "problem+Disease", "B": "treatment|test"}) == [
        ("fever", "problem"),
        ("fever", "Disease"),
        ("fever", "treatment|test"),
    ]


@pytest.mark.parametrize(
    ("dose", "parts"),
    [
        ("60 mg daily", [("60 mg", "strength"), ("daily", "frequency")]),
        ("750 mg/d", [("750 mg/d", "strength")]),
        ("high-dose", [("high-dose", "dosage")]),
        ("4 cycles", [("4 cycles", "dosage")]),
        ("1.5 mg/kg/day", [("1.5 mg/kg/day", "strength")]),
        ("twice a day", [("twice a day", "frequency")]),
        ("two tablets every 6 hours", [("two tablets", "dosage"), ("every 6 hours", "frequency")]),
        ("5 grams", [("5 grams", "strength")]),
    ],
)
def test_a_dose_is_taken_apart_as_the_guideline_does(dose: str, parts: list[tuple[str, str]]) -> None:
    note = CorpusNote("n", f"Took {dose}.", (Mark(5, 5 + len(dose), "Dosage"),))
    assert named(note, {"Dosage": "dose"}) == parts
