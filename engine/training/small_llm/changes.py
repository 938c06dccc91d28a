"""Changes: lessons in which the examples say something else than the model knows, and must be followed.

A model that knows the answer anyway does not learn to look at its examples.  Here the labels of a
whole lesson are changed in one way that only the examples show (as in symbol tuning, Wei et al.,
arXiv 2305.08298): a phrase carries another label or none, two labels are exchanged, one is left
out, or articles belong to what is marked.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.taggers.llama_cpp.formats.answer_format import Mark, flat
from engine.text.token import tokenize
from engine.training.small_llm.sentences import Sentence

_PLANTED, _EXCHANGED, _LEFT_OUT = 0.55, 0.2, 0.1
"""How likely each change is; the rest is articles."""

_UNMARKED = 0.3
"""The share of planted phrases that are marked nowhere."""

_ARTICLES = ("the ", "a ", "an ", "his ", "her ", "any ")


def changed(
    sentences: Sequence[Sentence], names: Sequence[str], chance: random.Random
) -> list[Sentence] | None:
    """Return `sentences`, of which the last is asked and the others are examples, with labels changed.

    `names` are the entity types, the only labels that change.  Marks of others, and what belongs to
    what, are left out.  None: the change that was drawn makes no difference here.
    """
    bare = [replace(one, marks=tuple(one.only(names)), joined=()) for one in sentences]
    if not bare[:-1] or not bare[-1].marks:
        return None
    drawn = chance.random()
    if drawn < _PLANTED:
        return _planted(bare, names, chance)
    own = chance.choice(bare[-1].marks).label
    if drawn < _PLANTED + _EXCHANGED:
        other = chance.choice([name for name in names if name != own])
        made = [_relabelled(one, {own: other, other: own}) for one in bare]
    elif drawn < _PLANTED + _EXCHANGED + _LEFT_OUT:
        made = [_relabelled(one, {own: None}) for one in bare]
    else:
        made = [replace(one, marks=tuple(flat(list(_with_articles(one))))) for one in bare]
    shows = any(new.marks != old.marks for new, old in zip(made[:-1], bare[:-1], strict=True))
    return made if shows and made[-1].marks != bare[-1].marks else None


def _planted(
    sentences: Sequence[Sentence], names: Sequence[str], chance: random.Random
) -> list[Sentence] | None:
    """Put a phrase of the last sentence into an example, with the same label there, perhaps a wrong one."""
    target = sentences[-1]
    mark = chance.choice(target.marks)
    phrase = target.text[mark.start : mark.end]
    hosts = [number for number, one in enumerate(sentences[:-1]) if one.marks]
    if not hosts:
        return None
    label = None if chance.random() < _UNMARKED else chance.choice(list(names))
    host = chance.choice(hosts)
    made = [*sentences[:-1], _with_label(target, mark, label)]
    place = chance.choice(made[host].marks)
    made[host] = _with_phrase(made[host], place, phrase, label)
    return made


def _with_label(one: Sentence, mark: Mark, label: str | None) -> Sentence:
    """Return a sentence with every mark of the words of `mark` relabelled, or unmarked."""
    said = one.text[mark.start : mark.end].casefold()
    marks = []
    for other in one.marks:
        if one.text[other.start : other.end].casefold() != said:
            marks.append(other)
        elif label:
            marks.append(other._replace(label=label))
    return replace(one, marks=tuple(marks))


def _with_phrase(one: Sentence, place: Mark, phrase: str, label: str | None) -> Sentence:
    """Return a sentence with `phrase` where the mark `place` is; marks that cross it are left out."""
    longer = len(phrase) - (place.end - place.start)
    marks = [Mark(place.start, place.start + len(phrase), label)] if label else []
    for other in one.marks:
        if other.end <= place.start:
            marks.append(other)
        elif other.start >= place.end:
            marks.append(other._replace(start=other.start + longer, end=other.end + longer))
    text = one.text[: place.start] + phrase + one.text[place.end :]
    return replace(one, text=text, words=tuple(tokenize(text)), marks=tuple(sorted(marks)))


def _relabelled(one: Sentence, labels: dict[str, str | None]) -> Sentence:
    both = ((mark, labels.get(mark.label, mark.label)) for mark in one.marks)
    return replace(one, marks=tuple(mark._replace(label=label) for mark, label in both if label))


def _with_articles(one: Sentence) -> Iterator[Mark]:
    """Yield the marks, each with the article before it, or without the one it begins with."""
    for mark in one.marks:
        said, before = one.text[mark.start : mark.end].casefold(), one.text[: mark.start].casefold()
        own = next((word for word in _ARTICLES if said.startswith(word) and len(word) < len(said)), None)
        ahead = next((word for word in _ARTICLES if before.endswith((" " + word, "\n" + word))), None)
        if own:
            yield mark._replace(start=mark.start + len(own))
        elif ahead:
            yield mark._replace(start=mark.start - len(ahead))
        else:
            yield mark
