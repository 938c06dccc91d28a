"""Registry: each answer format by the name that options give it."""

from __future__ import annotations

from collections.abc import Callable

from engine.errors import ModelError
from engine.taggers.llama_cpp.formats.answer_format import AnswerFormat
from engine.taggers.llama_cpp.formats.bio_lines import BioLines
from engine.taggers.llama_cpp.formats.json_answers import JsonDict, JsonList
from engine.taggers.llama_cpp.formats.span_tags import SpanTags
from engine.taggers.llama_cpp.formats.tanl import Tanl

FORMATS: dict[str, Callable[[], AnswerFormat]] = {
    one.name: one for one in (SpanTags, Tanl, BioLines, JsonList, JsonDict)
}
"""The formats that need no model to be chosen; see `inline_tags` for the one of drafted tagging."""


def find_format(name: str) -> AnswerFormat:
    """Return the format called `name`.

    Raises:
        ModelError: there is none.
    """
    try:
        return FORMATS[name]()
    except KeyError:
        known = ", ".join(FORMATS)
        raise ModelError(f"There is no answer format “{name}”. There are: {known}.") from None
