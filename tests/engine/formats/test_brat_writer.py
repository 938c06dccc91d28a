"""brat files as we write them: brat's own rules, and nothing lost that brat can hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.annotation.said import Answer, LabelledSpan, SaidRelation
from engine.formats.document import Document, digest
from engine.formats.format import ReadOptions, WriteOptions
from engine.formats.problem import Problems
from engine.formats.reading import read_documents
from engine.formats.writing import Written, write_documents
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.text.span import Span

CORPORA = Path(__file__).parents[3].parent / "shared" / "data"
Read = Callable[..., tuple[list[Document], Problems]]


def note(text: str, *tags: tuple[str, int, int], relations: tuple[tuple[int, int], ...] = ()) -> Document:
    items = tuple(LabelledSpan((Span(start, end),), label) for label, start, end in tags)
    joined = tuple(SaidRelation(head, tail, "hasAttr") for head, tail in relations)
    return Document("ward/note", text, answer=Answer(items, joined))


def write(document: Document, folder: Path, labels: LabelSet | None = None) -> Written:
    return write_documents([document], folder, WriteOptions(labels=labels), Job())


def test_a_tag_over_a_line_break_becomes_one_fragment_per_line(tmp_path: Path) -> None:
    write(note("120/80.\r\nShe", ("test", 5, 12)), tmp_path / "out")
    ann = (tmp_path / "out" / "ward" / "note.ann").read_bytes().decode()
    assert ann == "T1\ttest 5 7;9 12\t0. She\n"


def test_a_note_without_tags_has_an_empty_ann_file(tmp_path: Path) -> None:
    write(note("nothing"), tmp_path / "out")
    assert (tmp_path / "out" / "ward" / "note.ann").read_bytes() == b""


def test_the_text_is_written_byte_for_byte(tmp_path: Path) -> None:
    text = "a\r\nb\tc\xa0😀\u2028\n\n"
    write(note(text), tmp_path / "out")
    assert (tmp_path / "out" / "ward" / "note.txt").read_bytes() == text.encode("utf-8")


def test_the_configuration_names_types_and_legal_pairs(tmp_path: Path, labels: LabelSet) -> None:
    write(note("no pain", ("negation", 0, 2), ("problem", 3, 7), relations=((1, 0),)), tmp_path / "o", labels)
    lines = (tmp_path / "o" / "annotation.conf").read_text("utf-8").splitlines()
    assert lines[:4] == ["[entities]", "problem", "drug", "negation"]
    assert "hasAttr\tArg1:problem, Arg2:negation" in lines
    assert any(line.startswith("<OVERLAP>") for line in lines)
    assert "problem | Problem" in (tmp_path / "o" / "visual.conf").read_text("utf-8")


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the public corpora are not beside the project")
def test_kiwi_comes_back_from_brat_as_it_was(tmp_path: Path, read: Read) -> None:
    options = ReadOptions(root=None)
    before = list(read_documents([CORPORA / "kiwi-mtsamples" / "train"], options, Problems()))
    written = write_documents(before, tmp_path / "out", WriteOptions(), Job())
    assert written.losses == ()
    after, problems = read(tmp_path / "out")
    assert list(map(digest, after)) == list(map(digest, before))
    assert [one.ids for one in after] == [one.ids for one in before]
    assert (written.tags, written.relations, len(problems)) == (10_838, 4_742, 0)


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the public corpora are not beside the project")
def test_what_brat_writes_of_kiwi_is_what_brat_wrote(tmp_path: Path) -> None:
    """Line for line, but for the one tag with a raw line break."""
    before = CORPORA / "kiwi-mtsamples" / "train"
    documents = list(read_documents([before], ReadOptions(), Problems()))
    write_documents(documents, tmp_path / "out", WriteOptions(), Job())
    different = {
        path.stem: _lines(path) ^ _lines(before / path.name)
        for path in sorted((tmp_path / "out").glob("*.ann"))
        if _lines(path) != _lines(before / path.name)
    }
    assert list(different) == ["50_20210610044419_Hayden"]
    assert len(different["50_20210610044419_Hayden"]) == 3


def _lines(path: Path) -> set[str]:
    # Relations are numbered anew.
    return {re.sub(r"^R[0-9]+", "R", line.rstrip("\t")) for line in path.read_text("utf-8").split("\n")}
