"""BIO: tags as one label per word, and what that costs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.annotation.said import LabelledSpan
from engine.formats.document import Document, Tag, assemble, bare
from engine.formats.loss import Losses, Lost
from engine.labels.label_set import LabelSet
from engine.text.sentence import sentences
from engine.text.span import Span
from engine.text.token import Tokens

_SCHEME = re.compile(r"([BIESMLU])[-_](.+)", re.DOTALL)
OUTSIDE = "O"


@dataclass(frozen=True, slots=True)
class Run:
    """Words `first` to before `last` that carry one label; `item` is its place among the items."""

    first: int
    last: int
    label: str
    item: int


def layers(labels: LabelSet) -> list[frozenset[str]]:
    """Return the labels of each layer of words: entities, and modifiers where there are any."""
    both = (labels.entities, labels.modifiers)
    return [frozenset(one.name for one in types) for types in both if types]


def runs(items: Sequence[LabelledSpan], tokens: Tokens, losses: Losses | None = None) -> list[Run]:
    """Return the items as runs of words that share none, in order.

    A run covers every word that its item touches.  Of two that overlap the longer (so the
    outer) stays, of two equally long the one that begins first.  Discontinuous items, items
    without a word and items that yield to longer ones are counted into `losses`.
    """
    counted = Losses() if losses is None else losses
    found = []
    for index, item in enumerate(items):
        touched = tokens.covering(item.hull)
        if len(item.spans) > 1:
            counted[Lost.FRAGMENTS] += 1
        elif touched is None:
            counted[Lost.BLANK] += 1
        else:
            found.append(Run(*touched, item.label, index))
    taken: set[int] = set()
    kept = []
    for run in sorted(found, key=lambda run: (run.first - run.last, run.first, run.item)):
        words = range(run.first, run.last)
        if taken.isdisjoint(words):
            taken.update(words)
            kept.append(run)
        else:
            counted[Lost.OVERLAP] += 1
    return sorted(kept, key=lambda run: run.first)


def tags(kept: Iterable[Run], length: int) -> list[str]:
    """Return one IOB2 tag per word: ``B-`` on the first of each run."""
    result = [OUTSIDE] * length
    for run in kept:
        result[run.first] = f"B-{run.label}"
        for word in range(run.first + 1, run.last):
            result[word] = f"I-{run.label}"
    return result


def sentence_starts(text: str, tokens: Tokens, kept: Iterable[Run]) -> set[int]:
    """Return the words that begin a sentence; none begins inside a run."""
    inside = {word for run in kept for word in range(run.first + 1, run.last)}
    return {tokens.first_from(span.start) for span in sentences(text, tokens)} - inside


def carried_as_words(
    document: Document, tokens: Tokens, losses: Losses, among: Sequence[frozenset[str]] = ()
) -> Document:
    """Return what one label per word carries of `document`: flat tags grown to words, nothing else.

    With `among`, tags are flat among the labels of each of these sets, and may overlap across.
    """
    document = bare(document, losses)
    losses[Lost.RELATION] += len(document.relations)
    items = document.items
    found = []
    for labels in among or [frozenset(item.label for item in items)]:
        chosen = [item for item in items if item.label in labels]
        for run in runs(chosen, tokens, losses):
            span = Span(tokens[run.first].start, tokens[run.last - 1].end)
            losses[Lost.WIDENED] += chosen[run.item].spans != (span,)
            found.append(LabelledSpan((span,), run.label))
    return with_tags(document, found)


def with_tags(document: Document, items: Iterable[LabelledSpan]) -> Document:
    """Return `document` saying `items` and nothing else of tags."""
    return assemble(document, [Tag(item) for item in items], [])


def is_tag(tag: str) -> bool:
    """Whether `tag` is ``O`` or of the form ``B-label``."""
    return tag == OUTSIDE or _SCHEME.fullmatch(tag) is not None


def read_tags(sequence: Sequence[str]) -> Iterator[Run]:
    """Yield the runs that tags mean, in IOB1, IOB2, IOBES, BILOU or BMES alike.

    ``B`` opens; ``S`` and ``U`` are a run of one; ``E`` and ``L`` close; ``I`` and ``M`` go on, or
    open where nothing of their label is open (as IOB1 has it).  These rules agree with each
    scheme on its own tags, so the scheme need not be guessed.
    """
    first, label, number = 0, "", 0
    for place, tag in enumerate([*sequence, OUTSIDE]):
        found = _SCHEME.fullmatch(tag)
        mark, of = (found[1], found[2]) if found else (OUTSIDE, "")
        if label and (mark in "OBSU" or of != label):
            yield Run(first, place, label, number)
            label, number = "", number + 1
        if of and not label:
            first, label = place, of
        if label and mark in "ESLU":
            yield Run(first, place + 1, label, number)
            label, number = "", number + 1
