"""Folders and files of any format: what is a note, what is told, and what is refused with a sentence."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import FormatError, InputError
from engine.formats.document import Document
from engine.formats.problem import Problems, Severity

Read = Callable[..., tuple[list[Document], Problems]]
Put = Callable[..., Path]


def names(documents: list[Document]) -> list[str]:
    return [document.name for document in documents]


def test_folders_are_read_to_the_bottom_in_a_fixed_order_without_hidden_files(put: Put, read: Read) -> None:
    folder = put(
        b_dot_txt="two",
        a__z_dot_txt="one",
        _dot_hidden__c_dot_txt="no",
        a___dot_x_dot_txt="no",
        README_dot_txt="no note",
        picture_dot_png=b"\x89PNG",
    )
    documents, problems = read(folder)
    assert names(documents) == ["a/z", "b"]
    assert [str(problem) for problem in problems] == ["in: 2 other files in this folder left aside."]


def test_a_folder_of_several_formats_is_read_whole(put: Put, read: Read) -> None:
    folder = put(
        plain_dot_txt="a note",
        tagged_dot_txt="no pain",
        tagged_dot_ann="T1\tproblem 3 7\tpain\n",
        table_dot_csv="id,note\nx,from a table\n",
        lines_dot_jsonl='{"name": "y", "text": "from a line"}\n',
    )
    documents, problems = read(folder)
    assert names(documents) == ["plain", "x", "y", "tagged"]
    assert len(problems) == 0


def test_notes_of_the_same_name_are_told_apart(put: Put, read: Read) -> None:
    one = put(a_dot_txt="one") / "a.txt"
    documents, problems = read(one, one)
    assert names(documents) == ["a", "a-2"]
    assert next(iter(problems)).severity is Severity.NOTE


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("é😀\r\n\tx\xa0".encode("utf-8-sig"), "é😀\r\n\tx\xa0"),
        ("pain é".encode("utf-16"), "pain é"),
        ("Schmerz größer als früher, später".encode("latin-1"), "Schmerz größer als früher, später"),
        (b"a\x00b", "a\ufffdb"),
    ],
)
def test_texts_in_other_encodings_are_read(put: Put, read: Read, content: bytes, text: str) -> None:
    (document,), _ = read(put(a_dot_txt=content) / "a.txt")
    assert document.text == text


@pytest.mark.parametrize("content", [b"", b" \n", b"%PDF-1.7 x", bytes(range(256)) * 20])
def test_a_file_that_is_no_note_costs_itself_only(put: Put, read: Read, content: bytes) -> None:
    documents, problems = read(put(a_dot_txt=content, b_dot_txt="fine"))
    assert names(documents) == ["b"]
    assert problems.count(Severity.ERROR) == 1


def test_fifty_megabytes_are_no_note_and_cost_only_themselves(put: Put, read: Read) -> None:
    folder = put(a_dot_txt=b"word " * 10_000_000, b_dot_txt=b"x" * (65 << 20), c_dot_txt="fine")
    documents, problems = read(folder)
    assert names(documents) == ["c"]
    fifty, sixty_five = problems
    assert "50,000,000 characters" in fifty.sentence
    assert "divide them" in fifty.sentence
    assert "64 MB" in sixty_five.sentence


def test_one_line_of_a_million_characters_is_a_note(put: Put, read: Read) -> None:
    (document,), _ = read(put(a_dot_txt="x" * 1_000_000))
    assert len(document.text) == 1_000_000


def test_a_path_that_is_not_there_or_holds_no_note_is_refused(put: Put, read: Read, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file or folder “gone”"):
        read(tmp_path / "gone")
    with pytest.raises(InputError, match="holds no notes"):
        read(put(a_dot_png=b"x"))
    with pytest.raises(InputError, match="no notes of the format CoNLL"):
        read(put(a_dot_txt="x"), format="conll")
    with pytest.raises(FormatError, match="no format “word”"):
        read(put(a_dot_txt="x") / "a.txt", format="word")


def test_files_for_training_are_refused_by_name(put: Put, read: Read) -> None:
    folder = put(a_dot_jsonl='{"messages": [], "source": {}}\n', b_dot_txt="note")
    with pytest.raises(FormatError, match="made for training"):
        read(folder / "a.jsonl")
    documents, problems = read(folder)
    assert names(documents) == ["b"]
    assert problems.count(Severity.ERROR) == 1


def test_an_encoding_that_was_given_is_held_to(put: Put, read: Read) -> None:
    file = put(a_dot_txt="é".encode("latin-1")) / "a.txt"
    (document,), _ = read(file, encoding="cp1252")
    assert document.text == "é"
    assert read(file, encoding="utf-8")[1].count(Severity.ERROR) == 1
    assert "no encoding called" in next(iter(read(file, encoding="klingon")[1])).sentence


def test_a_file_that_may_not_be_opened_is_told(put: Put, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = put(a_dot_txt="x", b_dot_txt="y")

    def refuse(self: Path) -> bytes:
        if self.name == "a.txt":
            raise PermissionError(13, "denied")
        return os.fsencode(self.read_text())

    monkeypatch.setattr(Path, "read_bytes", refuse)
    documents, problems = read(folder)
    assert names(documents) == ["b"]
    assert "cannot be opened" in next(iter(problems)).sentence
