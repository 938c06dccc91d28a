"""CoNLL: one word per line with its tag, an empty line after each sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

from typing_extensions import override

from engine.annotation.said import Answer, LabelledSpan
from engine.errors import FormatError
from engine.formats import offsets_file
from engine.formats.bio import (
    OUTSIDE,
    carried_as_words,
    is_tag,
    read_tags,
    runs,
    sentence_starts,
    tags,
    with_tags,
)
from engine.formats.csv_table import lines_of, opened, refusing
from engine.formats.document import Document, relabelled
from engine.formats.format import ReadOptions, WriteOptions, Writer
from engine.formats.loss import Losses
from engine.formats.offsets_file import Pieces
from engine.formats.placing import NewFiles
from engine.formats.problem import Problems
from engine.formats.walking import note_name, shown
from engine.text.span import Span
from engine.text.token import tokenize

_DOCUMENT = "-DOCSTART-"
_FILLER = "-X- -X-"
_SUFFIX = ".conll"


class ConllWriter(Writer):
    """Writes four columns (word, two fillers, IOB2 tag) and, beside them, the words' places.

    One file per note, or with a stem one file for all.  A sentence does not end inside a tag.
    """

    def __init__(self, options: WriteOptions) -> None:
        self._stem = options.stem
        self.one_file_per_note = not options.stem
        self._files: tuple[TextIO, TextIO] | None = None

    @override
    def carried(self, document: Document, losses: Losses) -> Document:
        one_word = relabelled(document, lambda label: "_".join(label.split()) or "_", losses)
        return carried_as_words(one_word, tokenize(document.text), losses)

    @override
    def add(self, document: Document, original: Document, place: NewFiles) -> None:
        words, offsets = self._written(document)
        if not self._stem:
            place.write(document.name + _SUFFIX, words)
            place.write(document.name + offsets_file.SUFFIX, offsets_file.heading() + offsets)
            return
        if self._files is None:
            self._files = (place.open(self._stem + _SUFFIX), place.open(self._stem + offsets_file.SUFFIX))
            self._files[1].write(offsets_file.heading())
        self._files[0].write(words)
        self._files[1].write(offsets)

    @override
    def finish(self, place: NewFiles) -> None:
        """Nothing is written once: both files stand when the last note does."""

    def _written(self, document: Document) -> tuple[str, str]:
        tokens = tokenize(document.text)
        words = tokens.words(document.text)
        # Only marks of de-identification hold blanks, which part columns here.
        shown_words = ["_".join(word.split()) for word in words]
        kept = runs(document.items, tokens)
        starts = sentence_starts(document.text, tokens, kept)
        lines = [f"{_DOCUMENT} {_FILLER} O\n"]
        for number, (word, tag) in enumerate(zip(shown_words, tags(kept, len(words)), strict=True)):
            if number in starts or number == 0:
                lines.append("\n")
            lines.append(f"{word} {_FILLER} {tag}\n")
        lines.append("\n")
        offsets = offsets_file.section(document.name, document.text, list(tokens), shown_words)
        return "".join(lines), offsets


@dataclass(slots=True)
class _Words:
    """The words of one note, as a file gives them; `ends` are the counts of words at sentence ends."""

    line: int
    words: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def end_sentence(self) -> None:
        if self.words and (not self.ends or self.ends[-1] != len(self.words)):
            self.ends.append(len(self.words))


class ConllReader:
    """Reads two or more columns, the first the word and the last the tag, in any BIO scheme.

    With our side file the note's text comes back exactly; without it the text is put together
    from the words with blanks, one sentence a line.
    """

    def read(self, files: Sequence[Path], options: ReadOptions, problems: Problems) -> Iterator[Document]:
        """Yield one document per ``-DOCSTART-``, or one per file; see `Reader.read`."""
        for file in files:
            with refusing(shown(file, options.root), problems, alone=len(files) == 1):
                yield from self._documents(file, options, problems)

    def _documents(self, file: Path, options: ReadOptions, problems: Problems) -> Iterator[Document]:
        name = shown(file, options.root)
        with opened(file, options, problems) as lines:
            notes = list(_notes(lines, name, problems))
        if not notes:
            raise FormatError("There are no words with tags in this file.")
        exact = _pieces(file, len(notes), name, problems)
        stem = note_name(file, options.root)
        for number, words in enumerate(notes):
            if not words.words and not exact:
                continue
            plain = stem if len(notes) == 1 else f"{stem}-{number + 1:04d}"
            document = Document(plain, "", answer=Answer(), source=f"{name}, line {words.line}")
            pieces = exact[number] if exact else None
            if pieces is None:
                yield _rebuilt(document, words)
                continue
            own = [piece.written for piece in pieces.pieces]
            surfaces = [
                word if whole is None else whole
                for word, whole in zip(words.words, [*own, *[None] * len(words.words)], strict=False)
            ]
            try:
                text = pieces.text(surfaces)
            except FormatError as failure:
                problems.note(document.source, f"{failure} The text was put together from the words.")
                yield _rebuilt(document, words)
                continue
            found = replace(document, name=pieces.name, text=text)
            yield _tagged(found, words, [piece.span for piece in pieces.pieces])


def _notes(lines: TextIO, name: str, problems: Problems) -> Iterator[_Words]:
    note: _Words | None = None
    for number, line in enumerate(lines_of(lines), start=1):
        cells = [cell.strip() for cell in line.split("\t")] if "\t" in line else line.split()
        if any(cells) and cells[0] == _DOCUMENT:
            if note is not None:
                note.end_sentence()
                yield note
            note = _Words(number)
        elif any(cells):
            note = note or _Words(number)
            note.words.append(cells[0])
            note.tags.append(_tag(cells, name, number, problems))
        elif note is not None:
            note.end_sentence()
    if note is not None:
        note.end_sentence()
        yield note


def _tag(cells: list[str], name: str, number: int, problems: Problems) -> str:
    if len(cells) > 1 and is_tag(cells[-1]):
        return cells[-1]
    what = "The last column of this line is no tag" if len(cells) > 1 else "This line has a word but no tag"
    problems.warn(name, f"{what}; it was read as outside.", f"line {number}")
    return OUTSIDE


def _pieces(file: Path, notes: int, name: str, problems: Problems) -> list[Pieces]:
    """Return the notes of the side file, or none where there is no good one."""
    beside = file.with_name(file.name[: -len(file.suffix)] + offsets_file.SUFFIX)
    if not beside.is_file():
        problems.note(
            name,
            "There is no file of offsets beside it: the text was put together from the words, "
            "with a blank between two and a line per sentence.",
        )
        return []
    try:
        pieces = offsets_file.read(beside)
    except FormatError as failure:
        problems.note(name, f"{failure} The text was put together from the words.")
        return []
    if len(pieces) != notes:
        problems.note(
            name, "The file of offsets beside it is of other notes; the text was put together from the words."
        )
        return []
    return pieces


def _rebuilt(document: Document, words: _Words) -> Document:
    spans, parts = [], []
    done, ends = 0, set(words.ends)
    for number, word in enumerate(words.words, start=1):
        spans.append(Span(done, done + len(word)))
        parts.append(word + ("\n" if number in ends else " "))
        done += len(word) + 1
    return _tagged(replace(document, text="".join(parts)), words, spans, ends)


def _tagged(
    document: Document, words: _Words, spans: Sequence[Span], ends: set[int] | None = None
) -> Document:
    items = []
    start = 0
    # Without our side file a sentence's end closes a tag, as in every BIO file.
    for end in sorted(ends) if ends is not None else [len(words.tags)]:
        items += [
            LabelledSpan((Span(spans[start + run.first].start, spans[start + run.last - 1].end),), run.label)
            for run in read_tags(words.tags[start:end])
        ]
        start = end
    return with_tags(document, items)
