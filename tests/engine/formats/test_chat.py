"""Chat lines: the answer copies the note, repeats are told apart, long notes are cut and say so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.annotation.said import Answer, LabelledSpan, SaidRelation
from engine.errors import FormatError
from engine.formats.chat import ChatReader, instruction, located
from engine.formats.document import Document
from engine.formats.format import ReadOptions, WriteOptions
from engine.formats.loss import Lost
from engine.formats.problem import Problems
from engine.formats.writing import write_documents
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.text.span import Span


def write(folder: Path, document: Document, **options: object) -> list[dict[str, object]]:
    write_documents([document], folder, WriteOptions(format="chat", **options), Job())  # type: ignore[arg-type]
    return [json.loads(line) for line in (folder / "train.jsonl").read_text("utf-8").split("\n") if line]


def tagged(text: str, *tags: tuple[str, int, int], relations: tuple[tuple[int, int], ...] = ()) -> Document:
    items = tuple(LabelledSpan((Span(start, end),), label) for label, start, end in tags)
    return Document(
        "n", text, answer=Answer(items, tuple(SaidRelation(h, t, "hasAttr") for h, t in relations))
    )


def test_the_answer_is_compact_json_in_order_of_appearance(tmp_path: Path, labels: LabelSet) -> None:
    document = tagged(
        "No pain, no é pain.\r\n",
        ("negation", 0, 2),
        ("problem", 3, 7),
        ("problem", 14, 18),
        relations=((1, 0), (2, 0)),
    )
    (record,) = write(tmp_path, document, labels=labels)
    system, user, assistant = record["messages"]  # type: ignore[misc]
    assert system["content"] == instruction(labels)
    assert "hasAttr(problem, negation)" in system["content"]
    assert user["content"] == document.text
    assert assistant["content"] == (
        '{"entities":[{"type":"negation","text":"No"},{"type":"problem","text":"pain"},'
        '{"type":"problem","text":"pain"}],"relations":['
        '{"type":"hasAttr","head":"pain","head_nth":1,"tail":"No"},'
        '{"type":"hasAttr","head":"pain","head_nth":2,"tail":"No"}]}'
    )
    assert record["source"] == {
        "note": "n", "part": 1, "parts": 1, "start": 0, "end": len(document.text), "partial": False
    }  # fmt: skip


def test_a_note_without_tags_has_an_empty_answer(tmp_path: Path) -> None:
    (record,) = write(tmp_path, tagged("nothing"))
    assert record["messages"][2]["content"] == '{"entities":[],"relations":[]}'  # type: ignore[index]


def test_a_long_note_is_cut_and_the_cut_is_recorded(tmp_path: Path) -> None:
    text = "She has pain. " * 20
    records = write(tmp_path, tagged(text, ("problem", 8, 12), ("problem", 120, 124)), part_characters=60)
    sources = [record["source"] for record in records]
    assert "".join(record["messages"][1]["content"] for record in records) == text  # type: ignore[index]
    assert [source["part"] for source in sources] == list(range(1, len(records) + 1))  # type: ignore[index]
    assert sources[-1]["end"] == len(text)  # type: ignore[index]


def test_a_relation_across_parts_and_a_place_that_words_do_not_tell_are_announced(tmp_path: Path) -> None:
    document = tagged(
        "pain or pain. Nothing more to say here. No pain.",
        ("problem", 8, 12),
        ("negation", 40, 42),
        ("problem", 43, 47),
        relations=((0, 1), (2, 1)),
    )
    written = write_documents([document], tmp_path, WriteOptions(format="chat", part_characters=20), Job())
    assert {loss.kind: loss.count for loss in written.losses} == {Lost.REPEATED: 1, Lost.ACROSS: 1}


def test_each_copy_is_found_at_the_first_place_that_is_left() -> None:
    text = "chest pain, pain, chest"
    spans = located(text, Span(0, len(text)), ["chest pain", "chest", "pain", "pain"])
    assert [(span.start, span.end) for span in spans] == [(0, 10), (0, 5), (6, 10), (12, 16)]
    with pytest.raises(FormatError, match="does not stand in the note"):
        located(text, Span(0, len(text)), ["canary"])


def test_a_line_that_is_no_chat_is_refused_without_its_words(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"messages": "canary"}\n')
    with pytest.raises(FormatError) as raised:
        list(ChatReader().read([file], ReadOptions(), Problems()))
    assert "Line 1" in str(raised.value)
    assert "canary" not in str(raised.value)
