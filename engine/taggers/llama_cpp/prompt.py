"""Prompt: what a model is told before it tags, and where in it the text stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import ModelError
from engine.labels.label_set import LabelType

LABELS, TEXT = "{labels}", "{text}"

PLAIN = """Copy the text and mark what it says, with these tags:

{labels}
Each tag ends with {close}. Nothing else is changed.

Text:
{text}
Tagged:
"""
"""The instruction for models that bring none of their own; `{close}` is the tag that ends another."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The instruction in two parts: what stands before every text, and what between it and the answer."""

    before: str
    after: str


def prompt(template: str, types: Sequence[LabelType], opens: Sequence[str], close: str) -> Prompt:
    """Return the prompt for these types, each with its opening tag and its definition.

    Raises:
        ModelError: the template has not exactly one place for the text.
    """
    if template.count(TEXT) != 1:
        raise ModelError("A model’s instruction needs the place “{text}” exactly once.")
    lines = [f"{tag} {one.title}: {one.definition}\n" for one, tag in zip(types, opens, strict=True)]
    before, after = (
        part.replace(LABELS, "".join(lines)).replace("{close}", close) for part in template.split(TEXT)
    )
    return Prompt(before, after)
