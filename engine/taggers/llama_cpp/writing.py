"""Writing: answers had by letting the model write what it likes, in a format, and finding that in the note.

The published way.  The room for an answer is measured on the text itself; an answer that
fills it is asked for once more with twice the room, and flagged where even that is full.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate

from engine.annotation.said import Answer
from engine.errors import ModelError
from engine.labels.label_set import LabelSet, LabelType
from engine.taggers.llama_cpp.automaton import Ids
from engine.taggers.llama_cpp.formats.answer_format import AnswerFormat, Flaw, Mark, Names, names_of
from engine.taggers.llama_cpp.formats.inline_tags import NAME as TAGS
from engine.taggers.llama_cpp.formats.inline_tags import InlineTags
from engine.taggers.llama_cpp.formats.json_grammar import grammar_of
from engine.taggers.llama_cpp.formats.registry import find_format
from engine.taggers.llama_cpp.formats.span_tags import SpanTags
from engine.taggers.llama_cpp.formats.tanl import Tanl
from engine.taggers.llama_cpp.gathered import Gathered, Told
from engine.taggers.llama_cpp.generation import Choose, Request, Written, likeliest
from engine.taggers.llama_cpp.instructions import Instructions
from engine.taggers.llama_cpp.options import Options
from engine.taggers.llama_cpp.parts import Part, halves, parts, words_of
from engine.taggers.llama_cpp.prompts.example import Example
from engine.taggers.llama_cpp.prompts.rendering import Parts, Prompt, one_line, prompt
from engine.taggers.llama_cpp.prompts.shots import Shots, asked_for
from engine.taggers.llama_cpp.tags import FAMILIES
from engine.text.span import Span
from engine.text.token import tokenize

_SPARE = 1.25
_LEAST = 24
_AGAIN = 2
"""How much more room an answer gets that was cut."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for at once, and how: all types, one of them, or the modifiers of a thing of one type."""

    types: tuple[LabelType, ...]
    how: AnswerFormat
    prompt: Prompt
    names: Names
    of: LabelType | None = None

    @property
    def labels(self) -> list[str]:
        return [one.name for one in self.types]

    @property
    def said(self) -> str:
        """How a raw answer remembers it."""
        return f"{self.how.name}: {', '.join(self.labels)}"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the note: its words, what the model is shown of it, and the examples before it.

    `head` is the number of the thing whose modifiers are asked for, None in the first pass.
    """

    part: Part
    shown: str
    examples: tuple[Example, ...]
    head: int | None = None

    @property
    def span(self) -> Span:
        return Span(self.part[0][0].start, self.part[-1][-1].end)


class Writing:
    """Tags by one label set.  Used from one thread; the memory of the model belongs to it."""

    def __init__(self, instructions: Instructions, options: Options, labels: LabelSet, shots: Shots) -> None:
        """Put the prompts together, look at the examples, and let the model read its instructions.

        Raises:
            Cancelled: the job was cancelled meanwhile.
            ModelError: the examples are not right, or all that is too long.
        """
        self._instructions = instructions
        self._options = options
        self._labels = labels
        self._shots = shots
        self._how = self._format(labels.entities)
        groups = [(one,) for one in labels.entities] if options.per_type else [labels.entities]
        self._asked = [self._prepared(types) for types in groups]
        instructions.read(self._prefix(self._asked[0], ""))

    @property
    def said_labels(self) -> frozenset[str]:
        """The labels that an answer can hold."""
        types = self._labels.types if self._options.modifiers else self._labels.entities
        return frozenset(one.name for one in types)

    def answer(self, text: str, draft: Answer, chosen: Collection[Span] | None) -> Answer:
        """Return what the model says of `text`, or of its sentences `chosen`; it has no use for a draft.

        Raises:
            Cancelled, ModelError: see `Tagger.tag`.
        """
        del draft
        found = Gathered(text, self._labels)
        asked_at_once = parts(text, tokenize(text), self._options.unit, chosen)
        for asked in self._asked:
            self._ask(asked, [self._piece(text, part, asked) for part in asked_at_once], found)
        if self._options.modifiers:
            self._ask_modifiers(asked_at_once, found)
        return found.answer().checked(text)

    def _format(self, types: Sequence[LabelType]) -> AnswerFormat:
        chosen = self._options
        if chosen.answers != TAGS:
            return find_format(chosen.answers)
        opens, close = FAMILIES[0]
        written = {one.name: chosen.tags.get(one.name, opens.format(name=one.name)) for one in types}
        return InlineTags(written, chosen.close or close)

    def _prepared(self, types: Sequence[LabelType], of: LabelType | None = None) -> _Asked:
        chosen, how = self._options, self._how
        if of and isinstance(how, InlineTags):
            how = self._format(types)
        more = f"Mark only what is said of the thing that is marked as {of.name}.\n" if of else ""
        rules = () if of else chosen.rules
        parts = Parts(chosen.definitions, chosen.guideline, rules, more)
        said = prompt(chosen.template, types, how, parts)
        return _Asked(tuple(types), how, said, names_of(types, self._labels.aliases), of)

    def _piece(self, text: str, part: Part, asked: _Asked) -> _Piece:
        words = words_of(part)
        span = Span(words[0].start, words[-1].end)
        examples = self._shots.of_sentence(span.of(text), text) if self._shots.by_sentence else []
        return _Piece(part, self._shown(text, words), tuple(asked_for(examples, asked.labels)))

    def _shown(self, text: str, words: Sequence[Span]) -> str:
        """Return what the model is shown of a sentence, on one line."""
        if self._options.spaced:
            return " ".join(one.of(text) for one in words)
        return one_line(text[words[0].start : words[-1].end])

    def _ask(self, asked: _Asked, pieces: Sequence[_Piece], found: Gathered) -> None:
        """Let the model answer for all `pieces`, and gather what it says."""
        self._instructions.read(self._prefix(asked, found.text))
        writing = self._instructions.generation()
        with _choosing(self._instructions, asked, constrained=self._options.constrained) as choose:
            todo = [one for piece in pieces for one in self._fitting(piece, asked, found.text, writing.room)]
            written = writing.write(
                [Request(lead, most, self._stops(asked), choose()) for _, lead, most in todo]
            )
            more = [min(_AGAIN * most, writing.room - len(lead)) for _, lead, most in todo]
            cut = [n for n, one in enumerate(written) if one.cut and more[n] > todo[n][2]]
            again = [Request(todo[n][1], more[n], self._stops(asked), choose()) for n in cut]
            for number, one in zip(cut, writing.write(again), strict=True):
                written[number] = one
        for (piece, _, _), one in zip(todo, written, strict=True):
            raw = one.text.replace("\0", "\ufffd")  # a project can hold no NUL, and no note has one
            read = asked.how.read(raw, asked.names)
            flaws = read.flaws | ({Flaw.CUT} if one.cut else set())
            told = Told(piece.span, asked.said, raw, replace(read, flaws=flaws), _sure(one), piece.head)
            found.add(told, everywhere=asked.how.everywhere)

    def _prefix(self, asked: _Asked, text: str) -> str:
        """Return what stands before every sentence of the note `text`."""
        fixed = [] if self._shots.by_sentence or asked.of else self._shots.of_note(text)
        return asked.prompt.before + asked.prompt.shown(asked_for(fixed, asked.labels), asked.how)

    def _ask_modifiers(self, asked_at_once: Sequence[Part], found: Gathered) -> None:
        """Ask for the modifiers of each thing that was found, one at a time in its sentence, as Kiwi does."""
        sentences = [words for part in asked_at_once for words in part]
        for entity in self._labels.entities:
            types = [one for one in self._labels.modifiers if self._labels.relation(entity.name, one.name)]
            heads = found.of(entity.name)
            if not types or not heads:
                continue
            asked = self._prepared(types, entity)
            pieces = []
            for number, span in heads:
                home = next((one for one in sentences if Span(one[0].start, one[-1].end).contains(span)), ())
                if home:
                    marked = self._marked(found.text, home, span, entity.name)
                    pieces.append(_Piece((home,), marked, (), number))
            self._ask(asked, pieces, found)

    def _marked(self, text: str, words: Sequence[Span], span: Span, label: str) -> str:
        """Return a sentence as it is shown with one thing marked, by its place: equal words stay apart."""
        said = [one.of(text) for one in words]
        if self._options.spaced:
            starts = list(accumulate((len(one) + 1 for one in said), initial=0))
            inside = [n for n, one in enumerate(words) if one.overlaps(span)]
            shown, first = " ".join(said), starts[inside[0]]
            mark = Mark(first, starts[inside[-1]] + len(said[inside[-1]]), label)
        else:
            shown = one_line(text[words[0].start : words[-1].end])
            mark = Mark(span.start - words[0].start, span.end - words[0].start, label)
        how = self._how if isinstance(self._how, Tanl | InlineTags) else SpanTags()
        return how.write(shown, [mark])

    def _fitting(
        self, piece: _Piece, asked: _Asked, text: str, room: int
    ) -> Iterator[tuple[_Piece, Ids, int]]:
        """Yield `piece` with what stands before its answer and the room for that.

        Where there is too little room the least similar examples go first, then the part is halved.
        """
        most = self._most(piece.shown, asked)
        for left_out in range(len(piece.examples) + 1):
            lead = self._lead(piece.examples[left_out:], piece.shown, asked)
            if len(lead) + most <= room:
                yield piece, lead, most
                return
        if len(words_of(piece.part)) == 1 or piece.head is not None:
            raise ModelError(
                "A sentence of the note is longer than what this model can read and answer at once."
            )
        for half in halves(piece.part):
            yield from self._fitting(self._piece(text, half, asked), asked, text, room)

    def _lead(self, examples: Sequence[Example], shown: str, asked: _Asked) -> Ids:
        before = asked.prompt.shown(examples, asked.how) + asked.prompt.begin
        read = self._instructions.backend.tokens(shown)
        ahead = self._instructions.written(before) if before else ()
        return (*ahead, *read, *self._instructions.turned(asked.prompt.after))

    def _most(self, shown: str, asked: _Asked) -> int:
        """Return how many tokens an answer may have: a quarter more than with every second word marked."""
        words = list(tokenize(shown))[::2]
        longest = max(asked.labels, key=len)
        answer = asked.how.write(shown, [Mark(one.start, one.end, longest) for one in words])
        return int(_SPARE * len(self._instructions.backend.tokens(answer))) + _LEAST

    def _stops(self, asked: _Asked) -> tuple[str, ...]:
        """Return what ends an answer; in a chat the model ends its turn by itself."""
        return self._options.stops or (() if self._options.chat else (asked.how.stop,))


@contextmanager
def _choosing(
    instructions: Instructions, asked: _Asked, *, constrained: bool
) -> Iterator[Callable[[], Choose]]:
    """Give what chooses the tokens of each answer: the likeliest, or the likeliest that a grammar allows."""
    gbnf = grammar_of(asked.how, asked.labels) if constrained else None
    if gbnf is None:
        yield lambda: likeliest
        return
    with closing(instructions.backend.grammar(gbnf)) as grammar:
        yield grammar.chooser


def _sure(one: Written) -> float:
    """Return how likely each token of an answer was to the model, in the geometric mean."""
    return min(1.0, math.exp(sum(one.log_probs) / max(1, len(one.log_probs))))
