"""Copying: answers had by letting the model copy the note and tag it, in blocks or step by step."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from engine.annotation.said import Answer
from engine.errors import ModelError
from engine.labels.label_set import LabelSet, LabelType
from engine.taggers.llama_cpp.automaton import STEM, Automaton, Ids, TagIds
from engine.taggers.llama_cpp.collected import Collected
from engine.taggers.llama_cpp.formats.inline_tags import InlineTags
from engine.taggers.llama_cpp.instructions import Instructions, Tagging
from engine.taggers.llama_cpp.modifiers import (
    AFTER_NUMBERS,
    Foreseen,
    ModifierTask,
    modifier_tags,
    modifier_tasks,
    most_ids,
    orphan_task,
)
from engine.taggers.llama_cpp.options import Options
from engine.taggers.llama_cpp.parts import Part, halves, parts, words_of
from engine.taggers.llama_cpp.prompts.example import Example
from engine.taggers.llama_cpp.prompts.rendering import Parts, Prompt, prompt
from engine.taggers.llama_cpp.prompts.shots import Shots, asked_for
from engine.taggers.llama_cpp.rule import Rule
from engine.taggers.llama_cpp.strand import Drafted, Task
from engine.taggers.llama_cpp.tags import choose_tags
from engine.taggers.llama_cpp.tokens import Reading, read
from engine.text.span import Span
from engine.text.token import tokenize

_SAID_OF_THEM = """
After “Modifiers:” the tags of the text are numbered. Copy the text and mark what is said of them:
the kind, the numbers of the tags that it belongs to, and its words in brackets, as in kind12(words).

"""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for at once, and how: all types, or one of them."""

    names: tuple[str, ...]
    tags: TagIds
    prompt: Prompt
    how: InlineTags
    after: Ids


@dataclass(frozen=True, slots=True)
class _Note:
    """A note, what is read at once of it, its draft, and what is found in it."""

    text: str
    parts: Sequence[Part]
    draft: Answer
    found: Collected


