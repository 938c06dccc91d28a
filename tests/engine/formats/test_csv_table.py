"""Tables: columns found by name, cells kept exactly, crooked rows told instead of guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import FormatError
from engine.formats.document import Document
from engine.formats.problem import Problems, Severity

CORPORA = Path(__file__).parents[3].parent / "shared" / "data"
Read = Callable[..., tuple[list[Document], Problems]]
Put = Callable[..., Path]


def test_note_id_patient_and_encounter_are_found_by_name_and_the_rest_is_kept(put: Put, read: Read) -> None:
    file = put(t_dot_csv="Note ID,Subject ID,HADM_ID,ward,NOTE_TEXT\n7,p1,e1,ICU,No pain\n") / "t.csv"
    (document,), problems = read(file)
    assert (document.name, document.text) == ("7", "No pain")
    assert document.metadata == {"patient": "p1", "encounter": "e1", "ward": "ICU"}
    assert document.source == "t.csv, row 2"
    assert len(problems) == 0


def test_cells_of_several_lines_keep_their_line_breaks_and_quotation_marks(put: Put, read: Read) -> None:
    text = ' He said "no",\r\nthen\rleft.\n\t😀\xa0'
    quoted = text.replace('"', '""')
    file = put(t_dot_csv=f'id,note\r\n1,"{quoted}"\r\n2,b\r\n') / "t.csv"
    (first, second), problems = read(file)
    assert (first.text, second.text) == (text, "b")
    assert len(problems) == 0


@pytest.mark.parametrize(
    ("name", "mark", "head"),
    [
        ("t.csv", ";", ""),
        ("t.csv", "\t", ""),
        ("t.csv", "|", ""),
        ("t.tsv", "\t", ""),
        ("t.csv", ";", "sep=;\n"),
    ],
)
def test_the_mark_between_cells_is_found_out(put: Put, read: Read, name: str, mark: str, head: str) -> None:
    folder = put(**{name.replace(".", "_dot_"): f"{head}id{mark}note\n1{mark}a, b; c\n".replace("; c", " c")})
    (document,), _ = read(folder / name)
    assert (document.name, document.text) == ("1", "a, b c")


def test_columns_may_be_named(put: Put, read: Read) -> None:
    file = put(t_dot_csv="who,was,said,note\nx,y,the words,other\n") / "t.csv"
    (document,), _ = read(file, column="said", id_column="was", patient_column="who")
    assert (document.name, document.text) == ("y", "the words")
    assert document.metadata == {"patient": "x", "note": "other"}


def test_a_column_that_is_not_there_is_answered_with_those_that_are(put: Put, read: Read) -> None:
    file = put(t_dot_csv="a,b\n1,2\n") / "t.csv"
    with pytest.raises(
        FormatError, match=r"“t.csv”: This table has no column “x”. Its columns are: “a”, “b”."
    ):
        read(file, column="x")
    with pytest.raises(FormatError, match="No column of this table looks like the note"):
        read(file)


def test_a_table_without_a_heading_does_not_give_its_words_away(put: Put, read: Read) -> None:
    words = "Mrs. Canary has chest pain and has had it since Tuesday last, she says, and worse"
    file = put(t_dot_csv=f'1,"{words}"\n') / "t.csv"
    with pytest.raises(FormatError, match="does not look like a heading") as raised:
        read(file)
    assert "Canary" not in str(raised.value)


def test_crooked_rows_are_told_and_the_others_are_read(put: Put, read: Read) -> None:
    file = (
        put(
            t_dot_csv="id,note,ward\n1,good,A\n2,cut by a line\nbreak,B\n3,one, comma too many,C\n"
            "4,good too,,,\n\n5,,D\n6,fine\n7,fine,E\n"
        )
        / "t.csv"
    )
    documents, problems = read(file)
    assert [one.name for one in documents] == ["1", "4", "7"]
    assert [problem.place for problem in problems] == ["row 3", "row 4", "row 5", "row 8", "row 9"]
    assert all(problem.severity is Severity.ERROR for problem in problems)
    assert all("line" not in problem.sentence.split("Perhaps")[0] for problem in problems)


def test_rows_without_an_id_are_numbered(put: Put, read: Read) -> None:
    documents, _ = read(put(t_dot_csv="note\na\nb\n") / "t.csv")
    assert [one.name for one in documents] == ["t-0001", "t-0002"]


def test_a_long_cell_is_not_kept_beside_the_note(put: Put, read: Read) -> None:
    long = "x" * 201
    (document,), problems = read(put(t_dot_csv=f"note,dialogue,ward\na,{long},A\n") / "t.csv")
    assert document.metadata == {"ward": "A"}
    assert "“dialogue” holds long texts in 1 row" in next(iter(problems)).sentence


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_tables_in_other_encodings_are_read(put: Put, read: Read, encoding: str) -> None:
    rows = "".join(f"{i},früher größer – später\n" for i in range(300))
    documents, _ = read(put(t_dot_csv=f"id,note\n{rows}".encode(encoding)) / "t.csv")
    assert {one.text for one in documents} == {"früher größer – später"}
    assert len(documents) == 300


def test_a_letter_beyond_ascii_far_inside_the_file_decides_the_encoding(put: Put, read: Read) -> None:
    rows = "".join(f"{i},{'word ' * 50}\n" for i in range(10_000))
    file = put(t_dot_csv=f"id,note\n{rows}z,né à l’hôpital\n".encode("cp1252")) / "t.csv"
    assert file.stat().st_size > 2 << 20
    documents, _ = read(file)
    assert documents[-1].text == "né à l’hôpital"


def test_a_quotation_mark_that_is_never_closed_stops_that_table_only(
    put: Put, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.formats.csv_table._LONGEST_CELL", 1000)
    folder = put(a_dot_csv='id,note\n1,fine\n2,"' + "x " * 2000, b_dot_csv="id,note\n3,fine\n")
    documents, problems = read(folder)
    assert [one.name for one in documents] == ["1", "3"]
    assert "quotation mark is not closed" in next(iter(problems)).sentence


def test_a_table_is_read_as_a_stream(put: Put, read: Read) -> None:
    file = put(t_dot_csv="note\n" + "a\n" * 100_000) / "t.csv"
    from engine.formats.format import ReadOptions
    from engine.formats.reading import read_documents

    documents = read_documents([file], ReadOptions(), Problems())
    assert next(documents).text == "a"
    documents.close()  # type: ignore[attr-defined]


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the public corpora are not beside the project")
def test_aci_bench_is_read_by_its_column_note(read: Read) -> None:
    documents, problems = read(CORPORA / "aci-bench")
    assert len(documents) == 87
    assert {one.metadata["dataset"] for one in documents} == {"virtassist", "virtscribe", "aci"}
    assert all(one.metadata["encounter"].startswith("D2N") for one in documents)
    assert problems.count(Severity.ERROR) == 0
