"""Excel sheets: cells as text, and files that are none refused with a sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from engine.errors import FormatError
from engine.formats.document import Document
from engine.formats.problem import Problems, Severity

Read = Callable[..., tuple[list[Document], Problems]]
Put = Callable[..., Path]


def book(path: Path, rows: Sequence[Sequence[object]], second: Sequence[Sequence[object]] = ()) -> Path:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if second:
        more = made.create_sheet("More")
        for row in second:
            more.append(list(row))
    made.save(path)
    return path


def test_cells_of_every_kind_become_text(tmp_path: Path, read: Read) -> None:
    day, hour = dt.datetime(2151, 7, 16), dt.datetime(2151, 7, 16, 10, 30)  # noqa: DTZ001 - Excel has no zones
    rows = [
        ("id", "note", "visit day", "seen", "weight"),
        (7, "a_x000D_\nb & <c> 😀", day, hour, 71.5),
        (8.0, "second", None, None, None),
    ]
    (first, second), problems = read(book(tmp_path / "t.xlsx", rows))
    assert (first.name, first.text) == ("7", "a\r\nb & <c> 😀")
    assert first.metadata == {"visit day": "2151-07-16", "seen": "2151-07-16 10:30:00", "weight": "71.5"}
    assert (second.name, second.text, second.metadata) == ("8", "second", {})
    assert len(problems) == 0


def test_the_first_sheet_is_read_unless_another_is_named(tmp_path: Path, read: Read) -> None:
    file = book(tmp_path / "t.xlsx", [("note",), ("one",)], [("note",), ("two",)])
    documents, problems = read(file)
    assert [one.text for one in documents] == ["one"]
    assert "Only the first of 2 sheets" in next(iter(problems)).sentence
    assert [one.text for one in read(file, sheet="More")[0]] == ["two"]
    with pytest.raises(FormatError, match="The sheets are: “Sheet”, “More”"):
        read(file, sheet="Less")


def test_a_note_as_long_as_a_cell_can_be_may_be_cut(tmp_path: Path, read: Read) -> None:
    (document,), problems = read(book(tmp_path / "t.xlsx", [("note", "id"), ("x" * 32_767, "a")]))
    assert len(document.text) == 32_767
    assert "may have cut" in next(iter(problems)).sentence


def test_empty_rows_and_cells_beyond_the_heading_cost_no_note(tmp_path: Path, read: Read) -> None:
    rows = [("id", "note"), (None, None), ("1", "one", "stray"), ("2", None)]
    documents, problems = read(book(tmp_path / "t.xlsx", rows))
    assert [one.name for one in documents] == ["1"]
    assert [problem.severity for problem in problems] == [Severity.ERROR, Severity.NOTE]
    assert next(iter(problems)).place == "row 4"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no zip", "not an Excel file"),
        (b"PK\x03\x04 broken", "not an Excel file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
    ],
)
def test_a_file_that_only_looks_like_excel_is_refused(
    put: Put, read: Read, content: bytes, said: str
) -> None:
    documents, problems = read(put(t_dot_xlsx=content) / "t.xlsx")
    assert documents == []
    assert said in next(iter(problems)).sentence
