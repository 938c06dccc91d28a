"""Rendering: a prompt put together from its parts, and where in it the text stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import ModelError
from engine.labels.label_set import LabelType
from engine.taggers.llama_cpp.formats.answer_format import AnswerFormat
from engine.taggers.llama_cpp.prompts.example import Example

INSTRUCTIONS, EXAMPLES, TEXT, FORMAT, TYPES = "{instructions}", "{examples}", "{text}", "{format}", "{types}"

PLAIN = """{instructions}
{examples}Text:
{text}
Answer:
"""
"""The frame for models that bring none of their own."""

KIWI = """### Task:
{instructions}
{examples}### Input Text: {text} <EOS>
### Output Text:"""
"""The frame of models tuned with Kiwi’s code (Hu et al., JAMIA 2026): its headings, our words."""

END = "\n\n"
"""What ends an answer, in an example and where a model was trained on this frame."""

_FOLDED = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Parts:
    """What instructions hold beside the task: each of them may be there or not.

    `rules` are sentences made of mistakes that a reviewer found; see `engine.steps.error_rules`.
    `more` belongs to the task, and stands behind everything else.
    """

    definitions: bool = True
    guideline: bool = False
    rules: tuple[str, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt in the parts that change at different times.

    `before` is the same for every text; `begin` and `after` stand around each text, and
    examples stand between `before` and `begin`.
    """

    before: str
    begin: str
    after: str

    def shown(self, examples: Sequence[Example], how: AnswerFormat) -> str:
        """Return `examples` as the model reads them, the last of them next to the text."""
        return "".join(
            f"{self.begin}{one_line(one.text)}{self.after}{how.write(one_line(one.text), one.marked)}{END}"
            for one in examples
        )

    def whole(self, text: str, examples: Sequence[Example], how: AnswerFormat) -> str:
        """Return all that the model reads before it answers for `text`."""
        return f"{self.before}{self.shown(examples, how)}{self.begin}{one_line(text)}{self.after}"


def one_line(text: str) -> str:
    """Return `text` with each line break and tab as a blank, character for character, so offsets stay."""
    return _FOLDED.sub(" ", text)


def prompt(template: str, types: Sequence[LabelType], how: AnswerFormat, parts: Parts) -> Prompt:
    """Return the prompt that asks for `types`, written as `how` says, in the frame `template`.

    A template without a place for instructions is of a model that knows its task: then only the
    `parts` that are wanted stand before everything.

    Raises:
        ModelError: the template has not exactly one place for the text, or examples behind it.
    """
    if template.count(TEXT) != 1 or template.count(EXAMPLES) > 1:
        raise ModelError("A model’s instruction needs the place “{text}” exactly once.")
    before, after = template.split(TEXT)
    if EXAMPLES in after:
        raise ModelError("In a model’s instruction the place “{examples}” stands before “{text}”.")
    head, _, begin = before.rpartition(EXAMPLES) if EXAMPLES in before else _paragraph(before)
    asked = ", ".join(one.name for one in types)
    head, begin, after = (one.replace(FORMAT, how.name).replace(TYPES, asked) for one in (head, begin, after))
    said = _parts(types, how, parts)
    task = how.task(types) + said + parts.more
    return Prompt(head.replace(INSTRUCTIONS, task) if INSTRUCTIONS in head else said + head, begin, after)


def _paragraph(before: str) -> tuple[str, str, str]:
    """Split where the paragraph of the text begins, for a template that names no place for examples."""
    at = before.rfind("\n\n") + 2 if "\n\n" in before else 0
    return before[:at], "", before[at:]


def _parts(types: Sequence[LabelType], how: AnswerFormat, parts: Parts) -> str:
    """Return the wanted parts, each behind its heading and ended by a newline."""
    said = ""
    if parts.definitions:
        said += "What they mean:\n"
        said += "".join(f"{how.named(one)}: {one.definition or one.title}\n" for one in types)
    if parts.guideline and any(one.guideline for one in types):
        told = (f"{how.named(one)}: {_joined(one.guideline)}\n" for one in types if one.guideline)
        said += "How to mark them:\n" + "".join(told)
    if parts.rules:
        said += "Mistakes to avoid:\n" + "".join(f"- {one}\n" for one in parts.rules)
    return said


def _joined(paragraph: str) -> str:
    return " ".join(paragraph.split())
