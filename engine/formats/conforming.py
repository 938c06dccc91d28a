"""Conforming: a document's labels and relations brought to a label set, and what it lacks told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from engine.annotation.said import LabelledSpan, SaidRelation
from engine.formats.document import Document, Group, Tag, assemble, tags_of
from engine.formats.problem import Problems, counted
from engine.labels.label_set import LabelSet
from engine.text.span import Spans


@dataclass(slots=True)
class _Count:
    """What was met in one document."""

    unknown: Counter[str] = field(default_factory=Counter)
    illegal: Counter[tuple[str, str]] = field(default_factory=Counter)
    turned: int = 0
    twice: int = 0
    renamed: Counter[tuple[str, str]] = field(default_factory=Counter)
    relabelled: Counter[tuple[str, str]] = field(default_factory=Counter)


def conform(document: Document, labels: LabelSet, problems: Problems) -> Document:
    """Return the document with labels and relations of `labels` alone.

    Other spellings of its labels are taken for them.  A tag with a label that the set lacks is
    left out, and so is a relation that it does not allow; one that it allows the other way round
    is turned.  Of equal tags (same place, same label) one stays, with the relations of all.  All
    of it is told to `problems`, counted per document.
    """
    if document.answer is None:
        return document
    count = _Count()
    place: dict[int, int] = {}
    tags: list[Tag] = []
    equal: dict[tuple[Spans, str], int] = {}
    for index, tag in enumerate(tags_of(document)):
        said = _conformed(tag.said, labels, count)
        if said is None:
            continue
        first = equal.setdefault((said.spans, said.label), len(tags))
        place[index] = first
        if first == len(tags):
            tags.append(Tag(said, tag.detail))
        else:
            count.twice += 1
    relations: dict[tuple[int, int, str], SaidRelation] = {}
    for one in document.relations:
        legal = _legal(one, document, labels, count) if one.head in place and one.tail in place else None
        if legal is not None:
            moved = replace(legal, head=place[legal.head], tail=place[legal.tail])
            if moved.head == moved.tail:
                continue
            relations[moved.head, moved.tail, moved.label] = moved
    groups = (
        Group(one.label, tuple(dict.fromkeys(place[i] for i in one.members if i in place)))
        for one in document.groups
    )
    _tell(document, labels, count, problems)
    rejected = (_conformed(one, labels, _Count()) for one in document.rejected)
    kept = assemble(document, tags, list(relations.values()), (one for one in groups if len(one.members) > 1))
    return replace(kept, rejected=tuple(one for one in rejected if one is not None))


def _conformed(said: LabelledSpan, labels: LabelSet, count: _Count) -> LabelledSpan | None:
    name = labels.resolve(said.label)
    if name is None:
        count.unknown[said.label] += 1
        return None
    if name != said.label:
        count.renamed[said.label, name] += 1
        return replace(said, label=name)
    return said


def _legal(one: SaidRelation, document: Document, labels: LabelSet, count: _Count) -> SaidRelation | None:
    head, tail = (labels.resolve(document.items[i].label) or "" for i in (one.head, one.tail))
    straight = labels.relations(head, tail)
    if not straight:
        turned = labels.relations(tail, head)
        if not turned:
            count.illegal[head, tail] += 1
            return None
        count.turned += 1
        return replace(one, head=one.tail, tail=one.head, label=_closest(one.label, turned, count))
    return replace(one, label=_closest(one.label, straight, count))


def _closest(label: str, legal: tuple[str, ...], count: _Count) -> str:
    if label not in legal:
        count.relabelled[label, legal[0]] += 1
        return legal[0]
    return label


def _tell(document: Document, labels: LabelSet, count: _Count, problems: Problems) -> None:
    file = document.source or document.name
    for label, number in sorted(count.unknown.items()):
        problems.warn(
            file,
            f"The label set “{labels.title}” has no label “{label}”; {_tags(number)} left out.",
        )
    for (head, tail), number in sorted(count.illegal.items()):
        problems.warn(
            file,
            f"The label set “{labels.title}” does not join “{tail}” to “{head}”; "
            f"{_relations(number)} left out.",
        )
    for (seen, name), number in sorted(count.renamed.items()):
        problems.note(file, f"The label “{seen}” was read as “{name}” ({counted(number, 'time', 'times')}).")
    for (seen, name), number in sorted(count.relabelled.items()):
        problems.note(
            file, f"The relation “{seen}” was read as “{name}” ({counted(number, 'time', 'times')})."
        )
    if count.twice:
        problems.note(file, f"{_tags(count.twice)} there twice; each was read once.")
    if count.turned:
        problems.note(file, f"{_relations(count.turned)} read the other way round, as the label set has it.")


def _tags(number: int) -> str:
    return counted(number, "tag was", "tags were")


def _relations(number: int) -> str:
    return counted(number, "relation was", "relations were")
