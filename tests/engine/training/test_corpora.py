from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from engine.errors import FormatError, OffsetError
from engine.training.corpora import Mark, read_brat, read_zipped_brat

KIWI = Path("../shared/data/kiwi-mtsamples/train")


def write(folder: Path, text: str, annotations: str) -> Path:
    (folder / "note.txt").write_bytes(text.encode())
    (folder / "note.ann").write_bytes(annotations.encode())
    return folder


def test_marks_and_relations_are_read_with_their_offsets(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        "no fever",
        "T1\tnegation 0 2\tno\nT2\tproblem 3 8\tfever\n"
        "R1\thasAttr Arg1:T2 Arg2:T1\t\n#1\tAnnotatorNotes T1\tsure\n",
    )
    (note,) = read_brat(folder)
    assert note.marks == (Mark(0, 2, "negation"), Mark(3, 8, "problem"))
    assert note.relations == ((1, 0),)


def test_line_ends_of_windows_count_as_two_characters(tmp_path: Path) -> None:
    folder = write(tmp_path, "a\r\nfever", "T1\tproblem 3 8\tfever\r\n")
    (note,) = read_brat(folder)
    assert note.text == "a\r\nfever"
    assert note.marks == (Mark(3, 8, "problem"),)


def test_a_raw_line_break_in_a_surface_does_not_end_the_annotation(tmp_path: Path) -> None:
    folder = write(tmp_path, "chest\n5 pain", "T1\tproblem 0 12\tchest\n5 pain\nT2\tproblem 8 12\tpain\n")
    (note,) = read_brat(folder)
    assert [note.text[mark.start : mark.end] for mark in note.marks] == ["chest\n5 pain", "pain"]


def test_a_mark_in_pieces_is_taken_whole(tmp_path: Path) -> None:
    folder = write(tmp_path, "left and right knee", "T1\tbodyloc 0 4;15 19\tleft knee\n")
    (note,) = read_brat(folder)
    assert note.marks == (Mark(0, 19, "bodyloc"),)


def test_a_note_without_annotations_has_no_marks(tmp_path: Path) -> None:
    (note,) = read_brat(write(tmp_path, "no fever", ""))
    assert note.marks == ()


def test_a_zip_is_read_like_a_folder_without_the_notes_whose_marks_stand_elsewhere(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "notes.zip", "w") as zipped:
        for name, offsets in (("good", "3 8"), ("bad", "2 7")):
            zipped.writestr(f"all/{name}.txt", "a\r\nfever")
            zipped.writestr(f"all/{name}.ann", f"T1\tproblem {offsets}\tfever\r\n")
    (note,) = read_zipped_brat(tmp_path / "notes.zip")
    assert (note.name, note.marks) == ("good", (Mark(3, 8, "problem"),))


def test_a_surface_that_stands_elsewhere_is_refused_with_its_place(tmp_path: Path) -> None:
    folder = write(tmp_path, "no fever", "T1\tproblem 0 5\tfever\n")
    with pytest.raises(OffsetError, match=r"note\.ann.*T1"):
        list(read_brat(folder))


def test_a_line_without_offsets_is_refused_with_its_place(tmp_path: Path) -> None:
    folder = write(tmp_path, "no fever", "T7\tproblem here\tfever\n")
    with pytest.raises(FormatError, match="T7"):
        list(read_brat(folder))


def test_a_folder_without_notes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="brat"):
        list(read_brat(tmp_path))


@pytest.mark.skipif(not KIWI.is_dir(), reason="the public corpora are not beside this checkout")
def test_the_kiwi_notes_hold_all_their_marks() -> None:
    notes = list(read_brat(KIWI))
    assert (len(notes), sum(len(note.marks) for note in notes)) == (96, 10838)
    assert sum(len(note.relations) for note in notes) == 4742
