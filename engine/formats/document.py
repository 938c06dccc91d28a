"""Document: one note as a file carries it, with all that the file says of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from engine.annotation.annotation import Status
from engine.annotation.said import Alignment, Answer, LabelledSpan, SaidRelation, answer
from engine.formats.loss import Losses, Lost


@dataclass(frozen=True, slots=True)
class Detail:
    """What a file says of one tag beyond its place and its label.

    `id` is the tag's name inside the file; `origin` what made it (a tagger with its
    hash, “import”, empty for a person); `attributes` are (name, value) with an empty
    value for a bare mark; `references` point into vocabularies.
    """

    id: str = ""
    origin: str = ""
    annotator: str = ""
    comment: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Tags (indices into the answer's items) that a file puts together without a direction."""

    label: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One note of a file.

    `answer` is None where the file says nothing of tags, and empty where it says that
    there are none.  `details` is empty or has one entry per item of the answer, in the
    same order.  `rejected` are suggestions that a person refused.  `source` is the file
    as the user named it; it takes no part in comparisons.

    Raises:
        ValueError: `details` and the items differ in number.
        OffsetError: a tag lies outside the text.
    """

    name: str
    text: str = field(repr=False)
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)
    answer: Answer | None = field(default=None, repr=False)
    details: tuple[Detail, ...] = field(default=(), repr=False)
    groups: tuple[Group, ...] = field(default=(), repr=False)
    rejected: tuple[LabelledSpan, ...] = field(default=(), repr=False)
    status: Status | None = None
    source: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.answer is not None:
            self.answer.checked(self.text)
        if self.details and len(self.details) != len(self.items):
            raise ValueError(f"{len(self.details)} details for {len(self.items)} tags")

    @property
    def items(self) -> tuple[LabelledSpan, ...]:
        """The tags, sorted; none where the file says nothing."""
        return self.answer.items if self.answer is not None else ()

    @property
    def relations(self) -> tuple[SaidRelation, ...]:
        """The relations between the tags."""
        return self.answer.relations if self.answer is not None else ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The tags' names inside the file, in the order of the items; empty where unknown."""
        return tuple(detail.id for detail in self.details)

    def detail(self, index: int) -> Detail:
        """Return the detail of item `index`; an empty one where the file gives none."""
        return self.details[index] if self.details else Detail()


@dataclass(frozen=True, slots=True)
class Tag:
    """One item with its detail, on its way into a document."""

    said: LabelledSpan
    detail: Detail = Detail()


def assemble(
    document: Document,
    tags: list[Tag],
    relations: list[SaidRelation],
    groups: Iterable[Group] = (),
) -> Document:
    """Return `document` saying `tags` in their order, joined by `relations` (indices into `tags`)."""
    order = sorted(
        range(len(tags)),
        key=lambda i: (tags[i].said.spans[0].start, -tags[i].said.hull.end, tags[i].said.label, i),
    )
    place = {old: new for new, old in enumerate(order)}
    unplaced = document.answer.unplaced if document.answer is not None else ()
    details = tuple(tags[i].detail for i in order)
    return replace(
        document,
        answer=answer([tag.said for tag in tags], relations, list(unplaced)),
        details=details if any(detail != Detail() for detail in details) else (),
        groups=tuple(
            Group(group.label, tuple(place[member] for member in group.members)) for group in groups
        ),
    )


def tags_of(document: Document) -> list[Tag]:
    """Return the document's items with their details."""
    return [Tag(item, document.detail(i)) for i, item in enumerate(document.items)]


def keep_tags(document: Document, wanted: Callable[[int], bool]) -> tuple[Document, int]:
    """Return the document with the items that `wanted` (by index) keeps, and how many relations fell.

    A relation or a group member falls with its item.
    """
    place: dict[int, int] = {}
    tags: list[Tag] = []
    for index, tag in enumerate(tags_of(document)):
        if wanted(index):
            place[index] = len(tags)
            tags.append(tag)
    if len(tags) == len(document.items):
        return document, 0
    relations = [
        replace(one, head=place[one.head], tail=place[one.tail])
        for one in document.relations
        if one.head in place and one.tail in place
    ]
    groups = (
        Group(group.label, tuple(place[member] for member in group.members if member in place))
        for group in document.groups
    )
    kept = assemble(document, tags, relations, (group for group in groups if len(group.members) > 1))
    return kept, len(document.relations) - len(relations)


def relabelled(document: Document, name: Callable[[str], str], losses: Losses) -> Document:
    """Return the document with each label spelt as `name` has it, counting those that change."""
    tags = [Tag(replace(tag.said, label=name(tag.said.label)), tag.detail) for tag in tags_of(document)]
    changed = sum(tag.said.label != item.label for tag, item in zip(tags, document.items, strict=True))
    if not changed:
        return document
    losses[Lost.LABEL] += changed
    return assemble(document, tags, list(document.relations), document.groups)


