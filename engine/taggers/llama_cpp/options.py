"""Options: what can be set of a language model, and how what was set comes together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from engine.errors import ModelError
from engine.taggers.llama_cpp.ahead import Ahead
from engine.taggers.llama_cpp.parts import Unit
from engine.taggers.llama_cpp.prompts.example import Bank
from engine.taggers.llama_cpp.prompts.rendering import PLAIN, TEXT
from engine.taggers.llama_cpp.prompts.strategies import settings_of

Positive = Annotated[int, msgspec.Meta(ge=1)]
Natural = Annotated[int, msgspec.Meta(ge=0)]
Strands = Annotated[int, msgspec.Meta(ge=1, le=127)]
"""Texts that go together; llama.cpp knows 256 sequences, and some models need two for each text."""

Decoder = Literal["drafted", "plain", "free"]
Answers = Literal["tags", "span-tags", "tanl", "bio", "json-list", "json-dict"]
Choice = Literal["none", "fixed", "random", "similar"]
Retriever = Literal["tf-idf", "encoder"]


class Options(msgspec.Struct, frozen=True):
    """The manifest's options for this kind of model; unknown ones are left to newer versions.

    `decoder`: ``drafted`` copies the note in blocks, ``plain`` word by word with the same tags,
    ``free`` lets the model write and finds it again; only ``free`` knows `answers` other than tags.
    `prompt` names a strategy, whose settings stand where nothing else was set; `template` is the
    frame that a model was made for.  `rules` are error rules; `learned_rules` is how many are made
    of a project's corrections where none are given.  `shots` is how many of `examples` are shown,
    out of `bank` (examples, a file of them with one a line, or empty: those of the label set).
    `unit` is what is read at once: a sentence, or as much of a section as there is room for.
    `constrained` holds JSON to its grammar.  `spaced` shows the words of a sentence with blanks
    between them, as Kiwi does; `stops` are texts that end an answer in place of the format's end.

    `tags` (label to opening tag) and `close` are written in place of tags of our choice;
    `bias` per label, and `close_bias`, are added to the logits of tags; `thresholds` names a `bias`
    that was fitted and kept, which goes in before a run where none is given.  With `modifiers`,
    each sentence with a tag is read once more for the label set's modifiers; with `orphans`,
    one without a tag too, and what is said there belongs to nothing.  `draft` names
    another tagger that goes ahead: the more this model agrees with it, the faster it is; or, as
    ``layer:3``, a layer of the project, and then `ahead` is what that says, by the hash of a note.
    `adapters` are files of the manifest, by role, each with its strength; 0 leaves one out.
    """

    decoder: Decoder = "drafted"
    answers: Answers = "tags"
    prompt: str = "definitions"
    template: str = PLAIN
    per_type: bool = False
    unit: Unit = "sentence"
    definitions: bool = True
    guideline: bool = False
    rules: tuple[str, ...] = ()
    learned_rules: Natural = 0
    examples: Choice = "none"
    shots: Positive = 5
    seed: int = 0
    retriever: Retriever = "tf-idf"
    bank: Bank | str = ""
    constrained: bool = True
    spaced: bool = False
    stops: tuple[str, ...] = ()
    chat: bool = False
    tags: dict[str, str] = {}
    close: str = ""
    bias: dict[str, float] = {}
    close_bias: float = 0.0
    thresholds: str = ""
    modifiers: bool = False
    orphans: bool = False
    draft: str = ""
    ahead: dict[str, Ahead] = {}
    depth: Positive = 1
    context: Positive = 4096
    block: Natural = 8
    unsure_block: Natural = 2
    strands: Strands = 8
    threads: Natural = 0
    gpu_layers: Natural = 0
    adapters: dict[str, float] = {}
    flash: bool = False


def options_from(manifest: Mapping[str, Any], chosen: Mapping[str, Any], title: str) -> Options:
    """Return the options of a run: `chosen` go before the manifest's, a strategy's before both's defaults.

    Raises:
        ModelError: an option is not right, or is not known.
    """
    ours, theirs = _with_strategy(manifest), _with_strategy(chosen)
    if unknown := chosen.keys() - {one.name for one in msgspec.structs.fields(Options)}:
        raise ModelError(f"A language model knows no option “{min(unknown)}”.")
    try:
        options = msgspec.convert({**ours, **theirs}, Options)
    except msgspec.ValidationError as error:
        raise ModelError(f"The options of the model “{title}” are not right: {error}.") from error
    if options.decoder != "free" and options.answers != "tags":
        if "decoder" in chosen:
            raise ModelError(f"Answers as “{options.answers}” need the decoder “free”.")
        options = msgspec.structs.replace(options, decoder="free")
    return options


def _with_strategy(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Put a strategy's settings under what is set by name; a template may be given in its place."""
    named = settings.get("prompt", "")
    if TEXT in named:
        rest = {key: value for key, value in settings.items() if key != "prompt"}
        return {"template": named, **rest}
    return {**settings_of(named), **settings} if named else dict(settings)
