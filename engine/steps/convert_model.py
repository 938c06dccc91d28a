"""Convert model: a model made elsewhere becomes an installed tagger, or nothing happens."""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from engine.errors import DiskFull, ModelError
from engine.formats.format import ReadOptions
from engine.formats.problem import Problems
from engine.formats.reading import read_documents
from engine.jobs.job import Job
from engine.labels.files import save_label_set, shipped_label_sets
from engine.labels.label_set import LabelSet
from engine.model_files.installed import InstalledModel
from engine.model_files.label_sets import ROLE
from engine.model_files.manifest import FORMAT, Manifest, Origin, SelfTest, file_entry, write_manifest
from engine.model_files.places import installed_models_folder, models_folder
from engine.steps.install_model import install_model
from engine.taggers.onnx_bert.tagger import OnnxBertTagger
from engine.text.token import TOKENIZER_VERSION
from engine.training.own_model.check import Check
from engine.training.own_model.conversion import Converted, Wish, convert
from engine.training.own_model.label_map import checked, guessed, own_label_set
from engine.training.own_model.looking import Look
from engine.training.own_model.parity import Agreement
from engine.training.own_model.sentences import PLAIN

MOST_NOTES = 200
"""More than these are not needed to see whether two models say the same."""

KIND = "onnx-bert.v1"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LABELS = "labels.toml"
_CLEAR_MARGIN = 0.7
_NOT_STATED = "not stated; see where the model comes from"
_PAPERS = ("LICENSE*", "LICENCE*", "NOTICE*", "README.md")


@dataclass(frozen=True, slots=True)
class NewModel:
    """A model that was converted and installed, and what was found on the way."""

    model: InstalledModel
    checks: tuple[Check, ...]
    agreement: tuple[Agreement, ...]


def name_fault(name: str) -> str:
    """Return what is wrong with `name` as the name of a model, as a sentence, or empty."""
    if _NAME.fullmatch(name):
        return ""
    return f"The name “{name}” may hold only small letters, digits, “.”, “_” and “-”, at most 64 of them."


def label_set_for(
    look: Look, name: str, title: str, labels: LabelSet | None
) -> tuple[LabelSet, dict[str, str | None]]:
    """Return the label set in which the model will speak, and a first guess at what its types are there.

    That is `labels`, or without it a label set of the model's own types, called `name`.

    Raises:
        ModelError: something was wrong with the model.
    """
    _, scheme = look.parts
    if labels is not None:
        return labels, guessed(scheme.types, labels)
    free = name.replace(".", "-")
    if free in {one.name for one in shipped_label_sets(models_folder())}:
        free = f"{free[:60]}-own"
    return own_label_set(free, title, scheme.types)


def texts_of(paths: Sequence[Path], job: Job) -> tuple[str, ...]:
    """Return the first notes of `paths`, to compare a converted model on; kept in memory only.

    Raises:
        Cancelled: the job was cancelled meanwhile.
        InputError: a path is not there, or holds nothing that can be read.
    """
    documents = read_documents(paths, ReadOptions(), Problems())
    return tuple(one.text for one in job.each("Reading notes", islice(documents, MOST_NOTES)))


def convert_model(look: Look, wish: Wish, job: Job) -> NewModel:
    """Convert the model that was looked at as `wish` has it, install it, and return it.

    Raises:
        Cancelled: the job was cancelled; nothing was installed.
        DiskFull: there is no room; nothing was installed.
        LabelError: the wish names a label that its label set lacks.
        ModelError: the model cannot be converted, or its name is taken by a shipped one.
    """
    if fault := name_fault(wish.name):
        raise ModelError(fault)
    wish = replace(wish, said=checked(wish.said, wish.labels))
    place = installed_models_folder()
    try:
        place.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".converting-", dir=place) as room:
            folder = Path(room)
            converted = convert(look, wish, folder, job)
            job.report("Describing the model")
            _describe(look, wish, converted, folder)
            model = install_model(folder, job)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull("The disk is full. The model was not installed.") from error
        raise ModelError(f"The model cannot be converted: {error.strerror}.") from error
    return NewModel(model, tuple(converted.checks.done), converted.agreement)


def _describe(look: Look, wish: Wish, converted: Converted, folder: Path) -> None:
    """Write the manifest, the label set where it is none of ours, and the papers of the source."""
    source, _ = look.parts
    files = {role: file_entry(folder, path) for role, path in converted.files.items()}
    if all(wish.labels != ours for ours in shipped_label_sets(models_folder())):
        save_label_set(wish.labels, folder / _LABELS)
        files[ROLE] = file_entry(folder, _LABELS)
    for pattern in _PAPERS:
        for paper in source.folder.glob(pattern):
            shutil.copyfile(paper, folder / paper.name)
    licence = wish.licence or _NOT_STATED
    heads = [msgspec.to_builtins(converted.head)]
    manifest = Manifest(
        format=FORMAT,
        kind=KIND,
        name=wish.name,
        title=wish.title,
        version="1",
        label_set=wish.labels.name,
        summary=_summary(source.shape, wish),
        licence=licence,
        files=files,
        options={"window": converted.window, "words": TOKENIZER_VERSION, "heads": heads},
        origins=(Origin(look.place.name, "the whole model, made elsewhere", licence),),
        figures=tuple(row.figure() for row in converted.agreement) if _is_rounded(converted) else (),
        known_weak=("Its probabilities were not fitted to any notes: they order, and promise nothing.",),
    )
    write_manifest(folder, manifest)
    tests = tuple(_self_tests(folder, wish.labels))
    write_manifest(folder, msgspec.structs.replace(manifest, self_test=tests))


def _summary(shape: str, wish: Wish) -> str:
    types = ", ".join(f"{theirs} as {ours}" for theirs, ours in wish.said.items() if ours is not None)
    left = ", ".join(theirs for theirs, ours in wish.said.items() if ours is None)
    more = f" Left out: {left}." if left else ""
    more += " Rules of the program add modifiers to what it says." if wish.labels.modifiers else ""
    return f"A model of this site’s own ({shape}). Marks {types}.{more}"


def _is_rounded(converted: Converted) -> bool:
    return "fallback" in converted.files


def _self_tests(folder: Path, labels: LabelSet) -> Iterator[SelfTest]:
    """Yield our sentences with the tags of the finished model, where every decision was a clear one.

    A close decision may turn on another processor without anything being wrong there.
    """
    tagger = OnnxBertTagger(folder, {"assertion": False})  # the model alone, without what rules add
    for text, answer in zip(PLAIN, tagger.tag(PLAIN, labels, Job()), strict=True):
        margins = [(one.open_margin, one.label_margin, one.close_margin) for one in answer.items]
        if all((margin or 0.0) >= _CLEAR_MARGIN for three in margins for margin in three):
            yield SelfTest(text, tuple((one.hull.start, one.hull.end, one.label) for one in answer.items))
    tagger.close()