def only_labels(document: Document, labels: frozenset[str]) -> Document:
    """Return the document with tags of `labels` alone; every tag where `labels` is empty."""
    if not labels:
        return document
    kept, _ = keep_tags(document, lambda index: document.items[index].label in labels)
    return replace(kept, rejected=tuple(one for one in kept.rejected if one.label in labels))


def bare(document: Document, losses: Losses, keep: frozenset[Lost] = frozenset()) -> Document:
    """Return `document` without what most formats cannot carry, counting into `losses` what falls.

    `keep` names what this format does carry of: scores, alignments, origins, annotators,
    comments, attributes, references, groups, rejected, unplaced, metadata, status.
    Places, labels and relations stay as they are.
    """
    losses.update(_side_losses(document, keep))
    items = tuple(_bare_item(item, keep) for item in document.items)
    relations = tuple(
        one if Lost.SCORE in keep else SaidRelation(one.head, one.tail, one.label)
        for one in document.relations
    )
    unplaced = document.answer.unplaced if document.answer and Lost.UNPLACED in keep else ()
    details = tuple(_bare_detail(detail, keep) for detail in document.details)
    return replace(
        document,
        metadata=document.metadata if Lost.METADATA in keep else {},
        answer=Answer(items, relations, unplaced),
        details=details if any(replace(detail, id="") != Detail() for detail in details) else (),
        groups=document.groups if Lost.GROUP in keep else (),
        rejected=document.rejected if Lost.REJECTED in keep else (),
        status=document.status if Lost.STATUS in keep else None,
    )


def import_losses(document: Document) -> Losses:
    """Return what a project cannot keep of a document that was read, counted."""
    kept = frozenset({Lost.SCORE, Lost.ALIGNMENT, Lost.ORIGIN, Lost.METADATA, Lost.UNPLACED})
    return Losses({kind: n for kind, n in _side_losses(document, kept).items() if kind is not Lost.STATUS})


def _bare_item(item: LabelledSpan, keep: frozenset[Lost]) -> LabelledSpan:
    scored = item if Lost.SCORE in keep else LabelledSpan(item.spans, item.label, alignment=item.alignment)
    how = item.alignment if Lost.ALIGNMENT in keep else Alignment.EXACT
    return replace(scored, alignment=how, stage=item.stage if Lost.ORIGIN in keep else None)


def _bare_detail(detail: Detail, keep: frozenset[Lost]) -> Detail:
    return Detail(
        id=detail.id,
        origin=detail.origin if Lost.ORIGIN in keep else "",
        annotator=detail.annotator if Lost.ANNOTATOR in keep else "",
        comment=detail.comment if Lost.COMMENT in keep else "",
        attributes=detail.attributes if Lost.ATTRIBUTE in keep else (),
        references=detail.references if Lost.REFERENCE in keep else (),
    )


def _scored(item: LabelledSpan) -> bool:
    return item.score != 1.0 or any(
        margin is not None for margin in (item.open_margin, item.label_margin, item.close_margin)
    )


def _side_losses(document: Document, keep: frozenset[Lost]) -> Losses:
    details, items = document.details, document.items
    found = Losses(
        {
            Lost.SCORE: sum(map(_scored, items)) + sum(one.score != 1.0 for one in document.relations),
            Lost.ALIGNMENT: sum(item.alignment is not Alignment.EXACT for item in items),
            Lost.ORIGIN: sum(bool(detail.origin) for detail in details)
            + sum(bool(one.stage) for one in items),
            Lost.ANNOTATOR: sum(bool(detail.annotator) for detail in details),
            Lost.COMMENT: sum(bool(detail.comment) for detail in details),
            Lost.ATTRIBUTE: sum(len(detail.attributes) for detail in details),
            Lost.REFERENCE: sum(len(detail.references) for detail in details),
            Lost.GROUP: len(document.groups),
            Lost.REJECTED: len(document.rejected),
            Lost.UNPLACED: len(document.answer.unplaced) if document.answer is not None else 0,
            Lost.METADATA: bool(document.metadata),
            Lost.STATUS: document.status is not None,
        }
    )
    return Losses({kind: int(count) for kind, count in found.items() if count and kind not in keep})


def digest(document: Document) -> str:
    """Return a hash of all that the document says; ids and the order of equal tags take no part.

    Two documents with the same digest hold the same text, tags, relations and details.
    """
    keys = [
        repr((_item_key(item), replace(document.detail(i), id=""))) for i, item in enumerate(document.items)
    ]
    said = (
        document.name,
        document.text,
        sorted(document.metadata.items()),
        sorted(keys),
        sorted((keys[one.head], keys[one.tail], one.label, float(one.score)) for one in document.relations),
        sorted((group.label, sorted(keys[i] for i in group.members)) for group in document.groups),
        sorted(repr(_item_key(item)) for item in document.rejected),
        sorted(repr(one) for one in (document.answer.unplaced if document.answer else ())),
        document.status,
    )
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()


def _item_key(item: LabelledSpan) -> tuple[object, ...]:
    spans = tuple((span.start, span.end) for span in item.spans)
    margins = (item.open_margin, item.label_margin, item.close_margin)
    return (spans, item.label, float(item.score), item.alignment.value, margins, item.stage)
