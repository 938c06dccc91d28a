"""JSON lines: one note per line with its tags; our own form carries everything, both ways."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from typing_extensions import override

from engine.annotation.said import Answer, LabelledSpan, SaidRelation
from engine.errors import InputError
from engine.formats.characters import REPLACED, cleaned
from engine.formats.csv_table import lines_of, opened, refusing
from engine.formats.document import Detail, Document, Group, Tag, assemble
from engine.formats.format import ReadOptions, WriteOptions, Writer
from engine.formats.jsonl_items import (
    ClaimedTag,
    as_list,
    as_objects,
    claimed_tag,
    item_record,
    score_of,
    status_in,
    unplaced_in,
    unplaced_records,
)
from engine.formats.loss import Losses
from engine.formats.offset_units import Unit, settle
from engine.formats.placing import NewFiles
from engine.formats.problem import Problems, counted
from engine.formats.table import LONGEST_METADATA, metadata_key
from engine.formats.walking import note_name, shown
from engine.text.note import text_hash
from engine.text.span import Spans

_FORMAT = "tagwell"
_VERSION = 1
_ITEM_KEYS = ("entities", "spans", "labels", "label")
_TEXT_KEYS = ("text", "note", "note_text", "content", "body", "data", "document")
_NAME_KEYS = ("name", "note_id", "id", "doc_id", "document_id", "note_name")
_NOT_METADATA = frozenset({"format", "version", "sha256", "status", "relations", *_ITEM_KEYS, *_NAME_KEYS})


class JsonlWriter(Writer):
    """Writes one line per note with everything we know of it.

    ``{"format": "tagwell", "version": 1, "name", "text", "sha256", "metadata", "status",
    "entities": [{"id", "start", "end", "label", …}], "relations": [{"head", "tail", "label"}], …}``;
    offsets count characters, ends are exclusive; a discontinuous tag has ``spans`` besides.
    What is empty or as usual is not written.
    """

    one_file_per_note = False

    def __init__(self, options: WriteOptions) -> None:
        self._name = f"{options.stem or 'notes'}.jsonl"
        self._file: TextIO | None = None

    @override
    def carried(self, document: Document, losses: Losses) -> Document:
        return document

    @override
    def add(self, document: Document, original: Document, place: NewFiles) -> None:
        if self._file is None:
            self._file = place.open(self._name)
        self._file.write(json_line(as_record(document)))

    @override
    def finish(self, place: NewFiles) -> None:
        if self._file is None:
            place.write(self._name, "")


def json_line(record: Mapping[str, object]) -> str:
    """Return an object as one line, compact, its letters as they are."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


def as_record(document: Document) -> dict[str, object]:
    """Return the document as the object of its line."""
    ids = _ids(document)
    record: dict[str, object] = {
        "format": _FORMAT,
        "version": _VERSION,
        "name": document.name,
        "text": document.text,
        "sha256": text_hash(document.text),
        "metadata": dict(document.metadata),
        "status": document.status.value if document.status is not None else None,
    }
    if document.answer is not None:
        record["entities"] = [
            item_record(own, item, document.detail(i), document.text)
            for i, (own, item) in enumerate(zip(ids, document.items, strict=True))
        ]
        record["relations"] = [
            {"head": ids[one.head], "tail": ids[one.tail], "label": one.label}
            | ({"score": one.score} if one.score != 1.0 else {})
            for one in document.relations
        ]
        record["unplaced"] = unplaced_records(document.answer.unplaced)
    record["groups"] = [
        {"label": group.label, "members": [ids[i] for i in group.members]} for group in document.groups
    ]
    record["rejected"] = [item_record("", item, Detail(), document.text) for item in document.rejected]
    kept = {"entities", "name", "text"}
    return {key: value for key, value in record.items() if value or key in kept}


def _ids(document: Document) -> list[str]:
    given = list(document.ids)
    if given and all(given) and len(set(given)) == len(given):
        return given
    return [f"T{number}" for number in range(1, len(document.items) + 1)]


class JsonlReader:
    """Reads our own lines, and others that have a text and perhaps tags with offsets.

    Of others: ``entities``, ``spans``, ``labels`` or ``label`` as ``[start, end, label]`` or as
    objects, and relations by ids; all other plain values become metadata.
    """

    def read(self, files: Sequence[Path], options: ReadOptions, problems: Problems) -> Iterator[Document]:
        """Yield one document per line; see `Reader.read`."""
        for file in files:
            name = shown(file, options.root)
            with refusing(name, problems, alone=len(files) == 1), opened(file, options, problems) as lines:
                for number, line in enumerate(lines_of(lines), start=1):
                    if not line.strip():
                        continue
                    reading = _Line(note_name(file, options.root), name, number, problems)
                    try:
                        yield reading.document(line, options)
                    except InputError as failure:
                        problems.error(name, f"{failure} The line was left out.", f"line {number}")


