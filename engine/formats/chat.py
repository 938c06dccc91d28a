"""Chat JSON lines: the note as the question, its tags as the answer, for fine-tuning language models."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TextIO

from typing_extensions import override

from engine.annotation.annotation import Status
from engine.annotation.said import Answer, LabelledSpan, SaidRelation
from engine.errors import FormatError
from engine.formats.csv_table import lines_of, opened, refusing
from engine.formats.document import Document, Tag, assemble, bare, keep_tags
from engine.formats.format import ReadOptions, WriteOptions, Writer
from engine.formats.jsonl import json_line
from engine.formats.loss import Losses, Lost
from engine.formats.parts import parts
from engine.formats.placing import NewFiles
from engine.formats.problem import Problems
from engine.formats.walking import shown
from engine.labels.label_set import LabelSet
from engine.text.span import Span

_TASK = (
    "Extract the entities of the clinical note, and the relations between them. Answer with JSON only: "
    '{"entities":[{"type":…,"text":…}],"relations":[{"type":…,"head":…,"tail":…}]}. '
    "Copy each text exactly as it stands in the note, and list entities in order of appearance. "
    "Where several entities have the same text, head_nth and tail_nth tell which one is meant, "
    "counted from 1."
)


class ChatWriter(Writer):
    """Writes ``{"messages": [system, user, assistant], "source": {…}}`` per note or part of a note.

    The answer is compact JSON.  Notes longer than `part_characters` are cut at sections or
    sentences; ``source`` records the note, the part and its characters.  Notes without tags are
    written with an empty answer: a model must learn those too.
    """

    one_file_per_note = False

    def __init__(self, options: WriteOptions) -> None:
        self._name = f"{options.stem or 'train'}.jsonl"
        self._longest = options.part_characters
        self._system = {"role": "system", "content": instruction(options.labels)}
        self._file: TextIO | None = None

    @override
    def carried(self, document: Document, losses: Losses) -> Document:
        """Return the document with each tag where its words are found again, in order."""
        text = document.text
        document = bare(document, losses)
        document = _copyable(document, losses)
        tags: list[Tag] = []
        place: dict[int, int] = {}
        pieces = self._pieces(document)
        for piece in pieces:
            for index, span in zip(piece.items, _found(text, piece, document), strict=True):
                item = document.items[index]
                losses[Lost.REPEATED] += item.spans != (span,)
                place[index] = len(tags)
                tags.append(Tag(LabelledSpan((span,), item.label)))
        kept = {one for piece in pieces for one in piece.relations}
        losses[Lost.ACROSS] += len(document.relations) - len(kept)
        relations = [
            SaidRelation(
                place[document.relations[i].head],
                place[document.relations[i].tail],
                document.relations[i].label,
            )
            for i in sorted(kept)
        ]
        return assemble(document, tags, relations)

    @override
    def add(self, document: Document, original: Document, place: NewFiles) -> None:
        if self._file is None:
            self._file = place.open(self._name)
        copied = _copyable(bare(original, Losses()), Losses())
        pieces = self._pieces(copied)
        for number, piece in enumerate(pieces, start=1):
            record: dict[str, object] = {
                "messages": [
                    self._system,
                    {"role": "user", "content": piece.span.of(original.text)},
                    {"role": "assistant", "content": _answer(copied, piece)},
                ],
                "source": {
                    "note": original.name,
                    "part": number,
                    "parts": len(pieces),
                    "start": piece.span.start,
                    "end": piece.span.end,
                    "partial": original.status not in {None, Status.FINISHED},
                },
            }
            self._file.write(json_line(record))

    @override
    def finish(self, place: NewFiles) -> None:
        if self._file is None:
            place.write(self._name, "")

    def _pieces(self, document: Document) -> list[_Piece]:
        spans = parts(document.text, self._longest, [item.hull for item in document.items])
        pieces = [_Piece(span, [], []) for span in spans]
        home: dict[int, int] = {}
        number = 0
        for index, item in enumerate(document.items):
            while item.hull.start >= spans[number].end:
                number += 1
            home[index] = number
            pieces[number].items.append(index)
        for index, one in enumerate(document.relations):
            if home[one.head] == home[one.tail]:
                pieces[home[one.head]].relations.append(index)
        return pieces


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a note, with the indices of the items and relations that lie in it, in order."""

    span: Span
    items: list[int]
    relations: list[int]


def instruction(labels: LabelSet | None) -> str:
    """Return what the system message says: the task, and the types with their definitions."""
    if labels is None:
        return _TASK
    types = "\n".join(f"{one.name}: {one.definition}" for one in labels)
    legal = "; ".join(f"{pair.relation}({pair.head}, {pair.tail})" for pair in labels.pairs)
    return f"{_TASK}\nThe types are:\n{types}" + (f"\nThe relations are: {legal}" if legal else "")


