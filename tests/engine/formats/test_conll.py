"""CoNLL files of ours and of others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.annotation.said import Answer, LabelledSpan
from engine.formats.document import Document
from engine.formats.format import ReadOptions, WriteOptions
from engine.formats.problem import Problems, Severity
from engine.formats.reading import read_documents
from engine.formats.writing import write_documents
from engine.jobs.job import Job
from engine.text.span import Span

CORPORA = Path(__file__).parents[3].parent / "shared" / "data"
Read = Callable[..., tuple[list[Document], Problems]]
Put = Callable[..., Path]


def said(document: Document) -> list[tuple[str, str]]:
    return [(item.label, item.hull.of(document.text)) for item in document.items]


def test_columns_are_word_fillers_and_tag_with_a_blank_line_after_each_sentence(tmp_path: Path) -> None:
    text = "BP 120/80.\nShe denies chest pain."
    items = (LabelledSpan((Span(3, 9),), "labvalue"), LabelledSpan((Span(22, 32),), "problem"))
    write_documents(
        [Document("n", text, answer=Answer(items))], tmp_path / "o", WriteOptions(format="conll"), Job()
    )
    assert (tmp_path / "o" / "n.conll").read_text("utf-8").split("\n") == [
        "-DOCSTART- -X- -X- O",
        "",
        "BP -X- -X- O",
        "120/80 -X- -X- B-labvalue",
        ". -X- -X- O",
        "",
        "She -X- -X- O",
        "denies -X- -X- O",
        "chest -X- -X- B-problem",
        "pain -X- -X- I-problem",
        ". -X- -X- O",
        "",
        "",
    ]


def test_files_of_others_are_put_together_with_blanks_and_told(put: Put, read: Read) -> None:
    folder = put(
        two_dot_bio="No\tO\nchest pain\tB-problem\n\nTakes\tO\naspirin\tU-drug\n",
        four_dot_conll=(
            "-DOCSTART- -X- O O\r\n\r\nNo DT O O\r\npain NN O I-problem\r\n"
            "-DOCSTART- -X- O O\r\n\r\nOk NN O O\r\n"
        ),
    )
    documents, problems = read(folder)
    assert [(one.name, one.text) for one in documents] == [
        ("four-0001", "No pain\n"),
        ("four-0002", "Ok\n"),
        ("two", "No chest pain\nTakes aspirin\n"),
    ]
    assert said(documents[0]) == [("problem", "pain")]
    assert said(documents[2]) == [("problem", "chest pain"), ("drug", "aspirin")]
    assert [problem.severity for problem in problems] == [Severity.NOTE] * 2


def test_a_tag_does_not_go_over_a_sentence_end_in_files_of_others(put: Put, read: Read) -> None:
    (document,), _ = read(put(a_dot_bio="a\tB-x\n\nb\tI-x\n"))
    assert said(document) == [("x", "a"), ("x", "b")]


def test_lines_without_a_tag_are_told_and_read_as_outside(put: Put, read: Read) -> None:
    (document,), problems = read(put(a_dot_bio="canary\nb NN x\nc B-x\n"))
    assert said(document) == [("x", "c")]
    warned = [problem for problem in problems if problem.severity is Severity.WARNING]
    assert [problem.place for problem in warned] == ["line 1", "line 2"]
    assert not [problem for problem in problems if "canary" in str(problem)]


@pytest.mark.parametrize("change", [("pain", "gain"), ("pain", ""), ("# tagwell", "# x")])
def test_a_file_that_was_changed_no_longer_follows_its_offsets(
    tmp_path: Path, read: Read, change: tuple[str, str]
) -> None:
    document = Document("n", "no  pain", answer=Answer())
    write_documents([document], tmp_path / "o", WriteOptions(format="conll"), Job())
    for name in ("n.conll", "n.offsets.tsv"):
        file = tmp_path / "o" / name
        file.write_text(file.read_text("utf-8").replace(*change).replace("\n -X-", "\n"))
    (found,), problems = read(tmp_path / "o", format="conll")
    assert found.text != document.text
    assert "put together" in str(list(problems))


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the public corpora are not beside the project")
def test_kiwi_comes_back_from_conll_but_for_what_was_announced(tmp_path: Path) -> None:
    before = list(read_documents([CORPORA / "kiwi-mtsamples" / "train"], ReadOptions(), Problems()))
    written = write_documents(before, tmp_path / "o", WriteOptions(format="conll"), Job())
    after = list(read_documents([tmp_path / "o"], ReadOptions(), Problems()))
    assert [one.text for one in after] == [one.text for one in before]
    lost = {loss.kind.name: loss.count for loss in written.losses}
    assert sum(len(one.items) for one in after) == 10_838 - lost["OVERLAP"]
    assert lost["RELATION"] == 4_742
