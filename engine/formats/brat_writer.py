"""brat writer: documents as standoff annotations that brat itself can open."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from typing_extensions import override

from engine.formats.brat_reader import joined_at_line_breaks
from engine.formats.characters import LINE_BREAKS, one_line
from engine.formats.document import Document, Tag, assemble, bare, tags_of
from engine.formats.format import WriteOptions, Writer
from engine.formats.loss import Losses, Lost
from engine.formats.placing import NewFiles
from engine.labels.label_set import LabelSet
from engine.text.span import Span, Spans

_CARRIED = frozenset({Lost.COMMENT, Lost.ATTRIBUTE, Lost.REFERENCE, Lost.GROUP})
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9_-]")
_LINE = re.compile(f"[^{LINE_BREAKS}]+")
_GIVEN_ID = re.compile(r"T[1-9][0-9]*")


class BratWriter(Writer):
    """Writes ``note.txt``, ``note.ann`` (empty where there is no tag) and ``annotation.conf``.

    A tag that goes over a line break is written as one fragment per line, as brat does.
    """

    one_file_per_note = True

    def __init__(self, options: WriteOptions) -> None:
        self._labels = options.labels
        self._types: dict[str, None] = {}
        self._pairs: defaultdict[str, dict[tuple[str, str], None]] = defaultdict(dict)
        self._attributes: defaultdict[str, dict[str, None]] = defaultdict(dict)

    @override
    def carried(self, document: Document, losses: Losses) -> Document:
        bared = bare(document, losses, _CARRIED)
        place: dict[int, int] = {}
        tags: list[Tag] = []
        for index, tag in enumerate(tags_of(bared)):
            kept = _carried_tag(bared.text, tag, losses)
            if kept is not None:
                place[index] = len(tags)
                tags.append(kept)
        relations = {
            replace(one, head=place[one.head], tail=place[one.tail], label=_name(one.label)): None
            for one in bared.relations
            if one.head in place and one.tail in place
        }
        losses[Lost.RELATION] += len(bared.relations) - len(relations)
        groups = []
        for group in bared.groups:
            members = tuple(place[member] for member in dict.fromkeys(group.members) if member in place)
            if len(members) > 1:
                groups.append(replace(group, label=_name(group.label), members=members))
        losses[Lost.GROUP] += len(bared.groups) - len(groups)
        return assemble(bared, tags, list(relations), groups)

    @override
    def add(self, document: Document, original: Document, place: NewFiles) -> None:
        # A text that begins with a byte order mark of its own needs another one in front, which readers drop.
        mark = "\ufeff" if document.text.startswith("\ufeff") else ""
        place.write(f"{document.name}.txt", mark + document.text)
        place.write(f"{document.name}.ann", "".join(f"{line}\n" for line in self._lines(document)))

    @override
    def finish(self, place: NewFiles) -> None:
        place.write("annotation.conf", self._configuration())
        if self._labels is not None:
            place.write("visual.conf", _appearance(self._labels))

    def _lines(self, document: Document) -> Iterator[str]:
        ids = _ids(document)
        for own, item in zip(ids, document.items, strict=True):
            fragments = by_line(document.text, item.spans)
            places = ";".join(f"{span.start} {span.end}" for span in fragments)
            self._types[item.label] = None
            yield f"{own}\t{item.label} {places}\t{' '.join(span.of(document.text) for span in fragments)}"
        for number, one in enumerate(document.relations, start=1):
            pair = (document.items[one.head].label, document.items[one.tail].label)
            self._pairs[one.label][pair] = None
            yield f"R{number}\t{one.label} Arg1:{ids[one.head]} Arg2:{ids[one.tail]}"
        yield from self._sayings(document, ids)
        for group in document.groups:
            yield f"*\t{group.label} {' '.join(ids[member] for member in group.members)}"

    def _sayings(self, document: Document, ids: list[str]) -> Iterator[str]:
        attributes = references = comments = 0
        for own, detail in zip(ids, document.details, strict=False):
            for name, value in detail.attributes:
                attributes += 1
                self._attributes[name][value] = None
                yield f"A{attributes}\t{name} {own}" + (f" {value}" if value else "")
            for reference in detail.references:
                references += 1
                yield f"N{references}\tReference {own} {reference}"
            if detail.comment:
                comments += 1
                yield f"#{comments}\tAnnotatorNotes {own}\t{detail.comment}"

    def _configuration(self) -> str:
        types, pairs = dict(self._types), {name: dict(pairs) for name, pairs in self._pairs.items()}
        if self._labels is not None:
            types = {one.name: None for one in self._labels} | types
            for pair in self._labels.pairs:
                pairs.setdefault(pair.relation, {})[pair.head, pair.tail] = None
        lines = ["[entities]", *types, "", "[relations]"]
        for name, legal in sorted(pairs.items()):
            tails: defaultdict[str, dict[str, None]] = defaultdict(dict)
            for head, tail in legal:
                tails[head][tail] = None
            lines += [f"{name}\tArg1:{head}, Arg2:{'|'.join(sorted(tails[head]))}" for head in sorted(tails)]
        # Without this line brat reports each nested tag as an error.
        lines += ["<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>", "", "[events]", ""]
        lines.append("[attributes]")
        for name, values in sorted(self._attributes.items()):
            said = sorted(value for value in values if value)
            lines.append(f"{name}\tArg:<ENTITY>" + (f", Value:{'|'.join(said)}" if said else ""))
        return "\n".join(lines) + "\n"


def by_line(text: str, spans: Spans) -> Spans:
    """Return the fragments of `spans` that lie on one line each, without the line breaks; maybe none."""
    return tuple(
        Span(span.start + found.start(), span.start + found.end())
        for span in spans
        for found in _LINE.finditer(span.of(text))
    )


def _carried_tag(text: str, tag: Tag, losses: Losses) -> Tag | None:
    fragments = by_line(text, tag.said.spans)
    if not fragments:
        losses[Lost.BLANK] += 1
        return None
    spans = joined_at_line_breaks(text, fragments)
    if spans != tag.said.spans:
        joined = len(spans) < len(tag.said.spans)
        losses[Lost.JOINED if joined else Lost.TRIMMED] += 1
    label = _name(tag.said.label)
    losses[Lost.LABEL] += label != tag.said.label
    detail = tag.detail
    comment = " ".join(filter(None, (part.strip() for part in _LINE.findall(detail.comment))))
    losses[Lost.COMMENT_LINES] += comment != detail.comment
    attributes = tuple((_name(name), one_line(value)) for name, value in detail.attributes)
    losses[Lost.ATTRIBUTE] += attributes != detail.attributes
    references = tuple(one_line(reference) for reference in detail.references if reference.strip())
    losses[Lost.REFERENCE] += references != detail.references
    return Tag(
        replace(tag.said, spans=spans, label=label),
        replace(detail, comment=comment, attributes=attributes, references=references),
    )


def _name(label: str) -> str:
    return _NOT_A_NAME.sub("_", label) or "_"


def _ids(document: Document) -> list[str]:
    given = list(document.ids)
    if len(set(given)) == len(document.items) and all(map(_GIVEN_ID.fullmatch, given)):
        return given
    return [f"T{number}" for number in range(1, len(document.items) + 1)]


def _appearance(labels: LabelSet) -> str:
    """Return brat's ``visual.conf``: the titles and colours of the label set."""
    lines = ["[labels]", *(f"{one.name} | {one_line(one.title)}" for one in labels), "", "[drawing]"]
    lines += [f"{one.name}\tbgColor:{one.colour}" for one in labels]
    return "\n".join(lines) + "\n"
