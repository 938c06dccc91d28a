"""Kiwi carried: what sentences with span tags can hold of a note, and on which lines it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from engine.annotation.said import SaidRelation
from engine.formats.document import Document, Tag, assemble, bare, keep_tags, relabelled, tags_of
from engine.formats.inline_spans import nesting
from engine.formats.loss import Losses, Lost
from engine.formats.parts import parts
from engine.labels.label_set import Kind, LabelSet
from engine.text.sentence import sentences
from engine.text.span import Span

RELATION = "hasAttr"
"""What joins a modifier to its entity in Kiwi's files, which have one relation only."""

_LONGEST_LINE = 4000
_NOT_A_CLASS = re.compile(r"[^\w.-]")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands: the lines, the entities of each line, the modifiers of each entity."""

    lines: list[Span]
    entities: list[list[int]]
    modifiers: dict[int, list[int]]

    @classmethod
    def of(cls, document: Document, labels: LabelSet | None) -> Layout:
        """Return the layout of a document whose tags are all of one fragment."""
        items = document.items
        lines = _lines(document.text, [item.hull for item in items])
        aside = modifiers_in(document, labels)
        entities: list[list[int]] = [[] for _ in lines]
        for index, item in enumerate(items):
            if index not in aside:
                entities[_line_of(lines, item.hull)].append(index)
        modifiers: defaultdict[int, list[int]] = defaultdict(list)
        for one in document.relations:
            modifiers[one.head].append(one.tail)
        return cls(lines, entities, modifiers)


def modifiers_in(document: Document, labels: LabelSet | None) -> set[int]:
    """Return the items that are modifiers: by the label set, or what is only ever a relation's tail."""
    if labels is not None:
        known = {one.name for one in labels if one.kind is Kind.MODIFIER}
        return {i for i, item in enumerate(document.items) if item.label in known}
    return {one.tail for one in document.relations} - {one.head for one in document.relations}


def carried(document: Document, labels: LabelSet | None, losses: Losses) -> Document:
    """Return what the format carries of `document`, counting what it does not.

    Entities that nest, each with those of its modifiers that stand on its line; of two that
    cross, the longer.
    """
    document = bare(document, losses)
    document = relabelled(document, lambda label: _NOT_A_CLASS.sub("_", label) or "_", losses)
    whole, fallen = keep_tags(document, lambda i: len(document.items[i].spans) == 1)
    losses[Lost.FRAGMENTS] += len(document.items) - len(whole.items)
    losses[Lost.RELATION] += fallen
    document = _renamed(whole, losses)
    aside = modifiers_in(document, labels)
    # What falls may have held two lines together, so look again until nothing does.
    while True:
        before = document
        document, aside = _step(document, aside, losses)
        if document == before:
            return document


def _renamed(document: Document, losses: Losses) -> Document:
    pairs = {(one.head, one.tail): one.label for one in document.relations}
    losses[Lost.RELATION] += len(document.relations) - len(pairs)
    losses[Lost.LABEL] += sum(label != RELATION for label in pairs.values())
    return assemble(document, tags_of(document), [SaidRelation(head, tail, RELATION) for head, tail in pairs])


def _step(document: Document, aside: set[int], losses: Losses) -> tuple[Document, set[int]]:
    items = document.items
    lines = _lines(document.text, [item.hull for item in items])
    line = [_line_of(lines, item.hull) for item in items]
    entities = _nested(document, [i for i in range(len(items)) if i not in aside], line)
    losses[Lost.OVERLAP] += len(items) - len(aside) - len(entities)
    twin = _twins(document, sorted(aside))
    losses[Lost.OVERLAP] += len(aside) - len(set(twin.values()))
    relations: set[tuple[int, int]] = set()
    tails: defaultdict[int, set[int]] = defaultdict(set)
    for one in document.relations:
        if one.head not in entities or one.tail not in aside:
            losses[Lost.RELATION] += 1
        elif line[one.head] != line[one.tail]:
            losses[Lost.ACROSS] += 1
        else:
            tails[one.head].add(twin[one.tail])
    for head, found in tails.items():
        ordered = sorted(found)
        kept = nesting([items[i].hull for i in ordered])
        losses[Lost.RELATION] += len(ordered) - len(kept)
        relations |= {(head, ordered[i]) for i in kept}
    joined = {tail for _, tail in relations}
    losses[Lost.ORPHAN] += len(set(twin.values()) - joined)
    stay = sorted(entities | joined)
    place = {old: new for new, old in enumerate(stay)}
    every = tags_of(document)
    tags: list[Tag] = [every[i] for i in stay]
    said = [SaidRelation(place[head], place[tail], RELATION) for head, tail in sorted(relations)]
    return assemble(document, tags, said), {place[i] for i in joined}


def _nested(document: Document, indices: Sequence[int], line: Sequence[int]) -> set[int]:
    by_line: defaultdict[int, list[int]] = defaultdict(list)
    for index in indices:
        by_line[line[index]].append(index)
    return {
        found[i]
        for found in by_line.values()
        for i in nesting([document.items[index].hull for index in found])
    }


def _twins(document: Document, indices: Sequence[int]) -> dict[int, int]:
    """Return for each modifier the first that stands at the same place with the same label."""
    first: dict[tuple[Span, str], int] = {}
    return {i: first.setdefault((document.items[i].hull, document.items[i].label), i) for i in indices}


def _lines(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return the sentences, put together where a span goes from one into the next or beyond.

    A sentence without an end in sight is cut between words: it is written once per entity.
    """
    lines: list[Span] = []
    for span in sorted([*sentences(text), *spans]):
        if lines and span.start < lines[-1].end:
            lines[-1] = Span(lines[-1].start, max(lines[-1].end, span.end))
        else:
            lines.append(span)
    if all(len(line) <= _LONGEST_LINE for line in lines):
        return lines
    return [part for line in lines for part in _cut(text, line, spans)]


def _cut(text: str, line: Span, spans: Sequence[Span]) -> list[Span]:
    if len(line) <= _LONGEST_LINE:
        return [line]
    whole = [span.shifted(-line.start) for span in spans if line.contains(span)]
    return [part.shifted(line.start) for part in parts(line.of(text), _LONGEST_LINE, whole)]


def _line_of(lines: Sequence[Span], span: Span) -> int:
    return bisect_right(lines, span.start, key=lambda line: line.start) - 1
