"""Prompt: what a model is told before it tags, and where in it the text stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import ModelError
from engine.labels.label_set import LabelType

LABELS, MODIFIERS, TEXT = "{labels}", "{modifiers}", "{text}"

PLAIN = """Copy the text and mark what it says, with these tags:

{labels}
Each tag ends with {close}. Nothing else is changed.
{modifiers}
Text:
{text}
Tagged:
"""
"""The instruction for models that bring none of their own; `{close}` is the tag that ends another."""

_SAID_OF_THEM = """
After “Modifiers:” the tags of the text are numbered. Copy the text and mark what is said of them:
the kind, the numbers of the tags that it belongs to, and its words in brackets, as in kind12(words).

"""

AFTER_NUMBERS = "\nModifiers:\n"
"""What stands between a sentence with numbered tags and its modifiers."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The instruction in two parts: what stands before every text, and what between it and the answer."""

    before: str
    after: str


Described = Sequence[tuple[str, LabelType]]
"""Types, each with the way it is written in an answer."""


def prompt(template: str, types: Described, close: str, modifiers: Described = ()) -> Prompt:
    """Return the prompt for these types, each with its opening tag and its definition.

    Raises:
        ModelError: the template has not exactly one place for the text.
    """
    if template.count(TEXT) != 1:
        raise ModelError("A model’s instruction needs the place “{text}” exactly once.")
    more = _SAID_OF_THEM + _lines(modifiers) if modifiers else ""
    before, after = (
        part.replace("{close}", close).replace(LABELS, _lines(types)).replace(MODIFIERS, more)
        for part in template.split(TEXT)
    )
    return Prompt(before, after)


def _lines(types: Described) -> str:
    return "".join(f"{written} {one.title}: {one.definition}\n" for written, one in types)
