"""Training sets: files that read back, parts that share nobody, a card that says what is inside."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from engine.annotation.annotation import Annotation, AnnotationId, LayerId, Relation, RelationId
from engine.annotation.gold import Gold
from engine.annotation.said import LabelledSpan
from engine.errors import ExportError, InputError, LabelError
from engine.formats.format import WriteOptions
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder
from engine.steps.build_training_set import FORMATS, build_training_set
from engine.text.note import Note, NoteId
from engine.text.span import Span
from engine.text.token import tokenize
from engine.training.training_set import Division


@pytest.fixture(scope="module")
def labels() -> LabelSet:
    return find_label_set("kiwi", models_folder())


def gold(number: int, *, finished: bool = True) -> Gold:
    filler = " ".join(f"w{one}" for one in random.Random(number).sample(range(10_000), 30))  # noqa: S311
    text = f"No pain, no fever.\nTakes aspirin. {filler}"
    note = Note(NoteId(number), f"note {number:03d}", text, {"patient": f"p{number // 2}"})
    here = (note.id, LayerId(1))
    annotations = tuple(
        Annotation(AnnotationId(10 * number + i), *here, (Span(start, end),), label, "Ada")
        for i, (label, start, end) in enumerate(
            [("negation", 0, 2), ("problem", 3, 7), ("problem", 12, 17), ("drug", 25, 32)]
        )
    )
    joined = (Relation(RelationId(number), *here, annotations[1].id, annotations[0].id, "hasAttr"),)
    origins = {one.id: "kiwi-minilm accepted" for one in annotations}
    rejected = (LabelledSpan((Span(19, 24),), "treatment", 0.6),)
    return Gold(note, tokenize(text), annotations, joined, rejected, finished, origins)


NOTES = [gold(i) for i in range(40)] + [gold(i, finished=False) for i in range(40, 44)]


@pytest.mark.parametrize("format", FORMATS)
def test_each_format_is_built_whole_with_its_card(tmp_path: Path, labels: LabelSet, format: str) -> None:
    options = WriteOptions(format=format, labels=labels)
    built = build_training_set(lambda: NOTES, tmp_path / "set", options, Division(seed=7), Job())
    card = json.loads((tmp_path / "set" / "data_card.json").read_text("utf-8"))
    assert {part: card["parts"][part]["notes"] for part in ("train", "dev", "test")} == {
        "train": 32,
        "dev": 4,
        "test": 4,
    }
    assert card["parts"]["train"]["labels"] == {"drug": 32, "negation": 32, "problem": 64}
    assert card["parts"]["train"]["rejected_suggestions"] == {"treatment": 32}
    assert card["parts"]["dev"]["origins"] == {"kiwi-minilm accepted": 16}
    assert card["parts"]["dev"]["annotators"] == {"Ada": 16}
    assert card["label_set"]["fingerprint"] == labels.fingerprint
    assert (card["split"]["seed"], card["split"]["by"]) == (7, "patient")
    assert card["left_out_unfinished"] == 4
    assert set(card["files_sha256"]) == {path.name for path in built.files} - {
        "data_card.md",
        "data_card.json",
    }
    names = [set(card["parts"][part]["names"]) for part in ("train", "dev", "test")]
    assert sum(map(len, names)) == len(set.union(*names)) == 40
    markdown = (tmp_path / "set" / "data_card.md").read_text("utf-8")
    assert "| problem | 64 | 8 | 8 |" in markdown
    assert "4 notes were left out" in markdown


def test_rejected_suggestions_stand_in_the_json_lines_as_negatives(tmp_path: Path, labels: LabelSet) -> None:
    options = WriteOptions(format="jsonl", labels=labels)
    build_training_set(lambda: NOTES, tmp_path / "set", options, Division(), Job())
    first = json.loads((tmp_path / "set" / "train.jsonl").read_text("utf-8").split("\n")[0])
    assert first["rejected"] == [
        {"start": 19, "end": 24, "label": "treatment", "text": "Takes", "score": 0.6}
    ]
    assert first["status"] == "finished"


def test_partial_notes_are_marked_everywhere(tmp_path: Path, labels: LabelSet) -> None:
    marks = {"hf": '"partial":true', "chat": '"partial":true', "jsonl": '"status":"started"'}
    for name, mark in marks.items():
        options = WriteOptions(format=name, labels=labels)
        built = build_training_set(lambda: NOTES, tmp_path / name, options, Division(partial=True), Job())
        written = [path for path in built.files if path.suffix == ".jsonl"]
        lines = [line for path in written for line in path.read_text("utf-8").split("\n")]
        assert sum(mark in line for line in lines) >= 4
        card = json.loads((tmp_path / name / "data_card.json").read_text("utf-8"))
        assert card["partial_notes"] == [f"note {i:03d}" for i in range(40, 44)]
        assert any("4 notes are not finished" in warning for warning in card["warnings"])


def test_the_same_notes_give_the_same_bytes_but_for_the_card(tmp_path: Path, labels: LabelSet) -> None:
    options = WriteOptions(format="hf", labels=labels)
    made = [
        {
            path.name: path.read_bytes()
            for path in build_training_set(lambda: NOTES, tmp_path / name, options, Division(), Job()).files
            if not path.name.startswith("data_card")
        }
        for name in ("one", "two")
    ]
    assert made[0] == made[1]
    assert len(made[0]) == 5


def test_what_cannot_be_built_is_said_and_leaves_nothing(tmp_path: Path, labels: LabelSet) -> None:
    target = tmp_path / "set"
    with pytest.raises(ExportError, match="can be written as"):
        build_training_set(lambda: NOTES, target, WriteOptions(labels=labels), Division(), Job())
    with pytest.raises(LabelError, match="needs its label set"):
        build_training_set(lambda: NOTES, target, WriteOptions(format="hf"), Division(), Job())
    with pytest.raises(InputError, match="no finished note"):
        options = WriteOptions(format="hf", labels=labels)
        build_training_set(lambda: NOTES[40:], target, options, Division(), Job())
    turns = iter([NOTES, NOTES[:3]])
    with pytest.raises(ExportError, match="changed while"):
        build_training_set(lambda: next(turns), target, options, Division(), Job())
    assert list(tmp_path.iterdir()) == []


def test_too_few_notes_for_all_parts_are_warned_of(tmp_path: Path, labels: LabelSet) -> None:
    options = WriteOptions(format="conll", labels=labels)
    built = build_training_set(lambda: NOTES[:2], tmp_path / "set", options, Division(), Job())
    assert "There are too few notes to fill: dev, test." in built.card.warnings
    assert sorted(path.name for path in built.files) == [
        "data_card.json",
        "data_card.md",
        "train.conll",
        "train.offsets.tsv",
    ]