@dataclass(slots=True)
class _Line:
    """One line on its way into a document."""

    stem: str
    file: str
    number: int
    problems: Problems

    def document(self, line: str, options: ReadOptions) -> Document:
        """Return the document of this line.

        Raises:
            InputError: it holds no note, or one that was changed.
        """
        record = _object(line)
        ours = record.get("format") == _FORMAT
        if ours and isinstance(version := record.get("version"), int) and version > _VERSION:
            raise InputError("This line was written by a newer version of the program.")
        column = options.column or next((key for key in _TEXT_KEYS if key in record), _TEXT_KEYS[0])
        text = self._text(record, column)
        if ours and record.get("sha256", text_hash(text)) != text_hash(text):
            raise InputError("The text of this note was changed after the line was written.")
        document = Document(
            self._name(record, options),
            text,
            self._metadata(record, options, column),
            status=status_in(record.get("status")) if ours else None,
            source=f"{self.file}, line {self.number}",
        )
        return self._tagged(document, record)

    def _text(self, record: Mapping[str, object], column: str) -> str:
        value = record.get(column)
        if column in record and not isinstance(value, str):
            raise InputError(f"What is called “{cleaned(column)[0][:60]}” in this line is not a text.")
        if not isinstance(value, str):
            keys = ", ".join(f"“{cleaned(key)[0][:60]}”" for key in list(record)[:20])
            raise InputError(f"There is no text called “{column}” in this line; it has {keys or 'nothing'}.")
        text, replaced = cleaned(value)
        if not text.strip():
            raise InputError("The note in this line is empty.")
        if replaced:
            self._note(REPLACED.format(counted(replaced, "character", "characters")))
        return text

    def _name(self, record: Mapping[str, object], options: ReadOptions) -> str:
        keys = [options.id_column] if options.id_column else _NAME_KEYS
        found = next((str(record[key]) for key in keys if isinstance(record.get(key), str | int)), "")
        return cleaned(found)[0] or f"{self.stem}-{self.number:04d}"

    def _metadata(self, record: Mapping[str, object], options: ReadOptions, column: str) -> dict[str, str]:
        inner = [record[key] for key in ("metadata", "meta") if isinstance(record.get(key), dict)]
        if record.get("format") == _FORMAT:
            return {key: str(value) for one in inner for key, value in _object_of(one).items()}
        found: dict[str, str] = {}
        for one in (*inner, record):
            for key, value in _object_of(one).items():
                said = cleaned(str(value))[0] if isinstance(value, str | int | float) else ""
                if not said or key == column or (one is record and key in _NOT_METADATA):
                    continue
                if len(said) > LONGEST_METADATA or "\n" in said:
                    self._note(
                        f"“{cleaned(key)[0][:60]}” holds a long text, which was not kept beside the note."
                    )
                else:
                    found[metadata_key(key, options)] = said
        return found

    def _tagged(self, document: Document, record: Mapping[str, object]) -> Document:
        items = next((record[key] for key in _ITEM_KEYS if isinstance(record.get(key), list)), None)
        if items is None:
            return document
        tags: list[Tag] = []
        index: dict[str, int] = {}
        for one, said in self._placed(document.text, items):
            if one.detail.id:
                index.setdefault(one.detail.id, len(tags))
            tags.append(Tag(said, one.detail))
        rejected = tuple(said for _, said in self._placed(document.text, record.get("rejected")))
        answer = Answer(unplaced=tuple(unplaced_in(record.get("unplaced"))))
        document = replace(document, answer=answer, rejected=rejected)
        return assemble(document, tags, list(self._relations(record, index)), self._groups(record, index))

    def _placed(self, text: str, items: object) -> Iterator[tuple[ClaimedTag, LabelledSpan]]:
        claimed: list[ClaimedTag] = []
        for one in as_list(items):
            try:
                claimed.append(claimed_tag(one))
            except ValueError:
                self._warn("A tag lacks its place or its label; it was left out.")
        for tag, spans in zip(claimed, self._settled(text, claimed), strict=True):
            if spans is None:
                places = "; ".join(f"{start} to {end}" for start, end in tag.claim.places)
                self._warn(f"The tag at {places} does not match the text; it was left out.")
            else:
                yield tag, tag.at(spans)

    def _settled(self, text: str, claimed: list[ClaimedTag]) -> list[Spans | None]:
        unit, places = settle(text, [one.claim for one in claimed])
        if unit is not Unit.CODE_POINTS:
            self._note(f"The offsets of this line count {unit.value}; they were converted.")
        return places

    def _relations(self, record: Mapping[str, object], index: Mapping[str, int]) -> Iterator[SaidRelation]:
        for one in as_objects(record.get("relations")):
            head = index.get(str(one.get("head", one.get("from_id"))))
            tail = index.get(str(one.get("tail", one.get("to_id"))))
            if head is None or tail is None:
                self._warn("A relation joins a tag that is not there; it was left out.")
            else:
                yield SaidRelation(head, tail, str(one.get("label", one.get("type", ""))), score_of(one))

    def _groups(self, record: Mapping[str, object], index: Mapping[str, int]) -> Iterator[Group]:
        for one in as_objects(record.get("groups")):
            members = (index.get(str(member)) for member in as_list(one.get("members")))
            there = tuple(place for place in members if place is not None)
            if len(there) > 1:
                yield Group(str(one.get("label", "")), there)

    def _note(self, sentence: str) -> None:
        self.problems.note(self.file, sentence, f"line {self.number}")

    def _warn(self, sentence: str) -> None:
        self.problems.warn(self.file, sentence, f"line {self.number}")


def _object(line: str) -> Mapping[str, object]:
    try:
        found = json.loads(line, strict=False)
    except (ValueError, RecursionError):
        raise InputError("This line is not JSON.") from None
    if not isinstance(found, dict):
        raise InputError("This line is JSON, but not an object with names.")
    return found


def _object_of(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
