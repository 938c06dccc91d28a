"""The data card: what is inside, and what a user should know before training on it."""

from __future__ import annotations

import json

import pytest

from engine.labels.label_set import Kind, LabelSet, LabelType
from engine.text.note import NoteId
from engine.training.data_card import DataCard
from engine.training.training_set import PARTS, Content, Division, Member, TrainingSet


def label(name: str) -> LabelType:
    return LabelType(name, Kind.ENTITY, name, "", "", (), "#000000")


@pytest.fixture
def card() -> DataCard:
    labels = LabelSet("s", "2", "Small", "", tuple(map(label, ("problem", "drug", "test"))), ())
    members = (
        Member(NoteId(1), "a", "p", "train", 0, True),
        Member(NoteId(2), "b", "", "train", 1, False),
        Member(NoteId(3), "c", "q", "dev", 2, True),
    )
    dataset = TrainingSet(Division(seed=5), members, (("a", "b"),), 3)
    contents = {part: Content() for part in PARTS}
    contents["train"].notes, contents["train"].partial = 2, 1
    contents["train"].labels.update({"problem": 1200, "drug": 3})
    contents["dev"].notes = 1
    contents["dev"].labels.update({"problem": 2})
    return DataCard(
        "JSON lines", labels, "2026-01-02", dataset, contents, ["3 relations"], {"train.jsonl": "ab"}
    )


def test_warnings_name_what_is_missing_where_it_matters(card: DataCard) -> None:
    missing, unlearnt, unfilled, unfinished = card.warnings
    assert missing == "No example in train of: test."
    assert unlearnt == "No example in dev of: drug."
    assert unfilled == "There are too few notes to fill: test."
    assert unfinished.startswith("1 note is not finished")


def test_the_page_shows_every_count_by_part(card: DataCard) -> None:
    page = card.as_markdown()
    assert "| problem | 1,200 | 2 | 0 |" in page
    assert "| patients | 1 | 1 | 0 |" in page
    assert "2 notes repeat each other in 1 group" in page
    assert "- 3 relations" in page
    assert "- `train.jsonl` ab" in page


def test_a_program_reads_the_same(card: DataCard) -> None:
    record = json.loads(card.as_json())
    assert record["parts"]["train"]["labels"] == {"drug": 3, "problem": 1200}
    assert record["parts"]["train"]["notes_without_patient"] == 1
    assert record["partial_notes"] == ["b"]
    assert record["split"]["near_duplicates"] == [["a", "b"]]
    assert record["left_out_unfinished"] == 3
    assert record["label_set"]["fingerprint"] == card.labels.fingerprint
