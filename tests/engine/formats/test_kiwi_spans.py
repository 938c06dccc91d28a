"""Kiwi's span tags: sentences with entities, and one row per entity for its modifiers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.annotation.said import Answer, LabelledSpan, SaidRelation
from engine.formats.document import Document, digest
from engine.formats.format import ReadOptions, WriteOptions
from engine.formats.loss import Lost
from engine.formats.problem import Problems, Severity
from engine.formats.reading import read_documents
from engine.formats.writing import write_documents
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.text.span import Span

CORPORA = Path(__file__).parents[3].parent / "shared" / "data"
Read = Callable[..., tuple[list[Document], Problems]]
Put = Callable[..., Path]


def note(labels: LabelSet) -> Document:
    text = "No pain or\nfever <38. No pain."
    places = [
        ("negation", 0, 2),
        ("problem", 3, 7),
        ("problem", 11, 16),
        ("negation", 22, 24),
        ("problem", 25, 29),
    ]
    items = tuple(LabelledSpan((Span(start, end),), label) for label, start, end in places)
    assert {item.label for item in items} <= {one.name for one in labels}
    joined = (SaidRelation(1, 0, "hasAttr"), SaidRelation(2, 0, "hasAttr"), SaidRelation(4, 3, "hasAttr"))
    return Document("n", text, answer=Answer(items, joined))


def test_the_two_passes_are_written_as_kiwi_has_them(tmp_path: Path, labels: LabelSet) -> None:
    options = WriteOptions(format="kiwi-spans", labels=labels)
    written = write_documents([note(labels)], tmp_path / "o", options, Job())
    assert written.losses == ()
    assert (tmp_path / "o" / "n.spans.txt").read_text("utf-8") == (
        'No <span class="problem">pain</span> or&#10;<span class="problem">fever</span> &lt;38.\n'
        'No <span class="problem">pain</span>.\n'
    )
    said = (tmp_path / "o" / "n.modifiers.tsv").read_text("utf-8").split("\n")
    first = '<span class="negation">No</span> pain or&#10;fever &lt;38.'
    assert [line.split("\t") for line in said[1:]] == [
        ["1", 'No <span class="problem">pain</span> or&#10;fever &lt;38.', first],
        ["1", 'No pain or&#10;<span class="problem">fever</span> &lt;38.', first],
        ["2", 'No <span class="problem">pain</span>.', '<span class="negation">No</span> pain.'],
        [""],
    ]


def test_the_second_of_two_equal_mentions_keeps_its_own_modifier(
    tmp_path: Path, labels: LabelSet, read: Read
) -> None:
    """Where Kiwi's own code finds an entity by its words, the first one gets them all."""
    before = note(labels)
    write_documents([before], tmp_path / "o", WriteOptions(format="kiwi-spans", labels=labels), Job())
    (after,), problems = read(tmp_path / "o")
    assert digest(after) == digest(before)
    assert len(problems) == 0


def test_a_modifier_without_an_entity_is_announced(labels: LabelSet, tmp_path: Path) -> None:
    document = Document("n", "no pain", answer=Answer((LabelledSpan((Span(0, 2),), "negation"),)))
    written = write_documents(
        [document], tmp_path / "o", WriteOptions(format="kiwi-spans", labels=labels), Job()
    )
    assert [(loss.kind, loss.count) for loss in written.losses] == [(Lost.ORPHAN, 1)]


def test_a_sentence_without_an_end_is_cut_between_words(tmp_path: Path, labels: LabelSet, read: Read) -> None:
    text = "pain " * 4000
    items = tuple(LabelledSpan((Span(start, start + 4),), "problem") for start in range(0, len(text), 500))
    document = Document("n", text, answer=Answer(items))
    options = WriteOptions(format="kiwi-spans", labels=labels)
    assert write_documents([document], tmp_path / "o", options, Job()).losses == ()
    assert max(map(len, (tmp_path / "o" / "n.spans.txt").read_text("utf-8").split("\n"))) < 5000
    assert [one.text for one in read(tmp_path / "o")[0]] == [text]


def test_a_models_lines_are_read_without_side_files(put: Put, read: Read) -> None:
    folder = put(
        out_dot_txt='Denies <span class="problem">fever</span> & chills . <EOS>\n<span class="drug">x\n'
    )
    (document,), problems = read(folder, format="kiwi-spans")
    assert document.text == "Denies fever & chills .\nx\n"
    assert [(item.label, item.hull.of(document.text)) for item in document.items] == [("problem", "fever")]
    assert [(problem.severity, problem.place) for problem in problems] == [
        (Severity.WARNING, "line 2"),
        (Severity.NOTE, ""),
    ]


def test_rows_of_modifiers_that_fit_nothing_are_told(tmp_path: Path, labels: LabelSet, read: Read) -> None:
    write_documents([note(labels)], tmp_path / "o", WriteOptions(format="kiwi-spans", labels=labels), Job())
    file = tmp_path / "o" / "n.modifiers.tsv"
    lines = file.read_text("utf-8").split("\n")
    lines[1] = lines[1].replace("No", "Canary")
    lines[2] = "9" + lines[2][1:]
    file.write_text("\n".join([*lines, "x"]), "utf-8", newline="")
    (document,), problems = read(tmp_path / "o")
    assert len(document.relations) == 1
    assert [problem.place for problem in problems] == ["line 2", "line 3", "line 6"]
    assert not [problem for problem in problems if "Canary" in str(problem)]


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the public corpora are not beside the project")
def test_kiwi_notes_come_back_from_their_own_format(tmp_path: Path) -> None:
    paths = sorted((CORPORA / "kiwi-mtsamples" / "train").glob("*.txt"))[:30]
    before = list(read_documents(paths, ReadOptions(), Problems()))
    written = write_documents(before, tmp_path / "o", WriteOptions(format="kiwi-spans"), Job())
    after = list(read_documents([tmp_path / "o"], ReadOptions(), Problems()))
    assert [one.text for one in after] == [one.text for one in before]
    assert {loss.kind for loss in written.losses} <= {Lost.ORPHAN, Lost.ACROSS}
