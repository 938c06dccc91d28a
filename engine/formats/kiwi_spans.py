"""Kiwi span tags: one sentence per line with its entities in it, one line per entity for its modifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

from typing_extensions import override

from engine.annotation.said import Answer, LabelledSpan, SaidRelation
from engine.errors import FormatError
from engine.formats import offsets_file
from engine.formats.csv_table import lines_of, opened, refusing
from engine.formats.document import Document, Tag, assemble
from engine.formats.format import ReadOptions, WriteOptions, Writer
from engine.formats.inline_spans import Line, marked, parsed
from engine.formats.kiwi_carried import RELATION, Layout, carried
from engine.formats.loss import Losses
from engine.formats.offsets_file import Pieces
from engine.formats.placing import NewFiles
from engine.formats.problem import Problems
from engine.formats.walking import note_name, shown
from engine.text.span import Span

SUFFIX = ".spans.txt"
_MODIFIERS = ".modifiers.tsv"
_HEADING = "line\tinput\toutput\n"
_END_MARK = re.compile(r"\s*<EOS>\s*$")


class KiwiSpansWriter(Writer):
    """Writes ``note.spans.txt``, ``note.modifiers.tsv`` and ``note.offsets.tsv``.

    The first has a sentence per line with its entities as ``<span class="problem">…</span>``.
    The second has a row per entity: the sentence with that entity alone, and the same with its
    modifiers alone.  One file each for all notes where a stem is given.
    """

    def __init__(self, options: WriteOptions) -> None:
        self._labels = options.labels
        self._stem = options.stem
        self.one_file_per_note = not options.stem
        self._files: tuple[TextIO, TextIO, TextIO] | None = None
        self._lines = 0

    @override
    def carried(self, document: Document, losses: Losses) -> Document:
        return carried(document, self._labels, losses)

    @override
    def add(self, document: Document, original: Document, place: NewFiles) -> None:
        layout = Layout.of(document, self._labels)
        if not self._stem:
            spans, modifiers, offsets = self._written(document, layout, 0)
            place.write(document.name + SUFFIX, spans)
            place.write(document.name + _MODIFIERS, _HEADING + modifiers)
            place.write(document.name + offsets_file.SUFFIX, offsets_file.heading() + offsets)
            return
        if self._files is None:
            names = (self._stem + suffix for suffix in (SUFFIX, _MODIFIERS, offsets_file.SUFFIX))
            first, second, third = map(place.open, names)
            self._files = (first, second, third)
            second.write(_HEADING)
            third.write(offsets_file.heading())
        for file, said in zip(self._files, self._written(document, layout, self._lines), strict=True):
            file.write(said)
        self._lines += len(layout.lines)

    @override
    def finish(self, place: NewFiles) -> None:
        """Nothing is written once: the files stand when the last note does."""

    def _written(self, document: Document, layout: Layout, before: int) -> tuple[str, str, str]:
        text, items = document.text, document.items
        spans, modifiers = [], []
        for number, line in enumerate(layout.lines):
            entities = layout.entities[number]
            tags = [(items[i].spans[0], items[i].label) for i in entities]
            spans.append(marked(text, line, tags) + "\n")
            for index, tag in zip(entities, tags, strict=True):
                said = [(items[i].spans[0], items[i].label) for i in layout.modifiers[index]]
                row = (str(before + number + 1), marked(text, line, [tag]), marked(text, line, said))
                modifiers.append("\t".join(row) + "\n")
        surfaces = [line.of(text) for line in layout.lines]
        offsets = offsets_file.section(document.name, text, layout.lines, surfaces)
        return "".join(spans), "".join(modifiers), offsets


@dataclass(slots=True)
class _Note:
    """One note on its way into a document: where its lines are in the file and in the text."""

    document: Document
    first: int
    lines: Sequence[Line]
    starts: Sequence[int]
    tags: list[Tag] = field(default_factory=list)
    relations: list[SaidRelation] = field(default_factory=list)
    _entities: dict[tuple[Span, str], list[int]] = field(default_factory=dict)
    _modifiers: dict[tuple[Span, str], int] = field(default_factory=dict)

    def take_lines(self) -> None:
        """Take the entities of all lines."""
        for start, line in zip(self.starts, self.lines, strict=True):
            for span, label in sorted(line.tags, key=lambda tag: (tag[0].start, -tag[0].end, tag[1])):
                moved = span.shifted(start)
                self._entities.setdefault((moved, label), []).append(len(self.tags))
                self.tags.append(Tag(LabelledSpan((moved,), label)))

    def take_row(self, number: int, entity: Line, modifiers: Line) -> bool:
        """Take one entity's modifiers; False where the row does not fit line `number`."""
        line, start = self.lines[number - self.first], self.starts[number - self.first]
        if line.text != entity.text or line.text != modifiers.text or len(entity.tags) != 1:
            return False
        span, label = entity.tags[0]
        heads = self._entities.get((span.shifted(start), label))
        if not heads:
            return False
        # Equal tags have equal rows: the next row is the next tag's.
        head = heads.pop(0)
        heads.append(head)
        for span, label in modifiers.tags:
            moved = span.shifted(start)
            tail = self._modifiers.setdefault((moved, label), len(self.tags))
            if tail == len(self.tags):
                self.tags.append(Tag(LabelledSpan((moved,), label)))
            self.relations.append(SaidRelation(head, tail, RELATION))
        return True

    def documented(self) -> Document:
        return assemble(self.document, self.tags, self.relations)


