"""Hugging Face token classification: words and tag numbers per sentence, for fine-tuning taggers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, TextIO

from typing_extensions import override

from engine.annotation.annotation import Status
from engine.annotation.said import Answer, LabelledSpan
from engine.errors import ExportError, FormatError
from engine.formats.bio import (
    OUTSIDE,
    carried_as_words,
    layers,
    read_tags,
    runs,
    sentence_starts,
    tags,
    with_tags,
)
from engine.formats.csv_table import lines_of, opened, refusing
from engine.formats.document import Document
from engine.formats.format import ReadOptions, WriteOptions, Writer
from engine.formats.jsonl import json_line
from engine.formats.loss import Losses, Lost
from engine.formats.placing import NewFiles
from engine.formats.problem import Problems
from engine.formats.walking import shown
from engine.text.span import Span
from engine.text.token import tokenize

_COLUMNS = ("ner_tags", "modifier_tags")
_LABEL_FILES = ("labels.json", "modifier_labels.json")


class HuggingFaceWriter(Writer):
    """Writes ``train.jsonl`` and ``labels.json``: one line per sentence, tags as indices into the labels.

    Where the label set has modifiers they have a column ``modifier_tags`` and a file of labels of
    their own, since they nest inside entities.  ``doc_id`` and ``offsets`` tell where each word
    comes from; ``partial`` whether its note was not finished.

    Raises:
        ExportError: no label set is given.
    """

    one_file_per_note = False

    def __init__(self, options: WriteOptions) -> None:
        if options.labels is None:
            raise ExportError("For this format a label set is needed, since tags are written as numbers.")
        self._labels = options.labels
        self._layers = layers(options.labels)
        self._tags = [
            _tags([one.name for one in options.labels if one.name in layer]) for layer in self._layers
        ]
        self._name = f"{options.stem or 'train'}.jsonl"
        self._file: TextIO | None = None

    @override
    def carried(self, document: Document, losses: Losses) -> Document:
        """Return the document with one blank for each that stands between words.

        Raises:
            LabelError: a tag has a label that the label set lacks.
        """
        for item in document.items:
            self._labels.type(item.label)
        tokens = tokenize(document.text)
        flat = carried_as_words(document, tokens, losses, self._layers)
        text = _spaced(list(tokens), tokens.words(document.text))
        losses[Lost.SPACING] += text != document.text
        return replace(flat, text=text)

    @override
    def add(self, document: Document, original: Document, place: NewFiles) -> None:
        if self._file is None:
            self._file = place.open(self._name)
        text = original.text
        tokens = tokenize(text)
        words = tokens.words(text)
        columns: list[list[int]] = []
        kept = []
        for layer, names in zip(self._layers, self._tags, strict=True):
            found = runs([item for item in document.items if item.label in layer], tokens)
            kept += found
            numbers = {tag: number for number, tag in enumerate(names)}
            columns.append([numbers[tag] for tag in tags(found, len(words))])
        partial = original.status not in {None, Status.FINISHED}
        borders = sorted({0, len(words), *sentence_starts(text, tokens, kept)})
        for number, (first, last) in enumerate(pairwise(borders)):
            row: dict[str, object] = {
                "id": f"{document.name}-{number}",
                "doc_id": document.name,
                "tokens": words[first:last],
                **{name: column[first:last] for name, column in zip(_COLUMNS, columns, strict=False)},
                "offsets": [[tokens[i].start, tokens[i].end] for i in range(first, last)],
                "partial": partial,
            }
            self._file.write(json_line(row))

    @override
    def finish(self, place: NewFiles) -> None:
        for name, names in zip(_LABEL_FILES, self._tags, strict=False):
            if not place.has(name):
                place.write(name, json.dumps(names, ensure_ascii=False, indent=1) + "\n")


def _tags(labels: Sequence[str]) -> list[str]:
    return [OUTSIDE, *(f"{mark}-{label}" for label in labels for mark in "BI")]


def _spaced(spans: Sequence[Span], words: Sequence[str]) -> str:
    """Return the words at their places with nothing but blanks between."""
    parts, done = [], 0
    for span, word in zip(spans, words, strict=True):
        parts += [" " * (span.start - done), word]
        done = span.end
    return "".join(parts)


class HuggingFaceReader:
    """Reads what the writer wrote, to check it; line breaks of the notes are blanks here."""

    def read(self, files: Sequence[Path], options: ReadOptions, problems: Problems) -> Iterator[Document]:
        """Yield one document per run of lines with the same ``doc_id``; see `Reader.read`."""
        for file in files:
            name = shown(file, options.root)
            with refusing(name, problems, alone=len(files) == 1), opened(file, options, problems) as lines:
                labels = [_labels(file.with_name(beside)) for beside in _LABEL_FILES]
                rows = (_row(line, number) for number, line in enumerate(lines_of(lines), start=1) if line)
                for doc_id, group in groupby(rows, key=lambda row: str(row["doc_id"])):
                    yield _document(doc_id, list(group), labels)


def _labels(path: Path) -> list[str]:
    try:
        return [str(tag) for tag in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError):
        return []


def _row(line: str, number: int) -> Mapping[str, object]:
    try:
        row = json.loads(line)
        row["doc_id"], row["tokens"], row["ner_tags"], row["offsets"]
    except (ValueError, KeyError, TypeError):
        raise FormatError(f"Line {number} is not a sentence with tokens, ner_tags and offsets.") from None
    else:
        return row  # type: ignore[no-any-return]


def _document(name: str, rows: list[Mapping[str, object]], labels: Sequence[Sequence[str]]) -> Document:
    words = [str(word) for row in rows for word in _column(row, "tokens")]
    spans = [Span(*place) for row in rows for place in _column(row, "offsets")]
    document = Document(name, _spaced(spans, words), answer=Answer())
    items = []
    for column, names in zip(_COLUMNS, labels, strict=True):
        sequence = [names[number] for row in rows for number in _column(row, column)]
        items += [
            LabelledSpan((Span(spans[run.first].start, spans[run.last - 1].end),), run.label)
            for run in read_tags(sequence)
        ]
    return with_tags(document, items)


def _column(row: Mapping[str, Any], name: str) -> list[Any]:
    """Return a column of a row; one that is not as it should be fails the check that reads it."""
    found = row.get(name, [])
    return found if isinstance(found, list) else []
