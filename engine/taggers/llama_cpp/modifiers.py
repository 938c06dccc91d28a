"""Modifiers: what is said of the tags of a sentence, all of them in one further pass.

The sentence is shown with its tags numbered; the model copies it once more and marks
modifiers, each with the numbers of the tags it belongs to: ``1`` or ``12`` or none.
Numbers stand for places, so equal mentions stay apart, and one negation may serve many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.errors import ModelError
from engine.labels.label_set import LabelSet
from engine.taggers.llama_cpp.automaton import Automaton, Ids, Links, TagIds
from engine.taggers.llama_cpp.strand import Drafted, Found, Task
from engine.taggers.llama_cpp.tags import Write, letter
from engine.taggers.llama_cpp.tokens import Reading

AFTER_NUMBERS = "\nModifiers:\n"
"""What stands between a sentence with numbered tags and its modifiers."""

MOST_HEADS = 9
"""Tags that are numbered at once; a sentence with more is read once for each nine of them."""

_WAYS: tuple[Callable[[str, int], str], ...] = (
    lambda name, _: name,
    lambda name, _: name.capitalize(),
    lambda _, number: letter(number),
)


@dataclass(frozen=True, slots=True)
class ModifierTags:
    """How modifiers are written.  `legal` holds, per modifier, the entity labels that it may belong to."""

    names: tuple[str, ...]
    said: tuple[str, ...]
    tags: TagIds
    heads: tuple[Ids, ...]
    done: Ids
    legal: tuple[frozenset[str], ...]


def modifier_tags(labels: LabelSet, write: Write) -> ModifierTags:
    """Choose how the modifiers of `labels` are written as tokens.

    Raises:
        ModelError: they, or the numbers, cannot be told apart in this model.
    """
    names = tuple(one.name for one in labels.modifiers)
    heads = tuple(write(str(number)) for number in range(1, MOST_HEADS + 1))
    legal = tuple(
        frozenset(one.name for one in labels.entities if labels.relation(one.name, name)) for name in names
    )
    for way in _WAYS:
        said = tuple(way(name, number) for number, name in enumerate(names))
        try:
            tags = TagIds(tuple(map(write, said)), write(")"))
            Links(heads, write("("), ())
        except ValueError:
            continue  # one is the beginning of another: the next way
        if tags.stems:
            continue
        return ModifierTags(names, said, tags, heads, write("("), legal)
    raise ModelError("The modifiers of these labels cannot be told apart in this model: they begin alike.")


@dataclass(frozen=True, slots=True)
class ModifierTask:
    """The further pass over one sentence.  `heads` are the numbers of the tags that it shows."""

    task: Task
    heads: Ids


def most_ids(reading: Reading, how: ModifierTags, after: Ids) -> int:
    """Return how many places of the context a further pass over `reading` can take, whatever was found."""
    links = Links(how.heads, how.done, ())
    number = max(map(len, how.heads)) + len(how.done) + len(how.tags.close)
    lead = len(reading.source.ids) + MOST_HEADS * number + len(after)
    return lead + Automaton(reading.source, how.tags, links=links).most_ids


class Foreseen(NamedTuple):
    """A modifier that someone else proposes: units ``start:end``, and the units of what it belongs to."""

    label: int
    start: int
    end: int
    heads: tuple[tuple[int, int], ...] = ()


def modifier_tasks(
    reading: Reading,
    found: Sequence[Found],
    names: Sequence[str],
    how: ModifierTags,
    after: Ids,
    draft: Sequence[Foreseen] = (),
) -> Iterator[ModifierTask]:
    """Yield the passes over a sentence in which `found` are the tags (labels are numbers of `names`).

    None where nothing was found, or where no modifier may belong to what was.  What is in
    `draft` is guessed to belong to those tags that share a unit with one of its heads.
    """
    for begin in range(0, len(found), MOST_HEADS):
        shown = range(begin, min(begin + MOST_HEADS, len(found)))
        legal = tuple(
            tuple(n for n, head in enumerate(shown) if names[found[head].label] in some) for some in how.legal
        )
        if not any(legal):
            continue
        links = Links(how.heads[: len(shown)], how.done, legal)
        automaton = Automaton(reading.source, how.tags, links=links)
        lead = (*_numbered(reading, [found[n] for n in shown], how), *after)
        guesses = ((one, _guess(one, [found[n] for n in shown])) for one in draft)
        here = tuple(guess for one, guess in guesses if guess.heads or not one.heads)
        yield ModifierTask(Task(lead, automaton, here), tuple(shown))


def orphan_task(
    reading: Reading, how: ModifierTags, after: Ids, draft: Sequence[Foreseen] = ()
) -> ModifierTask:
    """Return the pass over a sentence without tags: what is marked in it belongs to nothing."""
    links = Links((), how.done, ((),) * len(how.names))
    automaton = Automaton(reading.source, how.tags, links=links)
    here = tuple(Drafted(one.label, one.start, one.end) for one in draft)
    return ModifierTask(Task((*reading.source.ids, *after), automaton, here), ())


def _guess(one: Foreseen, shown: Sequence[Found]) -> Drafted:
    heads = (
        number
        for number, tag in enumerate(shown)
        if any(start < tag.end and tag.start < end for start, end in one.heads)
    )
    return Drafted(one.label, one.start, one.end, tuple(heads))


def _numbered(reading: Reading, shown: Sequence[Found], how: ModifierTags) -> Iterator[int]:
    """Yield the sentence with its tags as ``1( aspirin)``."""
    for unit in range(len(reading.source) + 1):
        for one in shown:
            if one.end == unit:
                yield from how.tags.close
        opened = [n for n, one in enumerate(shown) if one.start == unit]
        for number in sorted(opened, key=lambda n: -shown[n].end):
            yield from (*how.heads[number], *how.done)
        if unit < len(reading.source):
            yield from reading.source.unit(unit)