class KiwiSpansReader:
    """Reads sentences with span tags, ours or a model's; modifiers and exact text by our side files.

    Without a file of offsets the text is the lines as they stand, without the tags.
    """

    def read(self, files: Sequence[Path], options: ReadOptions, problems: Problems) -> Iterator[Document]:
        """Yield one document per note; see `Reader.read`."""
        for file in files:
            with refusing(shown(file, options.root), problems, alone=len(files) == 1):
                yield from self._documents(file, options, problems)

    def _documents(self, file: Path, options: ReadOptions, problems: Problems) -> Iterator[Document]:
        name = shown(file, options.root)
        with opened(file, options, problems) as raw:
            lines = [parsed(_END_MARK.sub("", line)) for line in lines_of(raw)]
        for number, line in enumerate(lines, start=1):
            if line.unbalanced:
                problems.warn(
                    name,
                    "A span tag of this line is not closed or not opened; it was left out.",
                    f"line {number}",
                )
            if line.empty:
                problems.warn(
                    name, "A span tag of this line holds nothing; it was left out.", f"line {number}"
                )
        stem = _stem(file)
        document = Document(note_name(file, options.root, SUFFIX), "", answer=Answer(), source=name)
        notes = list(_notes(document, lines, file.with_name(stem + offsets_file.SUFFIX), problems))
        for note in notes:
            note.take_lines()
        _take_modifiers(notes, file.with_name(stem + _MODIFIERS), problems, options)
        for note in notes:
            yield note.documented()


def _stem(file: Path) -> str:
    return file.name[: -len(SUFFIX)] if file.name.lower().endswith(SUFFIX) else file.stem


def _notes(document: Document, lines: list[Line], beside: Path, problems: Problems) -> Iterator[_Note]:
    if beside.is_file():
        try:
            yield from _exact(document, lines, offsets_file.read(beside))
        except FormatError as failure:
            problems.note(document.source, f"{failure} The text was put together from the lines.")
        else:
            return
    else:
        problems.note(
            document.source, "There is no file of offsets beside it: the text is its lines as they stand."
        )
    starts, done = [], 0
    for line in lines:
        starts.append(done)
        done += len(line.text) + 1
    text = "".join(f"{line.text}\n" for line in lines)
    if text.strip():
        yield _Note(replace(document, text=text), 1, lines, starts)


def _exact(document: Document, lines: list[Line], found: list[Pieces]) -> list[_Note]:
    notes, first = [], 0
    for pieces in found:
        own = lines[first : first + len(pieces.pieces)]
        text = pieces.text([line.text for line in own])
        starts = [piece.span.start for piece in pieces.pieces]
        notes.append(_Note(replace(document, name=pieces.name, text=text), first + 1, own, starts))
        first += len(pieces.pieces)
    if first != len(lines):
        raise FormatError("It does not hold as many lines as the file of offsets beside it.")
    return notes


def _take_modifiers(notes: list[_Note], beside: Path, problems: Problems, options: ReadOptions) -> None:
    if not beside.is_file():
        return
    name = shown(beside, options.root)
    by_line = {note.first + number: note for note in notes for number in range(len(note.lines))}
    with opened(beside, options, problems) as rows:
        for number, row in enumerate(lines_of(rows), start=1):
            if number == 1 or not row:
                continue
            cells = row.split("\t")
            line = int(cells[0]) if cells[0].isdecimal() else 0
            note = by_line.get(line)
            if len(cells) != 3 or note is None or not note.take_row(line, *map(parsed, cells[1:])):  # noqa: PLR2004
                problems.warn(name, "This row fits no entity of its line; it was left out.", f"line {number}")
