"""Tagger: a local language model that may only copy the note and tag it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec

from engine.annotation.said import Answer
from engine.errors import ModelError
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files.manifest import read_manifest
from engine.taggers.llama_cpp.automaton import Automaton, Ids, TagIds
from engine.taggers.llama_cpp.backend import LlamaBackend, Loading
from engine.taggers.llama_cpp.collected import Collected
from engine.taggers.llama_cpp.decoding import Cost, DraftedTagging, Pace
from engine.taggers.llama_cpp.modifiers import (
    ModifierTags,
    ModifierTask,
    modifier_tags,
    modifier_tasks,
    most_ids,
)
from engine.taggers.llama_cpp.prompt import AFTER_NUMBERS, PLAIN, prompt
from engine.taggers.llama_cpp.rule import Rule
from engine.taggers.llama_cpp.strand import Drafted, Task
from engine.taggers.llama_cpp.tags import choose_tags
from engine.taggers.llama_cpp.tokens import Reading, read
from engine.taggers.registry import find_tagger, load_tagger
from engine.taggers.tagger import Tagger
from engine.text.sentence import sentences
from engine.text.span import Span
from engine.text.token import tokenize

KIND = "llama-cpp.v1"

_NO_ROLLBACK = (
    "The memory of this model cannot be rolled back, so each word is decided on its own. "
    "The tags are the same, and take several times as long."
)

Positive = Annotated[int, msgspec.Meta(ge=1)]
Natural = Annotated[int, msgspec.Meta(ge=0)]


class Options(msgspec.Struct, frozen=True):
    """The manifest's options for this kind of model; unknown ones are left to newer versions.

    `tags` (label to opening tag) and `close` are written in place of tags of our choice;
    `bias` per label, and `close_bias`, are added to the logits of tags.  With `modifiers`,
    each sentence with a tag is read once more for the label set's modifiers.  `draft` names
    another tagger that goes ahead: the more this model agrees with it, the faster it is.
    """

    prompt: str = PLAIN
    tags: dict[str, str] = {}
    close: str = ""
    bias: dict[str, float] = {}
    close_bias: float = 0.0
    modifiers: bool = False
    draft: str = ""
    depth: Positive = 1
    context: Positive = 4096
    block: Natural = 64
    unsure_block: Natural = 4
    strands: Positive = 4
    threads: Natural = 0
    gpu_layers: Natural = 0
    flash: bool = False


@dataclass(frozen=True, slots=True)
class _Ready:
    """What is prepared for one label set."""

    labels: LabelSet
    names: tuple[str, ...]
    tags: TagIds
    after: Ids
    tagging: DraftedTagging
    modifiers: ModifierTags | None
    modifying: DraftedTagging
    after_numbers: Ids


class LlamaCppTagger:
    """A loaded GGUF model.  Used from the thread that loaded it."""

    def __init__(self, folder: Path, options: Mapping[str, Any] | None = None) -> None:
        """Load the model in `folder`; `options` of this run override the manifest's.

        Raises:
            ModelError: llama.cpp is not installed, or the model or an option is unsuitable.
        """
        self._manifest = read_manifest(folder)
        try:
            self._options = msgspec.convert({**self._manifest.options, **(options or {})}, Options)
        except msgspec.ValidationError as error:
            raise ModelError(
                f"The options of the model “{self._manifest.title}” are not right: {error}."
            ) from error
        chosen = self._options
        loading = Loading(chosen.context, chosen.strands, chosen.threads, chosen.gpu_layers, chosen.flash)
        self._backend = LlamaBackend(self._manifest.path(folder, "model"), loading)
        self._ready: _Ready | None = None
        self._drafter = _drafter(chosen.draft) if chosen.draft else None

    @property
    def id(self) -> str:
        """Kind, name and file hash, as written into every run."""
        return f"{self._manifest.kind}/{self._manifest.name}@{self._manifest.sha256[:12]}"

    @property
    def device(self) -> str:
        """Where the model really runs."""
        return self._backend.device

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences the user should see about this model on this machine; mostly none."""
        return () if self._backend.rolls_back else (_NO_ROLLBACK,)

    @property
    def cost(self) -> Cost:
        """What tagging has cost since the label set was last changed."""
        if not self._ready:
            return Cost()
        one, two = self._ready.tagging.cost, self._ready.modifying.cost
        return Cost(one.calls + two.calls, one.tokens + two.tokens, one.decisions + two.decisions)

    def tag(self, texts: Sequence[str], labels: LabelSet, job: Job) -> Iterator[Answer]:
        """Yield one answer per text, in the order of `texts`; all offsets are exact.

        Raises:
            Cancelled: the job was cancelled, perhaps within a batch; answers yielded before stay good.
            ModelError: the model could not answer, or cannot tell these labels apart.
        """
        drafts = self._drafter.tag(texts, labels, job) if self._drafter else [Answer()] * len(texts)
        yield from self.tag_drafted(texts, drafts, labels, job)

    def tag_drafted(
        self, texts: Sequence[str], drafts: Iterable[Answer], labels: LabelSet, job: Job
    ) -> Iterator[Answer]:
        """Do what `tag` does, the faster the more of `drafts` the model agrees with; the tags are the same.

        Raises:
            Cancelled, ModelError: see `tag`.
        """
        self._backend.listen(job)
        ready = self._prepared(labels)
        for text, draft in zip(texts, drafts, strict=True):
            job.check()
            yield self._answer(text, draft, ready)

    def close(self) -> None:
        """Give back memory; the tagger is not used afterwards."""
        self._ready = None
        self._backend.close()
        if self._drafter:
            self._drafter.close()

    def _prepared(self, labels: LabelSet) -> _Ready:
        """Choose the tags for `labels` and let the model read its instructions, once."""
        if self._ready and self._ready.labels.fingerprint == labels.fingerprint:
            return self._ready
        self._ready = None
        chosen, types = self._options, labels.entities
        if not types:
            raise ModelError(f"The label set “{labels.title}” has no entity type that could be tagged.")
        names = tuple(one.name for one in types)
        tags, opens, close = choose_tags(names, chosen.tags, chosen.close, self._written)
        how = modifier_tags(labels, self._written) if chosen.modifiers and labels.modifiers else None
        described = tuple(zip(how.said, labels.modifiers, strict=True)) if how else ()
        said = prompt(chosen.prompt, tuple(zip(opens, types, strict=True)), close, described)
        bias = {number: chosen.bias.get(name, 0.0) for number, name in enumerate(names)}
        pace = Pace(chosen.block, chosen.unsure_block, chosen.strands)
        tagging = DraftedTagging(self._backend, Rule(bias, chosen.close_bias), pace)
        tagging.read_prefix(self._backend.tokens(said.before, begin=True, special=True))
        bias = {number: chosen.bias.get(name, 0.0) for number, name in enumerate(how.names if how else ())}
        modifying = tagging.sharing_prefix(Rule(bias, chosen.close_bias))
        after, numbers = self._written(said.after), self._written(AFTER_NUMBERS)
        self._ready = _Ready(labels, names, tags, after, tagging, how, modifying, numbers)
        return self._ready

    def _written(self, text: str) -> Ids:
        """Return the tokens of our own text, without the blank that some vocabularies put before it."""
        ids = self._backend.tokens(text, special=True)
        blank = not text.startswith(" ") and len(ids) > 1 and self._backend.piece(ids[0]) == b" "
        return ids[1:] if blank else ids

    def _answer(self, text: str, draft: Answer, ready: _Ready) -> Answer:
        tokens = tokenize(text)
        readings: list[tuple[Reading, Task]] = []
        for sentence in sentences(text, tokens):
            first, last = tokens.covering(sentence) or (0, 0)
            words = [tokens[number] for number in range(first, last)]
            readings += self._readings(text, words, draft, ready)
        said = ready.tagging.tag([task for _, task in readings])
        found = Collected(ready.labels, ready.names)
        again: list[tuple[Reading, int, ModifierTask]] = []
        for (reading, _), tagged in zip(readings, said, strict=True):
            first = found.add_tags(reading, tagged)
            if how := ready.modifiers:
                more = modifier_tasks(reading, tagged.found, ready.names, how, ready.after_numbers)
                again += [(reading, first, one) for one in more]
        said = ready.modifying.tag([one.task for _, _, one in again])
        for (reading, first, one), tagged in zip(again, said, strict=True):
            heads = [first + number for number in one.heads]
            found.add_modifiers(reading, tagged, heads, ready.modifiers.names if ready.modifiers else ())
        return found.answer().checked(text)

    def _readings(
        self, text: str, words: Sequence[Span], draft: Answer, ready: _Ready
    ) -> Iterator[tuple[Reading, Task]]:
        """Yield a sentence as one task or, where the model has no room for it, as several."""
        self._backend.check()
        reading = read(text, words, self._backend)
        if reading is None:
            return
        automaton = Automaton(reading.source, ready.tags, self._options.depth)
        lead = (*reading.source.ids, *ready.after)
        task = Task(lead, automaton, _drafted(reading, draft, ready.names))
        needed = task.most_ids
        if ready.modifiers:
            needed = max(needed, most_ids(reading, ready.modifiers, ready.after_numbers))
        if needed <= ready.tagging.room:
            yield reading, task
            return
        if len(words) == 1:
            raise ModelError("A word of the note is longer than the text that this model can read at once.")
        half = len(words) // 2
        yield from self._readings(text, words[:half], draft, ready)
        yield from self._readings(text, words[half:], draft, ready)


def _drafter(name: str) -> Tagger:
    """Load the tagger that goes ahead.

    Raises:
        ModelError: there is none of this name, or it is as slow as the one that it is to help.
    """
    spec = find_tagger(name)
    if spec.kind == KIND:
        raise ModelError("The draft has to come from a tagger that is no language model itself.")
    return load_tagger(spec, Job())


def _drafted(reading: Reading, draft: Answer, names: Sequence[str]) -> tuple[Drafted, ...]:
    """Return what of `draft` falls into this sentence, in units."""
    found = []
    for item in draft.items:
        units = reading.units(item.hull)
        if units and item.label in names:
            found.append(Drafted(names.index(item.label), *units))
    return tuple(found)
