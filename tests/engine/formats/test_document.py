"""Documents: what a file says of a note, whole, in part, and compared."""

from __future__ import annotations

import pytest

from engine.annotation.annotation import Annotation, AnnotationId, LayerId, Relation, RelationId, Status
from engine.annotation.gold import Gold
from engine.annotation.said import Answer, LabelledSpan, SaidRelation
from engine.errors import OffsetError
from engine.formats.document import Detail, Document, Group, digest, import_losses, keep_tags
from engine.formats.gold_document import document_of
from engine.formats.loss import Lost
from engine.text.note import Note, NoteId
from engine.text.span import Span
from engine.text.token import tokenize

ITEMS = tuple(LabelledSpan((Span(start, start + 1),), "x") for start in (0, 2, 4))
ANSWER = Answer(ITEMS, (SaidRelation(0, 1, "r"), SaidRelation(2, 0, "r")))


def test_tags_outside_the_text_and_details_of_other_tags_are_no_document() -> None:
    with pytest.raises(OffsetError):
        Document("n", "ab", answer=ANSWER)
    with pytest.raises(ValueError, match="1 details for 3 tags"):
        Document("n", "a b c", answer=ANSWER, details=(Detail(),))


def test_what_falls_takes_its_relations_and_its_place_in_groups_along() -> None:
    document = Document("n", "a b c", answer=ANSWER, groups=(Group("g", (0, 1, 2)), Group("h", (0, 1))))
    kept, fallen = keep_tags(document, lambda index: index != 1)
    assert kept.items == (ITEMS[0], ITEMS[2])
    assert kept.relations == (SaidRelation(1, 0, "r"),)
    assert kept.groups == (Group("g", (0, 1)),)
    assert fallen == 1


def test_a_digest_sees_everything_but_ids_and_the_source() -> None:
    document = Document("n", "a b c", answer=ANSWER, details=tuple(Detail(id=str(i)) for i in range(3)))
    assert digest(document) == digest(Document("n", "a b c", answer=ANSWER, source="elsewhere"))
    others = [
        Document("m", "a b c", answer=ANSWER),
        Document("n", "a b d", answer=ANSWER),
        Document("n", "a b c", {"ward": "A"}, answer=ANSWER),
        Document("n", "a b c", answer=Answer(ITEMS, ANSWER.relations[:1])),
        Document("n", "a b c", answer=Answer(ITEMS[:2], ANSWER.relations[:1])),
        Document("n", "a b c", answer=ANSWER, status=Status.FINISHED),
        Document("n", "a b c", answer=ANSWER, rejected=ITEMS[:1]),
        Document("n", "a b c", answer=ANSWER, details=(Detail(comment="c"), Detail(), Detail())),
        Document("n", "a b c", answer=ANSWER, groups=(Group("g", (0, 1)),)),
    ]
    assert len({digest(one) for one in (document, *others)}) == len(others) + 1


def test_what_a_project_cannot_keep_is_counted() -> None:
    first = Detail(comment="c", attributes=(("a", ""), ("b", "c")), origin="o")
    details = (first, Detail(), Detail())
    document = Document("n", "a b c", {"ward": "A"}, answer=ANSWER, details=details, status=Status.FINISHED)
    assert import_losses(document) == {Lost.COMMENT: 1, Lost.ATTRIBUTE: 2}


def test_gold_becomes_a_document_with_annotators_and_origins() -> None:
    note = Note(NoteId(1), "n", "no pain", {"patient": "p"})
    here = (note.id, LayerId(1))
    annotations = (
        Annotation(AnnotationId(7), *here, (Span(0, 2),), "negation", "Ada"),
        Annotation(AnnotationId(5), *here, (Span(3, 7),), "problem", "Ada"),
    )
    relations = (Relation(RelationId(1), *here, AnnotationId(5), AnnotationId(7), "hasAttr"),)
    origins = {AnnotationId(5): "kiwi accepted"}
    gold = Gold(note, tokenize(note.text), annotations, relations, ITEMS[:1], False, origins)
    document = document_of(gold)
    assert [item.label for item in document.items] == ["negation", "problem"]
    assert document.relations == (SaidRelation(1, 0, "hasAttr"),)
    assert [detail.origin for detail in document.details] == ["", "kiwi accepted"]
    assert {detail.annotator for detail in document.details} == {"Ada"}
    assert (document.status, document.rejected, document.metadata) == (
        Status.STARTED,
        ITEMS[:1],
        {"patient": "p"},
    )
