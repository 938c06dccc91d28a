from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import FormatError
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.training.corpus_readers.templates import read_templates

HEAD = 'seed = 1\ncopies = 2\nfillings = { lab = ["sodium"], value = ["1##"] }\n'


def written(folder: Path, sentence: str) -> Path:
    path = folder / "templates.toml"
    path.write_text(f"{HEAD}sentences = ['{sentence}']\n", encoding="utf-8")
    return path


def test_gaps_are_filled_and_marks_stand_where_their_text_stands(tmp_path: Path) -> None:
    first, second = read_templates(written(tmp_path, "[problem low [test {lab}]] {value}"))
    assert [(first.text[mark.start : mark.end], mark.label) for mark in first.marks] == [
        ("sodium", "test"),
        ("low sodium", "problem"),
    ]
    assert first.text[:11] == "low sodium "
    assert first.text[11:].isdigit()
    assert len(second.marks) == 4  # every second note has another sentence before it


def test_the_same_file_makes_the_same_notes(tmp_path: Path) -> None:
    path = written(tmp_path, "[test {lab}] {value}")
    assert [note.text for note in read_templates(path)] == [note.text for note in read_templates(path)]


@pytest.mark.parametrize("sentence", ["{unknown}", "[test never closed"])
def test_a_sentence_with_an_unknown_gap_or_an_open_mark_is_refused(tmp_path: Path, sentence: str) -> None:
    with pytest.raises(FormatError):
        list(read_templates(written(tmp_path, sentence)))


def test_our_own_sentences_cover_what_no_corpus_does_in_labels_that_exist() -> None:
    notes = list(read_templates(models_folder() / "recipes" / "templates.toml"))
    found = {mark.label for note in notes for mark in note.marks}
    assert {"reference_range", "condition", "form", "subject", "duration", "name", "mrn"} <= found
    sets = [find_label_set(name, models_folder()) for name in ("kiwi", "identifiers")]
    assert all(any(label in labels for labels in sets) for label in found)
