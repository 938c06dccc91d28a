"""From a project into files and back: what was annotated is what comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.annotation.said import Answer, LabelledSpan, SaidRelation
from engine.errors import ExportError
from engine.formats.format import ReadOptions, WriteOptions
from engine.formats.loss import Lost
from engine.formats.problem import Problems
from engine.formats.reading import read_documents
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder
from engine.steps.export_annotations import export_annotations, export_losses
from engine.store.notes import NewNote
from engine.store.store import Store
from engine.text.note import NoteId
from engine.text.span import Span

TEXT = "No 😀 chest pain.\r\nTakes aspirin 81 mg."


@pytest.fixture
def labels() -> LabelSet:
    return find_label_set("kiwi", models_folder())


@pytest.fixture
def store(tmp_path: Path, labels: LabelSet) -> Store:
    made = Store.create(tmp_path / "p.tagwell", labels)
    items = (
        LabelledSpan((Span(0, 2),), "negation"),
        LabelledSpan((Span(5, 15),), "problem"),
        LabelledSpan((Span(24, 31),), "drug"),
        LabelledSpan((Span(32, 37),), "strength"),
    )
    said = Answer(items, (SaidRelation(1, 0, "hasAttr"), SaidRelation(2, 3, "hasAttr")))
    new = [
        NewNote(f"note {i}", TEXT + f" Note {i}.", {"patient": f"p{i}"}, None, said, "annotations", "test")
        for i in range(6)
    ]
    done = made.add_notes(new, "Ada", "Import 6 notes")
    for note in done.created[:4]:
        made.finish(NoteId(note), "Ada")
    return made


def test_annotations_come_back_from_brat_as_they_were(tmp_path: Path, store: Store, labels: LabelSet) -> None:
    with store:
        report = export_annotations(store.gold(), tmp_path / "out", WriteOptions(labels=labels), Job(), 4)
        assert (report.written.notes, report.unfinished) == (4, 0)
        assert {loss.kind for loss in report.written.losses} <= {
            Lost.ORIGIN,
            Lost.ANNOTATOR,
            Lost.METADATA,
            Lost.STATUS,
        }
        problems = Problems()
        read = list(read_documents([tmp_path / "out"], ReadOptions(labels=labels), problems))
        assert not len(problems)
        for document, gold in zip(read, store.gold(), strict=True):
            assert (document.name, document.text) == (gold.note.name, gold.note.text)
            assert [(item.spans, item.label) for item in document.items] == [
                (one.spans, one.label) for one in gold.annotations
            ]
            assert len(document.relations) == len(gold.relations) == 2


def test_json_lines_carry_where_each_tag_comes_from(tmp_path: Path, store: Store) -> None:
    with store:
        options = WriteOptions(format="jsonl")
        assert export_losses(store.gold(), options, Job()) == []
        export_annotations(store.gold(), tmp_path / "a.jsonl", options, Job())
        (first, *_) = read_documents([tmp_path / "a.jsonl"], ReadOptions(), Problems())
        (gold, *_) = store.gold()
        assert [detail.origin for detail in first.details] == [
            gold.origins[one.id] for one in gold.annotations
        ]
        assert [detail.annotator for detail in first.details] == [one.annotator for one in gold.annotations]


def test_losses_are_counted_before_and_unfinished_notes_are_told(
    tmp_path: Path, store: Store, labels: LabelSet
) -> None:
    with store:
        options = WriteOptions(format="conll", labels=labels)
        found = {loss.kind: loss.count for loss in export_losses(store.gold(), options, Job())}
        assert found[Lost.RELATION] == 8
        everything = store.gold(finished_only=False)
        assert export_annotations(everything, tmp_path / "all", options, Job()).unfinished == 2


def test_an_export_never_replaces_files_unasked(tmp_path: Path, store: Store) -> None:
    with store:
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "note 0.txt").write_text("mine")
        with pytest.raises(ExportError, match="already has a file"):
            export_annotations(store.gold(), tmp_path / "out", WriteOptions(), Job())
        assert (tmp_path / "out" / "note 0.txt").read_text() == "mine"
        assert len(list((tmp_path / "out").iterdir())) == 1
