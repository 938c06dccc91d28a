from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from engine.errors import FormatError
from engine.training.small_llm.raw_text import RawCorpus, read_raw


def test_empty_rows_and_those_to_skip_are_left_out(data: Path) -> None:
    found = list(read_raw(RawCorpus("raw.jsonl", "text", skip=(3,)), data))
    assert found == ["A cough since May.", "No fever."]


def test_reading_ends_after_so_many_words(data: Path) -> None:
    assert list(read_raw(RawCorpus("raw.jsonl", "text", most_words=3), data)) == ["A cough since May."]


def test_tables_and_packed_files_are_read_too(data: Path) -> None:
    (data / "t.csv").write_text('id,note\n1,"A\nB"\n', encoding="utf-8", newline="")
    with lzma.open(data / "p.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write('{"text": "packed"}\n')
    assert list(read_raw(RawCorpus("t.csv", "note"), data)) == ["A\nB"]
    assert list(read_raw(RawCorpus("p.jsonl.xz", "text"), data)) == ["packed"]


def test_a_missing_file_or_field_is_told(data: Path) -> None:
    with pytest.raises(FormatError, match="is not there"):
        list(read_raw(RawCorpus("none.jsonl", "text"), data))
    with pytest.raises(FormatError, match="there is no “body”"):
        list(read_raw(RawCorpus("raw.jsonl", "body"), data))
