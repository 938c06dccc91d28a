"""Gold document: what a person stands behind in a note of a project, on its way into a file."""

from __future__ import annotations

from engine.annotation.annotation import Status
from engine.annotation.gold import Gold
from engine.annotation.said import Answer, LabelledSpan, SaidRelation
from engine.formats.document import Detail, Document, Tag, assemble


def document_of(gold: Gold) -> Document:
    """Return a note's annotations as a document, with their annotators, origins and refused suggestions.

    A note that is not finished has the status “started”: what is not annotated there may be unseen.
    """
    document = Document(
        gold.note.name,
        gold.note.text,
        gold.note.metadata,
        answer=Answer(),
        rejected=gold.rejected,
        status=Status.FINISHED if gold.finished else Status.STARTED,
    )
    tags = [
        Tag(
            LabelledSpan(one.spans, one.label),
            Detail(origin=gold.origins.get(one.id, ""), annotator=one.annotator),
        )
        for one in gold.annotations
    ]
    index = {one.id: place for place, one in enumerate(gold.annotations)}
    relations = [SaidRelation(index[one.head], index[one.tail], one.label) for one in gold.relations]
    return assemble(document, tags, relations)