def _copyable(document: Document, losses: Losses) -> Document:
    """Return the document without tags that a list of copied words cannot tell apart."""
    whole, fallen = keep_tags(document, lambda i: len(document.items[i].spans) == 1)
    losses[Lost.FRAGMENTS] += len(document.items) - len(whole.items)
    first: dict[Span, int] = {}
    for index, item in enumerate(whole.items):
        first.setdefault(item.hull, index)
    single, more = keep_tags(whole, lambda i: first[whole.items[i].hull] == i)
    losses[Lost.OVERLAP] += len(whole.items) - len(single.items)
    losses[Lost.RELATION] += fallen + more
    pairs = {(one.head, one.tail, one.label): one for one in single.relations}
    losses[Lost.RELATION] += len(single.relations) - len(pairs)
    return replace(single, answer=replace(single.answer or Answer(), relations=tuple(pairs.values())))


def _found(text: str, piece: _Piece, document: Document) -> Iterator[Span]:
    yield from located(text, piece.span, [document.items[i].hull.of(text) for i in piece.items])


def located(text: str, within: Span, surfaces: Sequence[str]) -> list[Span]:
    """Return where words listed in order of appearance stand: each at the first place that is left.

    Raises:
        FormatError: some stand nowhere.
    """
    taken: set[Span] = set()
    spans: list[Span] = []
    start = within.start
    for surface in surfaces:
        at = text.find(surface, start, within.end) if surface else -1
        while at >= 0 and Span(at, at + len(surface)) in taken:
            at = text.find(surface, at + 1, within.end)
        if at < 0:
            raise FormatError("An entity of the answer does not stand in the note.")
        spans.append(Span(at, at + len(surface)))
        taken.add(spans[-1])
        start = at
    return spans


def _answer(document: Document, piece: _Piece) -> str:
    surfaces = {index: document.items[index].hull.of(document.text) for index in piece.items}
    same: defaultdict[str, list[int]] = defaultdict(list)
    for index in piece.items:
        same[surfaces[index]].append(index)

    def end(role: str, index: int) -> dict[str, object]:
        twins = same[surfaces[index]]
        said: dict[str, object] = {role: surfaces[index]}
        return said | ({f"{role}_nth": twins.index(index) + 1} if len(twins) > 1 else {})

    entities = [{"type": document.items[index].label, "text": surfaces[index]} for index in piece.items]
    relations = [
        {"type": one.label, **end("head", one.head), **end("tail", one.tail)}
        for one in (document.relations[i] for i in piece.relations)
    ]
    return json.dumps(
        {"entities": entities, "relations": relations}, ensure_ascii=False, separators=(",", ":")
    )


class ChatReader:
    """Reads what the writer wrote, to check it; words are found again in order of appearance."""

    def read(self, files: Sequence[Path], options: ReadOptions, problems: Problems) -> Iterator[Document]:
        """Yield one document per note, its parts put together; see `Reader.read`."""
        for file in files:
            name = shown(file, options.root)
            with refusing(name, problems, alone=len(files) == 1), opened(file, options, problems) as lines:
                rows = (_row(line, number) for number, line in enumerate(lines_of(lines), start=1) if line)
                for note, group in groupby(rows, key=lambda row: row.note):
                    yield _document(note, list(group))


@dataclass(frozen=True, slots=True)
class _Row:
    """One line: a part of a note and the answer to it."""

    note: str
    text: str
    answer: Mapping[str, list[Mapping[str, object]]]


def _row(line: str, number: int) -> _Row:
    try:
        record = json.loads(line)
        _, user, assistant = record["messages"]
        answer = json.loads(assistant["content"])
        answer["entities"], answer["relations"]
        return _Row(record["source"]["note"], user["content"], answer)
    except (ValueError, KeyError, TypeError):
        raise FormatError(
            f"Line {number} is not a chat with a source, as this program writes them."
        ) from None


def _document(note: str, rows: list[_Row]) -> Document:
    text = "".join(row.text for row in rows)
    tags: list[Tag] = []
    relations: list[SaidRelation] = []
    start = 0
    for row in rows:
        within = Span(start, start + len(row.text))
        entities = row.answer["entities"]
        surfaces = [str(one["text"]) for one in entities]
        first = len(tags)
        for one, span in zip(entities, located(text, within, surfaces), strict=True):
            tags.append(Tag(LabelledSpan((span,), str(one["type"]))))
        for one in row.answer["relations"]:
            head, tail = (first + _nth(one, role, surfaces) for role in ("head", "tail"))
            relations.append(SaidRelation(head, tail, str(one["type"])))
        start = within.end
    return assemble(Document(note, text, answer=Answer()), tags, relations)


def _nth(one: Mapping[str, object], role: str, surfaces: Sequence[str]) -> int:
    twins = [index for index, surface in enumerate(surfaces) if surface == one[role]]
    nth = one.get(f"{role}_nth", 1)
    if isinstance(nth, int) and 0 < nth <= len(twins):
        return twins[nth - 1]
    raise FormatError("A relation of the answer joins an entity that is not listed.")
