"""brat reader: standoff annotations (``.txt`` with ``.ann``) into documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.annotation.said import Answer, LabelledSpan, SaidRelation
from engine.errors import InputError
from engine.formats.brat_lines import Lines, Mark, Saying, parse
from engine.formats.characters import LINE_BREAKS
from engine.formats.document import Detail, Document, Group, Tag, assemble
from engine.formats.format import ReadOptions
from engine.formats.offset_units import Unit, settle
from engine.formats.plain_text import read_text
from engine.formats.problem import Problems, counted
from engine.formats.walking import note_name, shown
from engine.text.decoding import decode
from engine.text.span import Span, Spans


class BratReader:
    """Reads ``note.txt`` with ``note.ann``; either may be given, the other is looked for beside it.

    Fragments that only a line break parts are one span: that is how brat writes a tag that
    goes over the end of a line.  Events are read as their triggers, with their roles as
    relations from the trigger.
    """

    def read(self, files: Sequence[Path], options: ReadOptions, problems: Problems) -> Iterator[Document]:
        """Yield one document per ``.txt``; see `Reader.read`."""
        for text_file in _text_files(files, options, problems):
            text = read_text(text_file, options, problems)
            if text is not None:
                yield self._read_one(text_file, text, options, problems)

    def _read_one(self, text_file: Path, text: str, options: ReadOptions, problems: Problems) -> Document:
        document = Document(note_name(text_file, options.root), text, source=shown(text_file, options.root))
        annotations = text_file.with_suffix(".ann")
        if not annotations.is_file():
            problems.note(
                document.source, "There is no .ann file beside this note; it was read without tags."
            )
            return document
        name = shown(annotations, options.root)
        try:
            content = _content(annotations)
        except InputError as failure:
            problems.warn(name, f"The tags of this note were left out. {failure}")
            return document
        return _Reading(document, name, problems).documented(parse(content, name, problems))


def _content(annotations: Path) -> str:
    try:
        raw = annotations.read_bytes()
    except OSError:
        raise InputError("The file cannot be read.") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return decode(raw).text


def _text_files(files: Sequence[Path], options: ReadOptions, problems: Problems) -> list[Path]:
    wanted: dict[Path, None] = {}
    for file in files:
        if file.suffix.lower() != ".ann":
            wanted[file] = None
            continue
        text_file = file.with_suffix(".txt")
        if text_file.is_file():
            wanted[text_file] = None
        else:
            problems.error(
                shown(file, options.root), f"The note itself, “{text_file.name}”, is not beside it."
            )
    return list(wanted)


@dataclass(slots=True)
class _Reading:
    """One ``.ann`` file on its way into a document."""

    document: Document
    file: str
    problems: Problems

    def documented(self, lines: Lines) -> Document:
        """Return the document with all that the lines say of it and that holds."""
        marks, spans = self._placed(lines.marks)
        details = self._details(lines, {mark.id for mark in marks})
        tags: list[Tag] = []
        index: dict[str, int] = {}
        for mark, place in zip(marks, spans, strict=True):
            again = mark.id in index
            if again:
                self._warn(
                    mark.line, f"The id “{mark.id}” is used twice; relations are joined to the first tag."
                )
            else:
                index[mark.id] = len(tags)
            detail = Detail() if again else details.get(mark.id, Detail(id=mark.id))
            tags.append(Tag(LabelledSpan(place, mark.label), detail))
        if lines.roles:
            said = counted(
                lines.roles,
                "role of an event was read as a relation",
                "roles of events were read as relations",
            )
            self.problems.note(self.file, f"{said}.")
        document = replace(self.document, answer=Answer())
        return assemble(document, tags, self._relations(lines, index), self._groups(lines, index))

    def _placed(self, marks: list[Mark]) -> tuple[list[Mark], list[Spans]]:
        unit, settled = settle(self.document.text, [mark.claim for mark in marks])
        if unit is not Unit.CODE_POINTS:
            self.problems.note(
                self.file, f"The offsets of this file count {unit.value}; they were converted."
            )
        good: list[Mark] = []
        places: list[Spans] = []
        for mark, spans in zip(marks, settled, strict=True):
            if spans is None:
                self._warn(mark.line, self._misplaced(mark))
            else:
                good.append(mark)
                places.append(joined_at_line_breaks(self.document.text, spans))
        return good, places

    def _misplaced(self, mark: Mark) -> str:
        places = ";".join(f"{start} {end}" for start, end in mark.claim.places)
        return (
            f"The tag {mark.id} at {places} does not match the text of the note "
            f"({len(self.document.text)} characters); it was left out."
        )

    def _relations(self, lines: Lines, index: dict[str, int]) -> list[SaidRelation]:
        relations: dict[SaidRelation, None] = {}
        again = 0
        for join in lines.joins:
            head, tail = index.get(lines.trigger(join.head)), index.get(lines.trigger(join.tail))
            if head is None or tail is None:
                self._warn(join.line, "A relation joins a tag that is not there; it was left out.")
            else:
                again += SaidRelation(head, tail, join.label) in relations
                relations[SaidRelation(head, tail, join.label)] = None
        if again:
            said = counted(again, "relation stands", "relations stand")
            self.problems.note(self.file, f"{said} there twice; each was read once.")
        return list(relations)

    def _groups(self, lines: Lines, index: dict[str, int]) -> list[Group]:
        groups = []
        for label, members, line in lines.groups:
            found = [index.get(lines.trigger(member)) for member in members]
            there = tuple(dict.fromkeys(place for place in found if place is not None))
            if None in found:
                self._warn(line, "A group names a tag that is not there; that member was left out.")
            if len(there) > 1:
                groups.append(Group(label, there))
        return groups

    def _details(self, lines: Lines, ids: set[str]) -> dict[str, Detail]:
        details: dict[str, Detail] = {}
        left_out: Counter[str] = Counter()
        for saying in lines.sayings:
            of = lines.trigger(saying.of)
            if of in ids:
                details[of] = _with(details.get(of, Detail(id=of)), saying)
            else:
                left_out[_KINDS[saying.kind]] += 1
        for kind, count in sorted(left_out.items()):
            said = counted(count, f"{kind} belongs", f"{kind}s belong")
            self.problems.warn(self.file, f"{said} to no tag of the note; left out.")
        return details

    def _warn(self, line: int, sentence: str) -> None:
        self.problems.warn(self.file, sentence, f"line {line}")


_KINDS = {"A": "attribute", "M": "attribute", "N": "concept reference", "#": "comment"}


def _with(detail: Detail, saying: Saying) -> Detail:
    if saying.kind == "#":
        comment = f"{detail.comment}\n{saying.value}" if detail.comment else saying.value
        return replace(detail, comment=comment)
    if saying.kind == "N":
        return replace(detail, references=(*detail.references, saying.value))
    return replace(detail, attributes=(*detail.attributes, (saying.name, saying.value)))


def joined_at_line_breaks(text: str, spans: Spans) -> Spans:
    """Return `spans` with those as one that are parted by nothing but line breaks."""
    joined = [spans[0]]
    for span in spans[1:]:
        gap = text[joined[-1].end : span.start]
        if gap and not gap.strip(LINE_BREAKS):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return tuple(joined)
