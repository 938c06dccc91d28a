"""Lessons: what the small model is trained on: prompts as the tagger renders them, and right answers.

Answers of the drafted decoder are made by its own automaton, so training and use agree token
for token; the other formats are written by the formats themselves.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from engine.labels.label_set import LabelSet, LabelType
from engine.taggers.llama_cpp.automaton import CLOSE, COPY, HEAD, LINKED, Automaton, Ids, State, TagIds
from engine.taggers.llama_cpp.formats.answer_format import AnswerFormat, Mark, flat
from engine.taggers.llama_cpp.formats.inline_tags import NAME as TAGS
from engine.taggers.llama_cpp.formats.inline_tags import InlineTags
from engine.taggers.llama_cpp.formats.registry import find_format
from engine.taggers.llama_cpp.modifiers import AFTER_NUMBERS, ModifierTags, modifier_tags, modifier_tasks
from engine.taggers.llama_cpp.prompts.rendering import END, Parts, one_line, prompt
from engine.taggers.llama_cpp.rule import Decision
from engine.taggers.llama_cpp.strand import Found
from engine.taggers.llama_cpp.tokens import Reading, read
from engine.text.span import Span
from engine.training.small_llm import vocabulary as words_of
from engine.training.small_llm.sentences import Sentence
from engine.training.small_llm.vocabulary import Vocabulary

MODIFIERS = "modifiers"
"""The further pass of the drafted decoder, among the formats of a `Curriculum`."""


class Curriculum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What lessons are drawn.

    `formats` is how often each format is drawn, relative to the others.  `turns` are numbers of
    sentences in one lesson, each as likely; all but the last of them serve as examples too.
    `similar` is the share of lessons whose examples are chosen for the last sentence as the tagger
    chooses them, from `pool` sentences; their answers count `shown`, since they come often.
    `changed` is the share of lessons with examples whose labels are changed (see `changes`).
    `one_type` asks for one type alone, `defined` puts the definitions before.  `reading` weighs the
    sentence itself against the answer.
    """

    formats: Mapping[str, float]
    turns: tuple[int, ...] = (1, 1, 2, 3, 4)
    similar: float = 0.3
    pool: int = 3000
    shown: float = 0.4
    changed: float = 0.0
    one_type: float = 0.05
    defined: float = 0.03
    reading: float = 0.2
    most_words: int = 60
    most_tokens: int = 448


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text for the model: tokens, and how much each of them counts where it is predicted."""

    ids: Ids
    weights: tuple[float, ...]

    def __len__(self) -> int:
        """Count the tokens."""
        return len(self.ids)


class Teacher:
    """Writes lessons in one label set and one vocabulary."""

    def __init__(self, labels: LabelSet, vocabulary: Vocabulary, template: str, plan: Curriculum) -> None:
        self._labels = labels
        self._vocabulary = vocabulary
        self._template = template
        self._plan = plan
        self._names = tuple(one.name for one in labels.entities)
        self._modifiers: ModifierTags = modifier_tags(labels, vocabulary.tokens)
        self._close = vocabulary.tokens(words_of.CLOSE)
        self._numbers = vocabulary.tokens(AFTER_NUMBERS)
        self._end = vocabulary.tokens(END)

    def lesson(
        self, sentences: Sequence[Sentence], form: str, chance: random.Random, shown: float = 1.0
    ) -> Lesson | None:
        """Return a lesson in the format `form` about the last of `sentences` that have room, or None.

        Answers before the last one count `shown`.
        """
        types = self._types(sentences, chance)
        how = self._format(form, types)
        said = prompt(self._template, types, how, Parts(definitions=chance.random() < self._plan.defined))
        ids = [self._vocabulary.begin, *self._vocabulary.tokens(said.before)]
        weights = [0.0] * len(ids)
        start, after = self._vocabulary.tokens(said.begin), self._vocabulary.tokens(said.after)
        turns: list[tuple[Ids, Ids]] = []
        room = self._plan.most_tokens - len(ids)
        for one in reversed(sentences):
            turn = self._modifier_turn(one) if form == MODIFIERS else self._turn(one, how, types, after)
            if turn is None:
                continue
            lead, answer = (*start, *turn[0]), (*turn[1], *self._end)
            room -= len(lead) + len(answer)
            if room < 0:
                break
            turns.append((lead, answer))
        for number, (lead, answer) in reversed(list(enumerate(turns))):
            ids += (*lead, *answer)
            weights += [self._plan.reading] * len(lead) + [shown if number else 1.0] * len(answer)
        return Lesson(tuple(ids), tuple(weights)) if turns else None

    def _types(self, sentences: Sequence[Sentence], chance: random.Random) -> tuple[LabelType, ...]:
        """Return what is asked for: what all of `sentences` are fully marked with, or one type of it."""
        said = [one.says for one in sentences if one.says is not None]
        types = [one for one in self._labels.entities if all(one.name in some for some in said)]
        return (chance.choice(types),) if chance.random() < self._plan.one_type else tuple(types)

    def _format(self, form: str, types: Sequence[LabelType]) -> AnswerFormat:
        if form in (TAGS, MODIFIERS):
            return InlineTags({one.name: words_of.opening(one.name) for one in types}, words_of.CLOSE)
        return find_format(form)

    def _turn(
        self, one: Sentence, how: AnswerFormat, types: Sequence[LabelType], after: Ids
    ) -> tuple[Ids, Ids] | None:
        names = [kind.name for kind in types]
        if how.name != TAGS:
            text = one_line(one.text)
            answer = self._vocabulary.tokens(how.write(text, flat(one.only(names))))
            return (*self._vocabulary.tokens(text), *after), answer
        reading = read(one.text, one.words, self._vocabulary)
        if reading is None:
            return None
        tags = TagIds(tuple(self._vocabulary.tokens(words_of.opening(name)) for name in names), self._close)
        marked = [_in_units(reading, mark, names.index(mark.label)) for mark in flat(one.only(names))]
        answer = tuple(_written(Automaton(reading.source, tags), _apart([mark for mark in marked if mark])))
        return (*reading.source.ids, *after), answer

    def _modifier_turn(self, one: Sentence) -> tuple[Ids, Ids] | None:
        """Return the sentence with its first tags numbered, and the modifiers that belong to any or none."""
        reading, how = read(one.text, one.words, self._vocabulary), self._modifiers
        if reading is None or one.says is not None:
            return None
        marked = [
            (n, _in_units(reading, mark, 0)) for n, mark in enumerate(one.marks) if mark.label in self._names
        ]
        shown = _apart([replace(found, heads=(n,)) for n, found in marked if found])
        labels = [self._names.index(one.marks[mark.heads[0]].label) for mark in shown]
        tags = [_found(mark, label) for mark, label in zip(shown, labels, strict=True)]
        task = next(modifier_tasks(reading, tags, self._names, how, self._numbers), None)
        if task is None:
            return None
        place = {mark.heads[0]: number for number, mark in enumerate(shown[: len(task.heads)])}
        said = []
        for number, mark in enumerate(one.marks):
            if mark.label in how.names:
                own = [place[head] for head, tail in one.joined if tail == number and head in place]
                legal = how.legal[how.names.index(mark.label)]
                own = sorted(n for n in own if self._names[labels[n]] in legal)
                said.append(_in_units(reading, mark, how.names.index(mark.label), tuple(own)))
        answer = _written(task.task.automaton, _apart([mark for mark in said if mark]), linked=True)
        return task.task.lead, tuple(answer)


@dataclass(frozen=True, slots=True, order=True)
class _UnitMark:
    """A mark in units of a reading; `heads` rise."""

    start: int
    end: int
    label: int
    heads: Ids = ()


def _in_units(reading: Reading, mark: Mark, label: int, heads: Ids = ()) -> _UnitMark | None:
    units = reading.units(Span(mark.start, mark.end))
    return _UnitMark(*units, label, heads) if units else None


def _found(mark: _UnitMark, label: int) -> Found:
    """Return a right tag as if the model had made it."""
    return Found(label, mark.start, mark.end, Decision(label, 0.0, None, 0.0), None, 0.0)


def _apart(marks: Sequence[_UnitMark]) -> list[_UnitMark]:
    """Return `marks` in order without those that share a unit with one before."""
    kept: list[_UnitMark] = []
    for one in sorted(marks):
        if not kept or kept[-1].end <= one.start:
            kept.append(one)
    return kept


def _written(automaton: Automaton, marks: Sequence[_UnitMark], *, linked: bool = False) -> Iterator[int]:
    """Yield the tokens of the answer that makes `marks`, each of its actions a legal one."""
    state = State()
    for action in _actions(len(automaton.source), marks, linked=linked):
        if action not in automaton.legal(state):
            continue  # the note itself goes on with that tag's first token
        yield from automaton.ids(state, action)
        state = automaton.after(state, action)


def _actions(units: int, marks: Sequence[_UnitMark], *, linked: bool) -> Iterator[int]:
    opened = {one.start: one for one in marks}
    ends = {one.end for one in marks}
    for unit in range(units + 1):
        if unit in ends:
            yield CLOSE
        if mark := opened.get(unit):
            yield mark.label
            if linked:
                yield from (HEAD + one for one in mark.heads)
                yield LINKED
        if unit < units:
            yield COPY
