"""Tagger: a local language model that tags notes by copying them, or by writing answers in a format."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.annotation.said import Answer
from engine.errors import ModelError
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files.manifest import read_manifest
from engine.model_files.preflight import check_preflight
from engine.taggers.llama_cpp.ahead import draft_of, layer_of
from engine.taggers.llama_cpp.backend import LlamaBackend, Loading
from engine.taggers.llama_cpp.copying import Copying
from engine.taggers.llama_cpp.decoding import Cost
from engine.taggers.llama_cpp.examination import examined
from engine.taggers.llama_cpp.instructions import Instructions
from engine.taggers.llama_cpp.options import Options, options_from
from engine.taggers.llama_cpp.prompts.kept_vectors import KeptVectors
from engine.taggers.llama_cpp.prompts.shots import Shots
from engine.taggers.llama_cpp.writing import Writing
from engine.taggers.registry import find_tagger, load_tagger
from engine.taggers.tagger import Tagger
from engine.text.span import Span

__all__ = ["KIND", "LlamaCppTagger", "Options"]

KIND = "llama-cpp.v1"

_NO_ROLLBACK = (
    "The memory of this model cannot be rolled back, so what follows a wrong guess is read again. "
    "The tags are the same, and take somewhat longer."
)
_NO_GPU = (
    "Layers of this model were to run on a graphics card, which the llama.cpp of this program cannot use "
    "here. All of it runs on the processor."
)
_NO_BANK = (
    "There are no sentences of finished notes to show to the model as examples. "
    "It is shown phrases that come with the label set."
)


class LlamaCppTagger:
    """A loaded GGUF model.  Used from the thread that loaded it."""

    def __init__(self, folder: Path, options: Mapping[str, Any] | None = None) -> None:
        """Load the model in `folder`; `options` of this run override the manifest's.

        Raises:
            ModelError: llama.cpp is not installed, or the model or an option is unsuitable.
        """
        self._manifest = read_manifest(folder)
        self._options = options_from(self._manifest.options, options or {}, self._manifest.title)
        model = self._manifest.path(folder, "model")
        check_preflight(model, self._options.context, on_gpu=self._options.gpu_layers > 0)
        self._backend = LlamaBackend(model, self._loading(folder))
        self._instructions = Instructions(self._backend, self._options)
        self._ready: tuple[str, Copying | Writing] | None = None
        self._vectors = KeptVectors()
        self._drafter = _drafter(self._options.draft) if self._options.draft else None

    def _loading(self, folder: Path) -> Loading:
        chosen = self._options
        adapters = tuple(
            (self._manifest.path(folder, role), strength)
            for role, strength in chosen.adapters.items()
            if strength
        )
        return Loading(
            chosen.context, chosen.strands, chosen.threads, chosen.gpu_layers, chosen.flash, adapters
        )

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
        bare = self._options.examples != "none" and not self._options.bank
        idle = self._options.gpu_layers > 0 and self._backend.device == "CPU"
        found = ((_NO_ROLLBACK, not self._backend.rolls_back), (_NO_GPU, idle), (_NO_BANK, bare))
        return tuple(sentence for sentence, holds in found if holds)

    @property
    def cost(self) -> Cost:
        """What tagging has cost since the model was loaded."""
        spent = self._instructions.cost
        return Cost(spent.calls, spent.tokens, spent.decisions)

    def know(self, vectors: Mapping[str, str]) -> None:
        """Take what `take_learned` gave before, of this bank or an earlier one."""
        self._vectors.know(vectors)

    def take_learned(self) -> dict[str, str]:
        """Return the vectors of examples that were worked out since the last call; mostly none."""
        return self._vectors.take_learned()

    def said_labels(self, labels: LabelSet) -> frozenset[str]:
        """Return those of `labels` that an answer can hold."""
        return self._asking(labels).said_labels

    def examine(self, labels: LabelSet) -> dict[str, Any]:
        """Return what the model can do for `labels`, tried out, as plain values; see `examination`."""
        names = [one.name for one in labels.entities]
        chosen, write = self._options, self._instructions.written
        return examined(self._backend, names, chosen.tags, chosen.close, write)

    def tag(self, texts: Sequence[str], labels: LabelSet, job: Job) -> Iterator[Answer]:
        """Yield one answer per text, in the order of `texts`; all offsets are exact.

        Raises:
            Cancelled: the job was cancelled, perhaps within a batch; answers yielded before stay good.
            ModelError: the model could not answer, or cannot tell these labels apart.
        """
        known = self._options.ahead
        drafts: Iterable[Answer] = (draft_of(text, known) for text in texts)
        if self._drafter:
            drafts = self._drafter.tag(texts, labels, job)
        yield from self.tag_drafted(texts, drafts, labels, job)

    def tag_drafted(
        self,
        texts: Sequence[str],
        drafts: Iterable[Answer],
        labels: LabelSet,
        job: Job,
        chosen: Sequence[Collection[Span]] | None = None,
    ) -> Iterator[Answer]:
        """Do what `tag` does, the faster the more of `drafts` the model agrees with; the tags are the same.

        With `chosen`, only these sentences of each text (as `engine.text.sentence` gives them) are read.

        Raises:
            Cancelled, ModelError: see `tag`.
        """
        self._backend.listen(job)
        asking = self._asking(labels)
        these = chosen if chosen is not None else [None] * len(texts)
        for text, draft, some in zip(texts, drafts, these, strict=True):
            job.check()
            yield asking.answer(text, draft, some)

    def close(self) -> None:
        """Give back memory; the tagger is not used afterwards."""
        self._ready = None
        self._backend.close()
        if self._drafter:
            self._drafter.close()

    def _asking(self, labels: LabelSet) -> Copying | Writing:
        """Prepare for `labels`, once: tags, prompts and examples."""
        if self._ready and self._ready[0] == labels.fingerprint:
            return self._ready[1]
        self._ready = None
        if not labels.entities:
            raise ModelError(f"The label set “{labels.title}” has no entity type that could be tagged.")
        how = Writing if self._options.decoder == "free" else Copying
        shots = Shots(self._options, labels, self._vectors)
        asking = how(self._instructions, self._options, labels, shots)
        self._ready = (labels.fingerprint, asking)
        return asking


def _drafter(name: str) -> Tagger | None:
    """Load the tagger that goes ahead; None where an earlier layer does.

    Raises:
        ModelError: there is none of this name, or it is as slow as the one that it is to help.
    """
    if layer_of(name) is not None:
        return None
    spec = find_tagger(name)
    if spec.kind == KIND:
        raise ModelError("The draft has to come from a tagger that is no language model itself.")
    return load_tagger(spec, Job())
