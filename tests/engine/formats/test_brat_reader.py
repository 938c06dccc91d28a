"""brat files as other programs leave them: every good tag is taken, every bad one is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.annotation.said import SaidRelation
from engine.formats.document import Document, Group
from engine.formats.problem import Problems, Severity
from engine.text.span import Span

CORPORA = Path(__file__).parents[3].parent / "shared" / "data"
Read = Callable[..., tuple[list[Document], Problems]]
Put = Callable[..., Path]


def said(document: Document) -> list[tuple[str, str]]:
    """The tags as (label, words), fragments joined by “…”."""
    return [(item.label, "…".join(span.of(document.text) for span in item.spans)) for item in document.items]


def sentences_of(problems: Problems, severity: Severity) -> list[str]:
    return [str(problem) for problem in problems if problem.severity is severity]


def test_tags_relations_attributes_comments_references_and_groups_are_read(put: Put, read: Read) -> None:
    folder = put(
        note_dot_txt="No chest pain. Takes aspirin.\n",
        note_dot_ann=(
            "T1\tnegation 0 2\tNo\nT2\tproblem 3 13\tchest pain\nT3\tdrug 21 28\taspirin\n"
            "R1\thasAttr Arg1:T2 Arg2:T1\t\nA1\tNegated T2\nM2\tCertainty T2 low\n"
            "N1\tReference T3 RxNorm:1191\taspirin\n#1\tAnnotatorNotes T2\tsure\n*\tEquiv T2 T3\n"
        ),
    )
    (document,), problems = read(folder)
    assert document.name == "note"
    assert said(document) == [("negation", "No"), ("problem", "chest pain"), ("drug", "aspirin")]
    assert document.relations == (SaidRelation(1, 0, "hasAttr"),)
    assert document.ids == ("T1", "T2", "T3")
    assert document.details[1].attributes == (("Negated", ""), ("Certainty", "low"))
    assert document.details[1].comment == "sure"
    assert document.details[2].references == ("RxNorm:1191",)
    assert document.groups == (Group("Equiv", (1, 2)),)
    assert len(problems) == 0


def test_events_are_read_as_their_triggers_with_roles_as_relations(put: Put, read: Read) -> None:
    folder = put(
        n_dot_txt="pain since May",
        n_dot_ann="T1\tproblem 0 4\tpain\nT2\ttemporal 5 14\tsince May\nE1\tproblem:T1 When:E2\n"
        "E2\ttemporal:T2\nR1\tMODIFY Arg1:E2 Arg2:E1\n#1\tAnnotatorNotes E1\tx\n",
    )
    (document,), problems = read(folder)
    assert {(one.head, one.tail, one.label) for one in document.relations} == {
        (0, 1, "When"),
        (1, 0, "MODIFY"),
    }
    assert document.details[0].comment == "x"
    assert sentences_of(problems, Severity.NOTE) == ["n.ann: 1 role of an event was read as a relation."]


def test_a_raw_line_break_inside_a_surface_belongs_to_the_tag(put: Put, read: Read) -> None:
    folder = put(
        n_dot_txt="count of 140. \n5 and pneumonia",
        n_dot_ann="T1\tlabvalue 9 16\t140. \n5\nT2\tproblem 21 30\tpneumonia\n",
    )
    (document,), problems = read(folder)
    assert said(document) == [("labvalue", "140. \n5"), ("problem", "pneumonia")]
    assert len(problems) == 0


def test_fragments_parted_by_a_line_break_alone_are_one_tag(put: Put, read: Read) -> None:
    folder = put(
        n_dot_txt="chest\r\npain and left arm",
        n_dot_ann="T1\tproblem 0 5;7 11\tchest pain\nT2\tbodyloc 16 20;21 24\tleft arm\n",
    )
    (document,), _ = read(folder)
    assert said(document) == [("problem", "chest\r\npain"), ("bodyloc", "left…arm")]


@pytest.mark.parametrize(
    ("text", "start", "end", "unit"),
    [
        ("😀 has pain 😀", 6, 10, "characters"),
        ("😀 has pain 😀", 7, 11, "UTF-16 units"),
        ("é has pain", 7, 11, "UTF-8 bytes"),
        ("a\r\nb\r\nhas pain", 8, 12, "characters, with each line end (CR LF) as one"),
        ("😀😀\r\nhas pain", 9, 13, "UTF-16 units, with each line end (CR LF) as one"),
        ("has pain", 5, 9, "characters, with the byte order mark as the first"),
    ],
)
def test_the_unit_of_offsets_is_found_out_and_told(
    put: Put, read: Read, text: str, start: int, end: int, unit: str
) -> None:
    folder = put(n_dot_txt=text, n_dot_ann=f"T1\tproblem {start} {end}\tpain\n")
    (document,), problems = read(folder)
    told = [f"n.ann: The offsets of this file count {unit}; they were converted."]
    assert sentences_of(problems, Severity.NOTE) == ([] if unit == "characters" else told)
    assert said(document) == [("problem", "pain")]


def test_a_unit_is_taken_only_if_it_fits_every_tag_of_the_note(put: Put, read: Read) -> None:
    folder = put(
        n_dot_txt="😀 has pain and fever",
        n_dot_ann="T1\tproblem 7 11\tpain\nT2\tproblem 17 22\tfever\nR1\tx Arg1:T2 Arg2:T1\n",
    )
    (document,), problems = read(folder)
    assert said(document) == []  # one tag fits UTF-16, the other fits nothing: neither is guessed
    assert [problem.place for problem in problems] == ["line 1", "line 2", "line 3"]


def test_a_bad_tag_costs_itself_and_its_relations_only(put: Put, read: Read) -> None:
    folder = put(
        n_dot_txt="no pain",
        n_dot_ann="T1\tnegation 0 2\tno\nT2\tproblem 3 99\tpain\nT3\tproblem 3 7\tpain\nT4\tdrug x y\tz\n"
        "R1\thasAttr Arg1:T2 Arg2:T1\nR2\thasAttr Arg1:T3 Arg2:T1\nQ7\tx\n",
    )
    (document,), problems = read(folder)
    assert said(document) == [("negation", "no"), ("problem", "pain")]
    assert len(document.relations) == 1
    assert [problem.place for problem in problems] == ["line 4", "line 7", "line 2", "line 5"]
    assert all("pain" not in str(problem) for problem in problems)


def test_an_id_used_twice_keeps_both_tags(put: Put, read: Read) -> None:
    folder = put(n_dot_txt="no pain", n_dot_ann="T1\tnegation 0 2\tno\nT1\tproblem 3 7\tpain\n")
    (document,), problems = read(folder)
    assert said(document) == [("negation", "no"), ("problem", "pain")]
    assert "twice" in next(iter(problems)).sentence


def test_windows_line_ends_in_both_files_keep_offsets_exact(put: Put, read: Read) -> None:
    folder = put(
        n_dot_txt="no\r\npain\tnow\xa0",
        n_dot_ann="T1\tproblem 4 8\tpain\r\nT2\ttemporal 9 12\tnow\r\n#1\tAnnotatorNotes T1\tok\r\n",
    )
    (document,), problems = read(folder)
    assert document.text == "no\r\npain\tnow\xa0"
    assert said(document) == [("problem", "pain"), ("temporal", "now")]
    assert document.details[0].comment == "ok"
    assert len(problems) == 0


def test_a_note_without_ann_is_read_without_tags_and_an_ann_without_note_is_told(
    put: Put, read: Read
) -> None:
    folder = put(a_dot_txt="one", a_dot_ann="", b_dot_txt="two", c_dot_ann="T1\tx 0 1\tx\n")
    documents, problems = read(folder, format="brat")
    assert [(one.name, one.answer is None) for one in documents] == [("a", False), ("b", True)]
    assert [problem.severity for problem in problems] == [Severity.ERROR, Severity.NOTE]


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the public corpora are not beside the project")
@pytest.mark.parametrize(
    ("corpus", "notes", "tags"), [("kiwi-mtsamples/train", 96, 10_838), ("maccrobat/brat", 170, 20_977)]
)
def test_every_tag_of_the_public_corpora_is_read_at_its_place(
    read: Read, corpus: str, notes: int, tags: int
) -> None:
    documents, problems = read(CORPORA / corpus)
    assert len(documents) == notes
    assert sum(len(document.items) for document in documents) == tags
    assert not sentences_of(problems, Severity.ERROR)
    for document in documents:
        raw = (CORPORA / corpus / f"{document.name}.txt").read_bytes().decode("utf-8")
        assert document.text == raw


def test_a_line_end_as_carriage_return_alone_is_part_of_the_text(put: Put, read: Read) -> None:
    folder = put(n_dot_txt="no\rpain", n_dot_ann="T1\tproblem 0 7\tno pain\n")
    (document,), _ = read(folder)
    assert document.items[0].spans == (Span(0, 7),)
