"""Tagger: two taggers as one; the second reads the sentences that a policy chooses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Protocol, runtime_checkable

import msgspec

from engine.annotation.said import Answer, LabelledSpan, SaidRelation, answer
from engine.errors import ModelError
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.taggers.cascade.merging import Split, made_by, merged
from engine.taggers.cascade.policy import THRESHOLD, Choosing, Policy
from engine.taggers.registry import TaggerSpec, find_tagger, load_tagger
from engine.taggers.tagger import Tagger
from engine.text.sentence import sentences
from engine.text.span import Span
from engine.text.token import tokenize

KIND = "cascade.v1"

_TERMS = "dictionary.v1"
"""The kind whose silence means nothing: a list of terms does not speak of what is not on it."""

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which taggers, by name or place, and when the second is asked; plain values, as a run records them.

    `other` is compared with the first under the policy ``disagreeing``; `threshold` is the score
    below which a tag is uncertain; `sections` are titles as `engine.text.section` gives them.
    `models` says which files these were, and is for the record alone.
    """

    first: str
    second: str
    policy: Policy = Policy.UNCERTAIN
    threshold: Share = THRESHOLD
    sections: tuple[str, ...] = ()
    other: str = ""
    first_options: dict[str, Any] = {}
    second_options: dict[str, Any] = {}
    other_options: dict[str, Any] = {}
    models: dict[str, str] = {}


@runtime_checkable
class ReadsSentences(Tagger, Protocol):
    """A tagger that can be asked for some sentences of a text, and told what another thinks of them."""

    def tag_drafted(
        self,
        texts: Sequence[str],
        drafts: Sequence[Answer],
        labels: LabelSet,
        job: Job,
        chosen: Sequence[Sequence[Span]] | None = None,
    ) -> Iterator[Answer]:
        """Yield one answer per text, of its `chosen` sentences alone; see `Tagger.tag`."""
        ...

    def said_labels(self, labels: LabelSet) -> frozenset[str]:
        """Return the labels that it can say with its options."""
        ...


@dataclass(slots=True)
class Counts:
    """How many sentences were read, for how many the second tagger was asked, and what that took it."""

    sentences: int = 0
    chosen: int = 0
    calls: int = 0
    tokens: int = 0
    decisions: int = 0


