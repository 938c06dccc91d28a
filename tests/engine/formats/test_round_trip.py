"""For each format that is written: what is read back is what was meant, and the losses explain the rest."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.annotation.annotation import Status
from engine.annotation.said import Alignment, Answer, LabelledSpan, SaidRelation, Unplaced
from engine.formats.document import Detail, Document, Group, Tag, assemble, digest
from engine.formats.format import ReadOptions, WriteOptions
from engine.formats.loss import Lost, as_list
from engine.formats.problem import Problems, Severity
from engine.formats.reading import read_documents
from engine.formats.writing import losses, write_documents
from engine.jobs.job import Job
from engine.labels.label_set import Kind, LabelSet, LabelType, Pair
from engine.text.span import Span, as_spans

ENTITIES = ("problem", "drug", "test")
MODIFIERS = ("negation", "bodyloc", "temporal")
TWO_WAY = ("jsonl", "brat", "conll", "kiwi-spans")
WRITTEN = (*TWO_WAY, "hf", "chat")
DROPS_A_TAG = (Lost.OVERLAP, Lost.FRAGMENTS, Lost.BLANK, Lost.ORPHAN)
EACH = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def _type(name: str, kind: Kind) -> LabelType:
    return LabelType(name, kind, name, f"What {name} means.", "", (), "#336699")


LABELS = LabelSet(
    name="small",
    version="1",
    title="Small",
    description="",
    types=(
        *(_type(name, Kind.ENTITY) for name in ENTITIES),
        *(_type(name, Kind.MODIFIER) for name in MODIFIERS),
    ),
    pairs=tuple(Pair(head, tail, "hasAttr") for head in ENTITIES for tail in MODIFIERS),
)

PIECES = st.sampled_from(
    [
        *("chest", "pain", "Pain", "no", "BP", "120/80", "81mg", "Dr.", ".", ",", ":", "-", "q.d.", "x"),
        *(" ", " ", " ", "  ", "\n", "\n\n", "\r\n", "\r", "\t", "\xa0", "\u2028", "\x85", "\v", "\u200b"),
        *("😀", "👩\u200d👧", "e\u0301", "İ", "ß", "漢", "\ufeff", "\ufffd"),
        *("<", ">", "&", "&lt;", "&#10;", '"', "'", "\\", '<span class="drug">', "</span>", "<EOS>"),
        *("[**Name 7**]", "[**A\nB**]", "___", "-DOCSTART-", "T1\tproblem 0 1\tx", "#1\t", "O", "B-drug"),
    ]
)
TEXTS = (
    st.lists(PIECES, min_size=1, max_size=30).map("".join).filter(lambda text: any(map(str.isalnum, text)))
)
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc"), max_codepoint=0x2FFF), max_size=8)


@st.composite
def spans_in(draw: st.DrawFn, text: str, *, fragments: bool = True) -> tuple[Span, ...]:
    wanted = draw(st.integers(1, 3 if fragments else 1)) if len(text) > 5 else 1
    cuts = sorted(
        draw(st.lists(st.integers(0, len(text)), min_size=2 * wanted, max_size=2 * wanted, unique=True))
        if len(text) + 1 >= 2 * wanted
        else [0, len(text)]
    )
    return as_spans(Span(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=True))


@st.composite
def documents(draw: st.DrawFn, name: str = "note", *, rich: bool = True) -> Document:
    text = draw(TEXTS)
    label = st.sampled_from(ENTITIES + MODIFIERS)
    tags = []
    for _ in range(draw(st.integers(0, 8))):
        said = LabelledSpan(draw(spans_in(text, fragments=draw(st.integers(0, 4)) == 0)), draw(label))
        tags.append(Tag(draw(scored(said)), draw(details())) if rich else Tag(said))
    pairs: list[tuple[int, int]] = []
    if tags:
        index = st.integers(0, len(tags) - 1)
        pairs = draw(st.lists(st.tuples(index, index), unique=True, max_size=8))
    document = Document(name, text, answer=Answer())
    said_pairs = [SaidRelation(head, tail, "hasAttr") for head, tail in pairs if head != tail]
    if not rich:
        return assemble(document, tags, said_pairs)
    groups = [Group("Equiv", (0, len(tags) - 1))] if len(tags) > 1 and draw(st.booleans()) else []
    return assemble(draw(enriched(document)), tags, said_pairs, groups)


@st.composite
def enriched(draw: st.DrawFn, document: Document) -> Document:
    rejected = draw(st.lists(spans_in(document.text), max_size=2))
    unplaced = draw(st.lists(st.builds(Unplaced, st.just("drug"), WORDS), max_size=2))
    return Document(
        document.name,
        document.text,
        metadata=draw(st.dictionaries(st.sampled_from(["patient", "ward"]), WORDS, max_size=2)),
        answer=Answer(unplaced=tuple(unplaced)),
        rejected=tuple(LabelledSpan(spans, "drug", 0.25) for spans in rejected),
        status=draw(st.sampled_from([None, *Status])),
    )


@st.composite
def scored(draw: st.DrawFn, said: LabelledSpan) -> LabelledSpan:
    margin = st.none() | st.floats(0, 9)
    return LabelledSpan(
        said.spans,
        said.label,
        draw(st.just(1.0) | st.floats(0, 1)),
        draw(st.sampled_from([Alignment.EXACT, Alignment.FUZZY])),
        *(draw(margin) for _ in range(3)),
    )


@st.composite
def details(draw: st.DrawFn) -> Detail:
    if draw(st.integers(0, 2)):
        return Detail()
    return Detail(
        origin=draw(st.sampled_from(["", "tagger abc"])),
        annotator=draw(st.sampled_from(["", "Ada"])),
        comment=draw(st.sampled_from(["", "sure?", "two\nlines", " blanks ", "tab\tinside", "😀 \u2028"])),
        attributes=draw(st.sampled_from([(), (("Negated", ""),), (("TREND", "STAY"), ("x y", "a  b"))])),
        references=draw(st.sampled_from([(), ("UMLS:C0008031",)])),
    )


def written_and_read(
    format: str, notes: list[Document], stem: str = ""
) -> tuple[list[Document], dict[Lost, int], Problems]:
    options = WriteOptions(format=format, labels=LABELS, stem=stem, part_characters=40)
    announced = losses(notes, options)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out"
        written = write_documents(notes, target, options, Job())  # reads back and compares by itself
        assert list(written.losses) == announced
        problems = Problems()
        read = (
            list(read_documents([target], ReadOptions(format=format), problems)) if format in TWO_WAY else []
        )
    return read, {loss.kind: loss.count for loss in announced}, problems


@pytest.mark.parametrize("format", WRITTEN)
@EACH
@given(document=documents())
def test_what_is_written_is_read_back_but_for_the_losses_that_were_announced(
    format: str, document: Document
) -> None:
    read, lost, problems = written_and_read(format, [document])
    if format not in TWO_WAY:
        return
    assert not [problem for problem in problems if problem.severity is not Severity.NOTE]
    (found,) = read
    assert found.text == document.text
    assert len(document.items) - len(found.items) == sum(lost.get(kind, 0) for kind in DROPS_A_TAG)
    relations_lost = len(document.relations) - len(found.relations)
    assert relations_lost == lost.get(Lost.RELATION, 0) + lost.get(Lost.ACROSS, 0)
    if not lost:
        assert digest(found) == digest(document)


@EACH
@given(document=documents())
def test_json_lines_lose_nothing(document: Document) -> None:
    (found,), lost, _ = written_and_read("jsonl", [document])
    assert not lost
    assert digest(found) == digest(document)
    assert found.metadata == document.metadata
    assert found.status == document.status


@EACH
@given(document=documents(rich=False))
def test_brat_keeps_every_tag_and_relation_of_continuous_tags_on_words(document: Document) -> None:
    (found,), lost, _ = written_and_read("brat", [document])
    assert set(lost) <= {Lost.JOINED, Lost.TRIMMED, Lost.BLANK, Lost.RELATION}
    if not lost:
        assert digest(found) == digest(document)


@pytest.mark.parametrize("format", ["conll", "kiwi-spans"])
@settings(EACH, max_examples=20)
@given(first=documents("a", rich=False), second=documents("b/c", rich=False))
def test_several_notes_share_a_file_where_a_stem_is_given(
    format: str, first: Document, second: Document
) -> None:
    read, _, _ = written_and_read(format, [first, second], stem="train")
    assert [(one.name, one.text) for one in read] == [("a", first.text), ("b/c", second.text)]


@EACH
@example(text="\ufeffchest")
@given(text=TEXTS)
def test_a_note_without_tags_comes_back_as_one_without_tags(text: str) -> None:
    for two_way in TWO_WAY:
        (found,), lost, _ = written_and_read(two_way, [Document("note", text, answer=Answer())])
        assert (found.text, found.items, lost) == (text, (), {})


@pytest.mark.parametrize("format", WRITTEN)
def test_exporting_no_note_at_all_is_no_failure(format: str) -> None:
    assert written_and_read(format, [])[0] == [] if format not in TWO_WAY else True
    with tempfile.TemporaryDirectory() as folder:
        options = WriteOptions(format=format, labels=LABELS)
        assert write_documents([], Path(folder) / "out", options, Job()).notes == 0


def test_losses_come_in_a_fixed_order_with_the_tags_first() -> None:
    order = [kind.tags for kind in Lost]
    assert order == sorted(order, reverse=True) or order.index(False) > 0
    assert [loss.kind for loss in as_list(dict.fromkeys(Lost, 1))] == list(Lost)  # type: ignore[arg-type]
