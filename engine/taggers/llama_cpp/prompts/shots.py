"""Shots: which examples of a bank a prompt shows for a text, and that each of them is sound."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

import msgspec

from engine.errors import ModelError
from engine.labels.label_set import LabelSet
from engine.taggers.llama_cpp.options import Options
from engine.taggers.llama_cpp.prompts.encoder_vectors import encoder
from engine.taggers.llama_cpp.prompts.example import Bank, Example
from engine.taggers.llama_cpp.prompts.kept_vectors import KeptVectors
from engine.taggers.llama_cpp.prompts.rendering import one_line
from engine.taggers.llama_cpp.prompts.similarity import ByVectors, Retriever, TfIdf
from engine.text.note import text_hash


class Shots:
    """Chooses examples as `options` say.

    None of them stands in the note that is asked about, or in another note of its patient.
    """

    def __init__(self, options: Options, labels: LabelSet, vectors: KeptVectors | None = None) -> None:
        """Take the bank of `options` and see that each example is sound; `vectors` may be known.

        Raises:
            ModelError: examples are wanted and there are none, or one of them is broken.
        """
        self._how = options.examples
        self._most = options.shots
        bank = Bank()
        if options.examples != "none":
            bank = _bank(options.bank, labels)
            if not bank.examples:
                raise ModelError(f"There are no examples for a prompt, also none in “{labels.title}”.")
        self._examples = [sound(one, number, labels) for number, one in enumerate(bank.examples, start=1)]
        self._patients = {one.note: one.patient for one in bank.examples if one.patient} | dict(bank.patients)
        self._order = list(range(len(self._examples)))
        if self._how == "random":
            random.Random(options.seed).shuffle(self._order)  # noqa: S311 - the same each time, not secret
        # A heading without a mark would show little; those come last, unless they are alike.
        self._order.sort(key=lambda number: not self._examples[number].marks)
        kept = vectors or KeptVectors()
        self._retriever = self._indexed(options, kept) if self._how == "similar" else None

    @property
    def by_sentence(self) -> bool:
        """Whether each sentence has examples of its own."""
        return self._retriever is not None

    def of_note(self, text: str) -> list[Example]:
        """Return the examples for every sentence of the note `text`, in the bank’s order or by chance."""
        allowed = (number for number in self._order if self._allowed(number, text_hash(text)))
        return [self._examples[number] for number, _ in zip(allowed, range(self._most), strict=False)]

    def of_sentence(self, sentence: str, note: str) -> list[Example]:
        """Return the examples most like `sentence`, the most similar last; `note` is its note's text."""
        if self._retriever is None:
            return []
        near, key = self._retriever.scores(one_line(sentence)), text_hash(note)
        allowed = [number for number in self._order if self._allowed(number, key)]
        best = sorted(allowed, key=lambda number: (-near[number], number))[: self._most]
        return [self._examples[number] for number in reversed(best)]

    def _allowed(self, number: int, note: str) -> bool:
        one = self._examples[number]
        patient = self._patients.get(note, "")
        return one.note != note and not (patient and one.patient == patient)

    def _indexed(self, options: Options, kept: KeptVectors) -> Retriever:
        texts = [compared(one) for one in self._examples]
        if options.retriever == "encoder":
            embed = encoder()
            return ByVectors(kept.of(texts, embed), embed)
        return TfIdf(texts)


def compared(one: Example) -> str:
    """Return the text of an example as a sentence of a note is compared with it."""
    return one_line(one.text)


def sound(one: Example, number: int, labels: LabelSet) -> Example:
    """Return an example of a bank once each of its marks has a place in its text and a known label.

    Raises:
        ModelError: a mark has not; says which example it is, and nothing of its text.
    """
    for start, end, label in one.marks:
        inside = 0 <= start < end <= len(one.text) and one.text[start:end].strip() == one.text[start:end]
        if not inside or label not in labels:
            raise ModelError(f"Example {number:,} of the bank is broken: a mark has no place or no label.")
    return one


def _bank(given: Bank | str, labels: LabelSet) -> Bank:
    """Return the bank itself, the one in a file with an example a line, or that of the label set.

    Raises:
        ModelError: the file cannot be read, or is no bank.
    """
    if isinstance(given, Bank):
        return given
    if not given:
        return of_label_set(labels)
    try:
        lines = Path(given).read_bytes().splitlines()
        return Bank(tuple(msgspec.json.decode(line, type=Example) for line in lines if line.strip()))
    except OSError as error:
        raise ModelError(f"The bank of examples cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError:
        raise ModelError("The bank of examples is damaged: a line of it is no example.") from None


def of_label_set(labels: LabelSet) -> Bank:
    """Return the examples that a label set brings: lists with one phrase of each entity type."""
    found: list[Example] = []
    for phrases in zip_longest(*(one.examples for one in labels.entities)):
        text, marks = "", list[tuple[int, int, str]]()
        for one, phrase in zip(labels.entities, phrases, strict=True):
            if phrase:
                text += "; " if text else ""
                marks.append((len(text), len(text) + len(phrase), one.name))
                text += phrase
        found.append(Example(text, tuple(marks)))
    return Bank(tuple(found))


def asked_for(examples: Sequence[Example], names: Sequence[str]) -> list[Example]:
    """Return `examples` with the marks of the labels `names` alone, as a prompt for these shows them."""
    return [
        msgspec.structs.replace(one, marks=tuple(mark for mark in one.marks if mark[2] in names))
        for one in examples
    ]
