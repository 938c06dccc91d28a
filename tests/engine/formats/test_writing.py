"""Writing as a whole: the second look finds what went wrong, and then nothing is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.annotation.said import Answer, LabelledSpan, SaidRelation
from engine.errors import Cancelled, ExportError, FormatError
from engine.formats.document import Document
from engine.formats.format import WriteOptions
from engine.formats.loss import Lost, sentence
from engine.formats.placing import NewFiles
from engine.formats.registry import formats, reader_of, writer_of
from engine.formats.writing import losses, write_documents
from engine.jobs.job import Job
from engine.text.span import Span

NOTE = Document(
    "n",
    "mild knee pain",
    {"patient": "p"},
    Answer(
        (LabelledSpan((Span(0, 14),), "problem", 0.5), LabelledSpan((Span(0, 4), Span(10, 14)), "severity")),
        (SaidRelation(0, 1, "hasAttr"),),
    ),
)


def test_every_format_names_a_reader_and_a_writer_that_exist() -> None:
    for one in formats():
        assert hasattr(reader_of(one), "read")
        if one.writes and one.name != "hf":
            assert hasattr(writer_of(one, WriteOptions()), "carried")
        assert one.reads or one.writes


def test_what_cannot_be_carried_is_one_sentence() -> None:
    found = losses([NOTE], WriteOptions(format="conll"))
    assert sentence(found, "CoNLL") == (
        "1 discontinuous tag, 1 relation, 1 score and 1 note’s further columns cannot be carried by CoNLL."
    )
    assert sentence([], "CoNLL") == ""


def test_labels_may_be_chosen(tmp_path: Path) -> None:
    options = WriteOptions(format="jsonl", only=frozenset({"problem"}))
    written = write_documents([NOTE], tmp_path / "o", options, Job())
    assert (written.tags, written.relations) == (1, 0)


@pytest.mark.parametrize("format", ["brat", "jsonl", "conll", "chat"])
def test_a_file_that_reads_otherwise_than_it_was_meant_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    write = NewFiles.write

    def spoiling(self: NewFiles, name: str, text: str) -> None:
        write(self, name, text.replace("knee", "Knee"))

    written = NewFiles.written.fget
    assert written is not None

    def spoilt(self: NewFiles) -> list[Path]:
        files: list[Path] = written(self)
        for file in files:
            if file.suffix == ".jsonl":
                file.write_text(file.read_text("utf-8").replace("knee", "Knee"), "utf-8", newline="")
        return files

    monkeypatch.setattr(NewFiles, "write", spoiling)
    monkeypatch.setattr(NewFiles, "written", property(spoilt))
    with pytest.raises(ExportError, match=r"could not be read back|gave something else") as raised:
        write_documents([NOTE], tmp_path / "o", WriteOptions(format=format), Job())
    assert "knee" not in str(raised.value).casefold()
    assert list(tmp_path.iterdir()) == []


def test_a_format_that_is_only_read_or_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="can be read but not written"):
        write_documents([NOTE], tmp_path / "o", WriteOptions(format="xlsx"), Job())
    with pytest.raises(FormatError, match="no format “word”"):
        write_documents([NOTE], tmp_path / "o", WriteOptions(format="word"), Job())


def test_a_cancelled_export_leaves_nothing(tmp_path: Path) -> None:
    job = Job()

    def notes() -> object:
        yield NOTE
        job.cancel()
        yield NOTE

    with pytest.raises(Cancelled):
        write_documents(notes(), tmp_path / "o", WriteOptions(), job)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_names_that_no_file_can_have_are_changed_and_counted(tmp_path: Path) -> None:
    notes = [Document("a:b", "x"), Document("a?b", "y"), Document("fine", "z")]
    written = write_documents(notes, tmp_path / "o", WriteOptions(), Job())
    assert [(loss.kind, loss.count) for loss in written.losses] == [(Lost.NAME, 2)]
    assert sorted(path.name for path in (tmp_path / "o").glob("*.txt")) == [
        "a_b-2.txt",
        "a_b.txt",
        "fine.txt",
    ]


def test_two_exports_of_the_same_notes_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("brat", "jsonl", "conll", "kiwi-spans", "chat"):
        made = [
            {
                path.relative_to(folder).as_posix(): path.read_bytes()
                for path in write_documents([NOTE], folder, WriteOptions(format=name), Job()).files
            }
            for folder in (tmp_path / f"{name}1", tmp_path / f"{name}2")
        ]
        assert made[0] == made[1]
