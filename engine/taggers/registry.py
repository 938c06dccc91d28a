"""Registry: each kind of tagger by name and version, imported late; and finding the one a user means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, cast, get_type_hints

from engine.errors import ModelError
from engine.jobs.job import Job
from engine.model_files.installed import InstalledModel, default_model, find_model, installed_models
from engine.model_files.manifest import MANIFEST_NAME
from engine.taggers.tagger import Tagger

TAGGERS = {
    "cascade.v1": "engine.taggers.cascade.tagger:CascadeTagger",
    "dictionary.v1": "engine.taggers.dictionary:DictionaryTagger",
    "llama-cpp.v1": "engine.taggers.llama_cpp.tagger:LlamaCppTagger",
    "onnx-bert.v1": "engine.taggers.onnx_bert.tagger:OnnxBertTagger",
}
"""Kind to ``module:class``; the class is called with (folder, options) and is a `Tagger`."""

TERM_FILES = frozenset({".csv", ".tsv", ".txt"})
"""Suffixes by which a file is taken for a list of terms."""


@dataclass(frozen=True, slots=True)
class TaggerSpec:
    """All that is needed to load a tagger, in this process or in a worker.

    `folder` holds the files; `options` go to the tagger as they are (plain values only).
    """

    name: str
    kind: str
    folder: Path
    options: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    label_set: str = ""
    sha256: str = ""
    shipped: bool = False
    more_label_sets: tuple[str, ...] = ()

    def fits(self, label_set: str) -> bool:
        """Whether it answers in labels of the label set with this name."""
        return not self.label_set or label_set in {self.label_set, *self.more_label_sets}

    @property
    def id(self) -> str:
        """Kind, name and file hash, as a run remembers them."""
        return f"{self.kind}/{self.name}@{self.sha256[:12] or 'no-file'}"

    @property
    def place(self) -> str:
        """By what `find_tagger` finds it again, also in another process: name, folder or file of terms."""
        if terms := self.options.get("terms"):
            return str(self.folder / terms)
        known = any(model.folder == self.folder for model in installed_models())
        return self.name if known else str(self.folder)


def spec_of(model: InstalledModel) -> TaggerSpec:
    """Return how to load an installed model."""
    manifest = model.manifest
    return TaggerSpec(
        manifest.name,
        manifest.kind,
        model.folder,
        title=manifest.title,
        label_set=manifest.label_set,
        sha256=manifest.sha256,
        shipped=model.shipped,
        more_label_sets=manifest.more_label_sets,
    )


def options_of(kind: str) -> dict[str, Any]:
    """Return the options that a kind of tagger knows, each with its type (as annotated).

    Raises:
        ModelError: this version does not know the kind.
    """
    if kind not in TAGGERS:
        raise ModelError(f"This version of the program does not know the kind “{kind}”.")
    known = get_type_hints(import_module(TAGGERS[kind].partition(":")[0]).Options, include_extras=True)
    return {name: type_ for name, type_ in known.items() if not name.startswith("_")}


def taggers_here() -> list[TaggerSpec]:
    """Return the taggers that can be chosen by name, shipped ones first; the first is the default."""
    return [spec_of(model) for model in installed_models() if model.manifest.kind in TAGGERS]


def find_tagger(name_or_path: str = "", label: str = "") -> TaggerSpec:
    """Return the tagger that a user means: a model's name, its folder, its manifest, or a file of terms.

    Empty means the model that came with the program.  `label` is what terms without a
    label of their own are tagged as, and is for files of terms only.

    Raises:
        ModelError: there is no such tagger, or it is of a kind that this version does not know.
    """
    place = Path(name_or_path)
    if place.suffix.lower() in TERM_FILES and place.is_file():
        options = {"terms": place.name, **({"label": label} if label else {})}
        return TaggerSpec(place.stem, "dictionary.v1", place.parent.resolve(), options, title=place.name)
    spec = spec_of(find_model(name_or_path) if name_or_path else default_model())
    _class_name(spec)
    return spec


def load_tagger(spec: TaggerSpec, job: Job) -> Tagger:
    """Check the files of `spec` against their manifest and load the tagger into this process.

    Raises:
        Cancelled: the job was cancelled while the files were checked.
        ModelError: a file is missing or another one, or the tagger cannot be loaded.
    """
    module, _, name = _class_name(spec).partition(":")
    if (spec.folder / MANIFEST_NAME).is_file():
        model = find_model(str(spec.folder))
        model.check(job)
    load = cast("Callable[[Path, Mapping[str, Any]], Tagger]", getattr(import_module(module), name))
    return load(spec.folder, spec.options)


def _class_name(spec: TaggerSpec) -> str:
    try:
        return TAGGERS[spec.kind]
    except KeyError:
        raise ModelError(
            f"The model “{spec.title or spec.name}” is of the kind “{spec.kind}”, "
            "which this version of the program does not know."
        ) from None
