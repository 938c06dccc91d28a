"""Sentences: gold notes cut as the tagger cuts them, each with its marks and what belongs to what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engine.taggers.llama_cpp.formats.answer_format import Mark
from engine.taggers.llama_cpp.prompts.example import Example
from engine.taggers.llama_cpp.prompts.rendering import one_line
from engine.text.note import text_hash
from engine.text.sentence import sentences
from engine.text.span import Span
from engine.text.token import tokenize
from engine.training.corpora import CorpusNote


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a note.  `words` and `marks` are in code points of `text`.

    `joined` are (head, tail), numbers of `marks`; `says` are the labels that are marked wherever
    they occur, None for all.
    """

    text: str
    words: tuple[Span, ...]
    marks: tuple[Mark, ...]
    joined: tuple[tuple[int, int], ...] = ()
    says: frozenset[str] | None = None
    note: str = ""

    def only(self, labels: Iterable[str]) -> list[Mark]:
        """Return the marks with one of `labels`."""
        wanted = set(labels)
        return [one for one in self.marks if one.label in wanted]


def sentences_of(notes: Iterable[CorpusNote], most_words: int) -> Iterator[Sentence]:
    """Yield the sentences of `notes`; one of more words than `most_words` is halved until it fits.

    A mark that crosses the border of a sentence is left out, as the tagger cannot make it.
    """
    for note in notes:
        tokens, hashed = tokenize(note.text), text_hash(note.text)
        for whole in sentences(note.text, tokens):
            first, last = tokens.covering(whole) or (0, 0)
            words = [tokens[number] for number in range(first, last)]
            for part in _halved(words, most_words):
                yield replace(_sentence(note, part), note=hashed)


def as_example(sentence: Sentence, labels: Iterable[str]) -> Example:
    """Return `sentence` as a prompt shows it, with the marks of `labels`."""
    marks = tuple((one.start, one.end, one.label) for one in sentence.only(labels))
    return Example(one_line(sentence.text), marks, sentence.note)


def _halved(words: list[Span], most: int) -> Iterator[list[Span]]:
    if len(words) > most:
        half = len(words) // 2
        yield from _halved(words[:half], most)
        yield from _halved(words[half:], most)
    elif words:
        yield words


def _sentence(note: CorpusNote, words: list[Span]) -> Sentence:
    start, end = words[0].start, words[-1].end
    here = [number for number, one in enumerate(note.marks) if start <= one.start < one.end <= end]
    place = {number: new for new, number in enumerate(here)}
    return Sentence(
        note.text[start:end],
        tuple(Span(one.start - start, one.end - start) for one in words),
        tuple(
            Mark(one.start - start, one.end - start, one.label)
            for one in (note.marks[number] for number in here)
        ),
        tuple((place[h], place[t]) for h, t in note.relations if h in place and t in place),
        note.says,
    )
