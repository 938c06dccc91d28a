"""Preview: a prompt as a model will read it, put together without the model."""

from __future__ import annotations

from collections.abc import Sequence

from engine.labels.label_set import LabelSet, LabelType
from engine.taggers.llama_cpp.formats.answer_format import AnswerFormat
from engine.taggers.llama_cpp.formats.inline_tags import NAME as TAGS
from engine.taggers.llama_cpp.formats.inline_tags import InlineTags
from engine.taggers.llama_cpp.formats.registry import find_format
from engine.taggers.llama_cpp.options import Options
from engine.taggers.llama_cpp.prompts.example import Example
from engine.taggers.llama_cpp.prompts.rendering import Parts, prompt
from engine.taggers.llama_cpp.tags import FAMILIES


def rendered(options: Options, labels: LabelSet, text: str, examples: Sequence[Example] = ()) -> str:
    """Return what a model reads before it answers for the sentence `text`.

    With one type a call, the prompt of the first type.  Tags of our choice are shown in the
    likeliest way to write them: which one is taken depends on the model's vocabulary.  What a
    model's own chat template puts around it is not shown.

    Raises:
        ModelError: the template or the answer format is not right.
    """
    types = labels.entities[:1] if options.per_type else labels.entities
    how = _format(options, types)
    parts = Parts(options.definitions, options.guideline, options.rules)
    return prompt(options.template, types, how, parts).whole(text, examples, how)


def _format(options: Options, types: Sequence[LabelType]) -> AnswerFormat:
    if options.answers != TAGS:
        return find_format(options.answers)
    opens, close = FAMILIES[0]
    written = {one.name: options.tags.get(one.name, opens.format(name=one.name)) for one in types}
    return InlineTags(written, options.close or close)