def cascade_of(first: TaggerSpec, second: TaggerSpec, policy: Mapping[str, Any]) -> TaggerSpec:
    """Return how to load `first` and `second` as one tagger; `policy` holds the other options.

    Raises:
        ModelError: an option is not right, or there is nothing to disagree with.
    """
    other = find_tagger(str(policy["other"])) if policy.get("other") else None
    models = {"first": first.id, "second": second.id, **({"other": other.id} if other else {})}
    said = {
        **policy,
        **({"other": other.place} if other else {}),
        "first": first.place,
        "second": second.place,
        "first_options": dict(first.options),
        "second_options": dict(second.options),
        "models": models,
    }
    chosen = _options(said)
    return TaggerSpec(
        f"{first.name}+{second.name}",
        KIND,
        first.folder,
        msgspec.to_builtins(chosen),
        title=f"{first.title or first.name}, then {second.title or second.name}",
        label_set=first.label_set or second.label_set,
        sha256=hashlib.sha256("\n".join(models.values()).encode()).hexdigest(),
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """The taggers of a cascade, each with how to load it, and its policy."""

    first: TaggerSpec
    second: TaggerSpec
    other: TaggerSpec | None
    choosing: Choosing


def parts_of(spec: TaggerSpec) -> Parts:
    """Return what the cascade `spec` is made of.

    Raises:
        ModelError: an option is not right, or a tagger cannot be found.
    """
    chosen = _options(spec.options)
    return Parts(
        _found(chosen.first, chosen.first_options),
        _found(chosen.second, chosen.second_options),
        _found(chosen.other, chosen.other_options) if chosen.other else None,
        choosing_of(chosen),
    )


def _found(name: str, options: Mapping[str, Any]) -> TaggerSpec:
    spec = find_tagger(name)
    return replace(spec, options={**spec.options, **options})


def choosing_of(options: Options) -> Choosing:
    """Return the policy of `options`, with all that it needs.

    Raises:
        ModelError: the tagger to compare with, or a section, cannot be found.
    """
    silent = bool(options.other) and find_tagger(options.other).kind == _TERMS
    choosing = Choosing(options.policy, options.threshold, frozenset(options.sections), silent)
    if choosing.compares and not options.other:
        raise ModelError(
            "The policy “disagreeing” needs a tagger to compare with: a model, or a file of terms."
        )
    choosing.check()
    return choosing


def _options(said: Mapping[str, Any]) -> Options:
    try:
        chosen = msgspec.convert(said, Options)
    except msgspec.ValidationError as error:
        raise ModelError(f"The options of the cascade are not right: {error}.") from error
    choosing_of(chosen)
    return chosen


class CascadeTagger:
    """Two loaded taggers, and perhaps a third to compare with.  Used from the thread that loaded it."""

    def __init__(self, folder: Path, options: Mapping[str, Any]) -> None:
        """Load the taggers that `options` name; `folder` is the first one's.

        The second is not loaded where the policy never asks it.

        Raises:
            ModelError: an option is not right, or a tagger cannot be found or loaded.
        """
        parts = parts_of(TaggerSpec(folder.name, KIND, folder, options))
        self._choosing = parts.choosing
        self._loaded: list[Tagger] = []
        self.counts = Counts()
        never = parts.choosing.policy is Policy.NEVER
        try:
            self._first = self._load(parts.first)
            self._other = self._load(parts.other) if parts.other and parts.choosing.compares else None
            self._second = None if never else self._load(parts.second)
        except BaseException:
            self.close()
            raise

    def _load(self, spec: TaggerSpec) -> Tagger:
        self._loaded.append(load_tagger(spec, Job()))
        return self._loaded[-1]

    @property
    def id(self) -> str:
        """Kind, and the identities of the taggers, as written into every run."""
        return f"{KIND}/{'+'.join(one.id for one in self._loaded)}"

    @property
    def device(self) -> str:
        """Where the models really run."""
        return ", ".join(dict.fromkeys(one.device for one in self._loaded))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should see about each of the taggers; mostly nothing."""
        return tuple(dict.fromkeys(said for one in self._loaded for said in one.warnings))

    @property
    def cost(self) -> Counts:
        """What was counted since the taggers were loaded, as far as the second one counts."""
        spent = getattr(self._second, "cost", None)
        taken = {name: getattr(spent, name, 0) for name in ("calls", "tokens", "decisions")}
        return replace(self.counts, **taken)

    def know(self, vectors: Mapping[str, str]) -> None:
        """Hand on what the second tagger learned before, if it can use it."""
        if know := getattr(self._second, "know", None):
            know(vectors)

    def take_learned(self) -> dict[str, str]:
        """Return what the second tagger learned since the last call."""
        take = getattr(self._second, "take_learned", None)
        return dict(take()) if take else {}

    def tag(self, texts: Sequence[str], labels: LabelSet, job: Job) -> Iterator[Answer]:
        """Yield one answer per text; in chosen sentences the second tagger's word counts.

        Each item tells which of the two made it.

        Raises:
            Cancelled: the job was cancelled meanwhile; answers yielded before stay good.
            ModelError: one of the taggers could not answer.
        """
        firsts = self._first.tag(texts, labels, job)
        others = self._other.tag(texts, labels, job) if self._other else iter([Answer()] * len(texts))
        said = self._said(labels)
        for text, first, other in zip(texts, firsts, others, strict=True):
            job.check()
            found = sentences(text, tokenize(text))
            chosen = self._choosing.chosen(text, found, first, other, said)
            self.counts.sentences += len(found)
            self.counts.chosen += len(chosen)
            split = Split(text, found, frozenset(chosen))
            yield self._asked(split, first, labels, job) if chosen else made_by(first, self._first.id)

    def close(self) -> None:
        """Give back the memory of all taggers."""
        for one in self._loaded:
            one.close()
        self._loaded = []

    def _asked(self, split: Split, first: Answer, labels: LabelSet, job: Job) -> Answer:
        """Return what both say of a note, once the second has read the chosen sentences."""
        chosen = [split.sentences[number] for number in sorted(split.chosen)]
        if self._second is None:
            return made_by(first, self._first.id)
        if isinstance(self._second, ReadsSentences):
            (second,) = self._second.tag_drafted([split.text], [first], labels, job, [chosen])
        else:
            second = _by_sentence(self._second, split.text, chosen, labels, job)
        first, second = made_by(first, self._first.id), made_by(second, self._second.id)
        return merged(split, first, second, self._said(labels), labels).checked(split.text)

    def _said(self, labels: LabelSet) -> frozenset[str]:
        """Return the labels that the second tagger can say."""
        if isinstance(self._second, ReadsSentences):
            return self._second.said_labels(labels)
        return frozenset(one.name for one in labels)


def _by_sentence(tagger: Tagger, text: str, chosen: Sequence[Span], labels: LabelSet, job: Job) -> Answer:
    """Ask a tagger that reads whole texts for each chosen sentence as a text of its own."""
    items: list[LabelledSpan] = []
    relations: list[SaidRelation] = []
    answers = tagger.tag([one.of(text) for one in chosen], labels, job)
    for sentence, said in zip(chosen, answers, strict=True):
        first = len(items)
        by = sentence.start
        items += [replace(item, spans=tuple(one.shifted(by) for one in item.spans)) for item in said.items]
        relations += [replace(one, head=first + one.head, tail=first + one.tail) for one in said.relations]
    return answer(items, relations)
