from __future__ import annotations

from pathlib import Path

import pytest

from engine.labels.label_set import LabelSet
from engine.training.small_llm.silver import silver_notes

TEXTS = ("No fever today.", "Fever and cough.", "All is well.")


@pytest.fixture
def teacher(tmp_path: Path) -> str:
    path = tmp_path / "terms.csv"
    path.write_text("fever,problem\ncough,problem\n", encoding="utf-8")
    return str(path)


def test_texts_are_marked_as_the_teacher_marks_them(tmp_path: Path, teacher: str, kiwi: LabelSet) -> None:
    notes = silver_notes(TEXTS, teacher, kiwi, tmp_path / "kept.jsonl", str)
    said = [[(note.text[m.start : m.end], m.label) for m in note.marks] for note in notes]
    assert said == [[("fever", "problem")], [("Fever", "problem"), ("cough", "problem")], []]


def test_a_second_start_goes_on_behind_what_is_whole(tmp_path: Path, teacher: str, kiwi: LabelSet) -> None:
    kept = tmp_path / "kept.jsonl"
    first = silver_notes(TEXTS, teacher, kiwi, kept, str)
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-7])  # the end came within the last line
    assert silver_notes(TEXTS, teacher, kiwi, kept, str) == first
    assert kept.read_bytes() == whole
    assert silver_notes(TEXTS, "no such teacher", kiwi, kept, str) == first
