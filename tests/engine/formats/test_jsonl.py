"""JSON lines of ours and of others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.annotation.said import Answer, LabelledSpan
from engine.formats.document import Document
from engine.formats.format import WriteOptions
from engine.formats.jsonl import as_record
from engine.formats.problem import Problems, Severity
from engine.formats.writing import write_documents
from engine.jobs.job import Job
from engine.text.span import Span

Read = Callable[..., tuple[list[Document], Problems]]
Put = Callable[..., Path]


def said(document: Document) -> list[tuple[str, str]]:
    return [(item.label, item.hull.of(document.text)) for item in document.items]


@pytest.mark.parametrize(
    "record",
    [
        {"text": "no pain", "label": [[3, 7, "problem"]]},
        {"text": "no pain", "labels": [[3, 7, "problem"]]},
        {"text": "no pain", "spans": [{"start": 3, "end": 7, "label": "problem"}]},
        {"note": "no pain", "entities": [{"start_offset": 3, "end_offset": 7, "label": "problem", "id": 4}]},
        {"text": "no pain", "entities": [{"begin": 3, "end": 7, "type": "problem", "text": "pain"}]},
    ],
)
def test_the_usual_ways_to_say_a_tag_are_read(put: Put, read: Read, record: dict[str, object]) -> None:
    (document,), problems = read(put(a_dot_jsonl=json.dumps(record)) / "a.jsonl")
    assert said(document) == [("problem", "pain")]
    assert document.name == "a-0001"
    assert len(problems) == 0


def test_doccano_with_relations_and_metadata_is_read(put: Put, read: Read) -> None:
    record = {
        "id": 12,
        "text": "no pain",
        "subject_id": 9,
        "ward": "ICU",
        "entities": [
            {"id": 0, "start_offset": 0, "end_offset": 2, "label": "negation"},
            {"id": 1, "start_offset": 3, "end_offset": 7, "label": "problem"},
        ],
        "relations": [{"id": 5, "from_id": 1, "to_id": 0, "type": "hasAttr"}],
    }
    (document,), _ = read(put(a_dot_jsonl=json.dumps(record)) / "a.jsonl")
    assert document.name == "12"
    assert document.metadata == {"patient": "9", "ward": "ICU"}
    assert [(one.head, one.tail, one.label) for one in document.relations] == [(1, 0, "hasAttr")]


def test_offsets_in_utf16_are_found_out_by_the_words(put: Put, read: Read) -> None:
    record = {"text": "😀 pain", "entities": [{"start": 3, "end": 7, "label": "problem", "text": "pain"}]}
    (document,), problems = read(put(a_dot_jsonl=json.dumps(record)) / "a.jsonl")
    assert said(document) == [("problem", "pain")]
    assert "UTF-16" in next(iter(problems)).sentence


def test_bad_lines_and_bad_tags_cost_themselves_only(put: Put, read: Read) -> None:
    lines = [
        '{"text": "good"}',
        "canary not json",
        '["canary"]',
        '{"words": "canary"}',
        '{"text": "  "}',
        (
            '{"text": "no pain", "entities": [{"start": 3, "end": 99, "label": "x"}, '
            '{"start": 0}, [0, 2, "y"]], '
            '"relations": [{"head": "q", "tail": "r"}]}'
        ),
        "",
        '{"text": "a\\ud800b\\u0000"}',
    ]
    documents, problems = read(put(a_dot_jsonl="\r\n".join(lines)) / "a.jsonl")
    assert [one.text for one in documents] == ["good", "no pain", "a\ufffdb\ufffd"]
    assert said(documents[1]) == [("y", "no")]
    assert problems.count(Severity.ERROR) == 4
    assert problems.count(Severity.WARNING) == 3
    assert "it has “words”" in [problem.sentence for problem in problems][2]
    assert not [problem for problem in problems if "canary" in str(problem)]


def test_a_note_that_was_changed_after_writing_is_refused(tmp_path: Path, read: Read) -> None:
    document = Document("n", "no pain", answer=Answer((LabelledSpan((Span(3, 7),), "problem"),)))
    record = as_record(document) | {"text": "no gain"}
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(record))
    documents, problems = read(file)
    assert documents == []
    assert "was changed" in next(iter(problems)).sentence
    file.write_text(json.dumps(as_record(document) | {"version": 2}))
    assert "newer version" in next(iter(read(file)[1])).sentence


def test_the_target_may_be_a_folder_or_the_file_itself(tmp_path: Path) -> None:
    for target, name in ((tmp_path / "folder", "notes.jsonl"), (tmp_path / "own.jsonl", "own.jsonl")):
        written = write_documents([Document("n", "x")], target, WriteOptions(format="jsonl"), Job())
        assert [path.name for path in written.files] == [name]
        assert written.files[0].is_file()


def test_a_line_is_read_by_others_as_plain_json(tmp_path: Path) -> None:
    document = Document("n", "a\u2028b é", answer=Answer((LabelledSpan((Span(0, 1),), "problem", 0.5),)))
    write_documents([document], tmp_path / "o.jsonl", WriteOptions(format="jsonl"), Job())
    (line,) = (tmp_path / "o.jsonl").read_bytes().split(b"\n")[:-1]
    record = json.loads(line)
    assert record["entities"] == [
        {"id": "T1", "start": 0, "end": 1, "label": "problem", "text": "a", "score": 0.5}
    ]


def test_which_of_several_taggers_made_a_tag_is_written_and_read_again(tmp_path: Path, read: Read) -> None:
    items = tuple(
        LabelledSpan((Span(at, at + 2),), "problem", stage=by) for at, by in ((0, None), (3, "b@1"))
    )
    document = Document("n", "no pain", answer=Answer(items))
    write_documents([document], tmp_path / "o.jsonl", WriteOptions(format="jsonl"), Job())
    (again,), _ = read(tmp_path / "o.jsonl")
    assert [one.stage for one in again.items] == [None, "b@1"]