class Copying:
    """Tags by one label set.  Used from one thread; the memory of the model belongs to it."""

    def __init__(self, instructions: Instructions, options: Options, labels: LabelSet, shots: Shots) -> None:
        """Choose the tags for `labels`, look at the examples, and let the model read its instructions.

        Raises:
            Cancelled: the job was cancelled meanwhile.
            ModelError: the tags cannot be told apart, the examples are not right, or all that is too long.
        """
        self._instructions = instructions
        self._options = options
        self._labels = labels
        self._shots = shots
        self._numbers = instructions.written(AFTER_NUMBERS)
        wanted = options.modifiers and labels.modifiers
        self._modifiers = modifier_tags(labels, instructions.written) if wanted else None
        groups = [(one,) for one in labels.entities] if options.per_type else [labels.entities]
        self._asked = [self._prepared(types) for types in groups]
        instructions.read(self._prefix(self._asked[0], ""))

    @property
    def said_labels(self) -> frozenset[str]:
        """The labels that an answer can hold."""
        entities = frozenset(name for asked in self._asked for name in asked.names)
        return entities | frozenset(self._modifiers.names if self._modifiers else ())

    def answer(self, text: str, draft: Answer, chosen: Collection[Span] | None) -> Answer:
        """Return what the model says of `text`, or of the sentences `chosen` of it.

        Raises:
            Cancelled, ModelError: see `Tagger.tag`.
        """
        read_at_once = parts(text, tokenize(text), self._options.unit, chosen)
        note = _Note(text, read_at_once, draft, Collected(self._labels))
        for asked in self._asked:
            self._ask(note, asked)
        return note.found.answer().checked(text)

    def _prepared(self, types: Sequence[LabelType]) -> _Asked:
        chosen, write = self._options, self._instructions.written
        names = tuple(one.name for one in types)
        tags, opens, close = choose_tags(names, chosen.tags, chosen.close, write)
        how = InlineTags(dict(zip(names, opens, strict=True)), close)
        more = _SAID_OF_THEM + self._described() if self._modifiers else ""
        parts = Parts(chosen.definitions, chosen.guideline, chosen.rules, more)
        said = prompt(chosen.template, types, how, parts)
        return _Asked(names, tags, said, how, self._instructions.turned(said.after))

    def _described(self) -> str:
        """Return a line for each modifier, with the way it is written."""
        said = self._modifiers.said if self._modifiers else ()
        both = zip(said, self._labels.modifiers, strict=True)
        return "".join(f"{written} {one.title}: {one.definition}\n" for written, one in both)

    def _ask(self, note: _Note, asked: _Asked) -> None:
        """Read every part once for `asked`, and once more for its modifiers."""
        self._instructions.read(self._prefix(asked, note.text))
        tagging = self._instructions.tagging(self._rule(asked.names, asked.tags))
        readings: list[tuple[Reading, Task]] = []
        for part in note.parts:
            lead: Ids = ()
            if self._shots.by_sentence:
                sentence = note.text[part[0][0].start : part[-1][-1].end]
                examples = self._shots.of_sentence(sentence, note.text)
                lead = self._instructions.written(self._shown(asked, examples) + asked.prompt.begin)
            readings += self._readings(note, part, asked, tagging, lead)
        said = tagging.tag([task for _, task in readings])
        again: list[tuple[Reading, int, ModifierTask]] = []
        for (reading, _), tagged in zip(readings, said, strict=True):
            first = note.found.add_tags(reading, tagged, asked.names)
            if how := self._modifiers:
                draft = _foreseen(reading, note.draft, how.names)
                more = modifier_tasks(reading, tagged.found, asked.names, how, self._numbers, draft)
                if self._options.orphans and not tagged.found:
                    more = iter([orphan_task(reading, how, self._numbers, draft)])
                again += [(reading, first, one) for one in more]
        self._ask_again(note, again)

    def _ask_again(self, note: _Note, again: Sequence[tuple[Reading, int, ModifierTask]]) -> None:
        names = self._modifiers.names if self._modifiers else ()
        said = self._instructions.tagging(self._rule(names)).tag([one.task for _, _, one in again])
        for (reading, first, one), tagged in zip(again, said, strict=True):
            heads = [first + number for number in one.heads]
            note.found.add_modifiers(reading, tagged, heads, names)

    def _prefix(self, asked: _Asked, text: str) -> str:
        """Return what stands before every sentence of the note `text`."""
        if self._shots.by_sentence:
            return asked.prompt.before
        return asked.prompt.before + self._shown(asked, self._shots.of_note(text)) + asked.prompt.begin

    def _shown(self, asked: _Asked, examples: Sequence[Example]) -> str:
        return asked.prompt.shown(asked_for(examples, asked.names), asked.how)

    def _rule(self, names: Sequence[str], tags: TagIds | None = None) -> Rule:
        """Return the rule by which labels are chosen; a stem has the largest bias of the labels behind it."""
        bias = {number: self._options.bias.get(name, 0.0) for number, name in enumerate(names)}
        for number, stem in enumerate(tags.stems if tags else ()):
            bias[STEM - number] = max(bias[label] for label in stem.labels)
        return Rule(bias, self._options.close_bias)

    def _readings(
        self, note: _Note, part: Part, asked: _Asked, tagging: Tagging, lead: Ids
    ) -> Iterator[tuple[Reading, Task]]:
        """Yield a part as one task or, where the model has no room for it, as several."""
        backend, words = self._instructions.backend, words_of(part)
        backend.check()
        reading = read(note.text, words, backend)
        if reading is None:
            return
        automaton = Automaton(reading.source, asked.tags, self._options.depth)
        begun = (*lead, *reading.source.ids, *asked.after)
        task = Task(begun, automaton, _drafted(reading, note.draft, asked.names))
        needed = task.most_ids
        if self._modifiers:
            needed = max(needed, most_ids(reading, self._modifiers, self._numbers))
        if needed <= tagging.room:
            yield reading, task
        elif lead and len(words) == 1:
            yield from self._readings(note, part, asked, tagging, ())
        elif len(words) == 1:
            raise ModelError("A word of the note is longer than the text that this model can read at once.")
        else:
            for half in halves(part):
                yield from self._readings(note, half, asked, tagging, lead)


def _drafted(reading: Reading, draft: Answer, names: Sequence[str]) -> tuple[Drafted, ...]:
    """Return what of `draft` falls into this sentence, in units."""
    found = []
    for item in draft.items:
        units = reading.units(item.hull)
        if units and item.label in names:
            found.append(Drafted(names.index(item.label), *units))
    return tuple(found)


def _foreseen(reading: Reading, draft: Answer, names: Sequence[str]) -> list[Foreseen]:
    """Return what of the modifiers of `draft` falls into this sentence, in units."""
    found = []
    for number, item in enumerate(draft.items):
        units = reading.units(item.hull) if item.label in names else None
        if units:
            heads = (draft.items[one.head].hull for one in draft.relations if one.tail == number)
            places = tuple(place for one in heads if (place := reading.units(one)))
            found.append(Foreseen(names.index(item.label), *units, places))
    return found
