"""Hugging Face rows: words, tag numbers per layer, and where each word comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.annotation.annotation import Status
from engine.annotation.said import Answer, LabelledSpan
from engine.errors import ExportError, LabelError
from engine.formats.document import Document
from engine.formats.format import WriteOptions
from engine.formats.writing import losses, write_documents
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.text.span import Span


def test_entities_and_modifiers_have_columns_and_labels_of_their_own(
    tmp_path: Path, labels: LabelSet
) -> None:
    text = "No acute pain.\nTakes aspirin 81mg."
    items = (
        LabelledSpan((Span(0, 2),), "negation"),
        LabelledSpan((Span(3, 13),), "problem"),
        LabelledSpan((Span(21, 28),), "drug"),
    )
    document = Document("n", text, answer=Answer(items), status=Status.STARTED)
    write_documents([document], tmp_path, WriteOptions(format="hf", labels=labels), Job())
    rows = [json.loads(line) for line in (tmp_path / "train.jsonl").read_text("utf-8").splitlines()]
    assert rows[0] == {
        "id": "n-0",
        "doc_id": "n",
        "tokens": ["No", "acute", "pain", "."],
        "ner_tags": [0, 1, 2, 0],
        "modifier_tags": [1, 0, 0, 0],
        "offsets": [[0, 2], [3, 8], [9, 13], [13, 14]],
        "partial": True,
    }
    assert rows[1]["tokens"] == ["Takes", "aspirin", "81", "mg", "."]
    assert rows[1]["ner_tags"] == [0, 3, 0, 0, 0]
    assert json.loads((tmp_path / "labels.json").read_text()) == [
        "O",
        "B-problem",
        "I-problem",
        "B-drug",
        "I-drug",
    ]
    assert json.loads((tmp_path / "modifier_labels.json").read_text()) == ["O", "B-negation", "I-negation"]


def test_a_label_set_is_needed_and_its_labels_alone(labels: LabelSet) -> None:
    with pytest.raises(ExportError, match="label set is needed"):
        losses([], WriteOptions(format="hf"))
    document = Document("n", "x", answer=Answer((LabelledSpan((Span(0, 1),), "other"),)))
    with pytest.raises(LabelError, match="no label “other”"):
        losses([document], WriteOptions(format="hf", labels=labels))
