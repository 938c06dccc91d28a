"""Conversion: a model made elsewhere becomes files that can be used as our own are, tried and compared."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.errors import ModelError
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.taggers.onnx_bert.proposals import Head
from engine.taggers.onnx_bert.subwords import SubwordSplitter
from engine.training.onnx_export import LOGITS, export_logits
from engine.training.own_model.check import Checks
from engine.training.own_model.looking import WEIGHTS, Look
from engine.training.own_model.observing import Observed, opens_by_continuing
from engine.training.own_model.onnx_file import copy_onnx, longest_read
from engine.training.own_model.onnx_weights import weight_files
from engine.training.own_model.parity import Agreement
from engine.training.own_model.rounding import (
    FALLBACK,
    MODEL,
    Rounded,
    can_round,
    in_eight_bits,
    name_nodes,
    round_weights,
)
from engine.training.own_model.sentences import PLAIN
from engine.training.own_model.source import Source
from engine.training.own_model.tag_scheme import Scheme, TagScheme, head_of
from engine.training.own_model.tokenizer import write_tokenizer
from engine.training.own_model.torch_model import check_export, load_classifier

EXPORT, OPENING, SAID, ROUNDING = "Export", "Opening of spans", "What it says", "8-bit weights"
WINDOW = 128
TOKENIZER = "tokenizer.json"
_FLOAT = "float.onnx"
_BATCHES_COMPARED = 8


@dataclass(frozen=True, slots=True)
class Wish:
    """What a model is to be called here, and what its types are.

    `said` gives each type of the model the label it has in `labels`, or None.  `texts` are tried
    beside our own sentences; nothing of them is kept.  `window` is in sub-words, both marks included.
    """

    name: str
    title: str
    labels: LabelSet
    said: Mapping[str, str | None]
    licence: str = ""
    window: int = WINDOW
    texts: Sequence[str] = field(default=(), repr=False)
    eight_bits: bool = True


@dataclass(frozen=True, slots=True)
class Converted:
    """The files of a converted model by role, and what is to be said of it.

    `agreement` compares 8-bit weights with those it came with, also where these were kept;
    empty where no 8-bit weights were made.
    """

    files: Mapping[str, str]
    head: Head
    window: int
    agreement: tuple[Agreement, ...]
    checks: Checks


def convert(look: Look, wish: Wish, folder: Path, job: Job) -> Converted:
    """Write the files of the model that was looked at into `folder`, which is empty, and try them.

    Where 8-bit weights say other things than the model's own, those are kept.

    Raises:
        Cancelled: the job was cancelled meanwhile.
        ModelError: the weights cannot be read, or the export does not say what the model says.
    """
    source, scheme = look.parts
    checks = Checks(list(look.checks))
    job.report("Reading the tokenizer")
    splitter = write_tokenizer(source, folder / TOKENIZER)
    window, path = min(wish.window, source.longest), folder / _FLOAT
    job.report("Exporting the model")
    texts = (*PLAIN, *wish.texts)
    if source.is_onnx:
        copy_onnx(source, path)
        window = longest_read(path, look.output, window)
        observed = Observed(path, splitter, window, look.output, texts)
    else:
        observed = _exported(source, path, Observing(splitter, window, texts), checks)
    job.report("Trying the model")
    scheme = _told_apart(scheme, observed, checks, job)
    head = head_of(scheme, look.output, wish.said)
    rounded = _rounded(path, observed, head, wish, checks, job)
    files = _settled(source, path, keep_float=rounded is None or not rounded.is_good)
    return Converted(files, head, window, rounded.rows if rounded else (), checks)


@dataclass(frozen=True, slots=True)
class Observing:
    """How a file is asked once it is there."""

    splitter: SubwordSplitter
    window: int
    texts: Sequence[str]


def _exported(source: Source, path: Path, how: Observing, checks: Checks) -> Observed:
    """Write the model of `source` to `path`, compare what both say, and return the file to be asked.

    Raises:
        ModelError: the weights are not right, or the export says something else.
    """
    model, strange = load_classifier(source)
    if any("crf" in name.casefold() for name in strange):
        checks.doubtful(WEIGHTS, ["The CRF layer of the model is not used; its tags may be a little worse."])
    elif strange:
        checks.doubtful(WEIGHTS, [f"{len(strange)} parts of the weights have no place in a {source.shape}."])
    try:
        with warnings.catch_warnings(action="ignore"):  # of tracing; what came of it is compared below
            export_logits(model, path, int(model.config.vocab_size))
    except Exception as error:  # the exporter raises whatever it likes
        raise ModelError(f"PyTorch could not export this model ({type(error).__name__}).") from error
    observed = Observed(path, how.splitter, how.window, LOGITS, how.texts)
    most = check_export(model, path, observed.inputs(_BATCHES_COMPARED))
    checks.good(
        EXPORT, f"The exported model gives the numbers that PyTorch gives (at most {most:.0e} apart)."
    )
    return observed


def _told_apart(scheme: TagScheme, observed: Observed, checks: Checks, job: Job) -> TagScheme:
    """Return `scheme`, as IOB where the model opens its spans in that older way."""
    if not opens_by_continuing(scheme, observed.columns(scheme.width, job.unseen())):
        return scheme
    words = "The model opens spans by I- tags and parts neighbours by B- tags (the older IOB)."
    checks.doubtful(OPENING, [words])
    return replace(scheme, scheme=Scheme.IOB)


def _rounded(
    path: Path, observed: Observed, head: Head, wish: Wish, checks: Checks, job: Job
) -> Rounded | None:
    """Return how 8-bit weights did that now lie beside `path`, or None where there are none."""
    before = observed.said(head, job.unseen())
    count = sum(map(len, before))
    if count:
        checks.good(SAID, f"{count:,} spans in {len(before):,} texts.")
    else:
        checks.doubtful(SAID, ["Nothing in any of our sentences, so that rounding cannot be judged."])
    if not wish.eight_bits or not count:
        return None
    if not can_round():
        words = "Not made: the extra “train” is not installed. The model stays larger and slower."
        checks.doubtful(ROUNDING, [words])
        return None
    if in_eight_bits(path):
        checks.good(ROUNDING, "The file has them already.")
        return None
    try:
        name_nodes(path)
        rounded = round_weights(path, observed, head, before, job)
    except ModelError as error:
        checks.doubtful(ROUNDING, [str(error)])
        return None
    same = f"{rounded.rows[0].same:,} of {rounded.rows[0].before:,} spans are the same"
    if rounded.is_good:
        more = ", the first layers multiply as before" if rounded.first_layers_float else ""
        checks.good(ROUNDING, f"{rounded.bits} bits{more}: {same}.")
    else:
        checks.doubtful(ROUNDING, [f"Left out: only {same}. The model keeps the weights it came with."])
    return rounded


def _settled(source: Source, path: Path, *, keep_float: bool) -> dict[str, str]:
    """Leave in the folder of `path` what is used, and return it by role."""
    folder = path.parent
    files = {"model": MODEL, "tokenizer": TOKENIZER}
    parts = weight_files(source.weights) if source.is_onnx else ()
    if keep_float:
        (folder / FALLBACK).unlink(missing_ok=True)
        path.replace(folder / MODEL)
        return files | {f"data{number or ''}": part for number, part in enumerate(parts)}
    for name in (path.name, *parts):
        (folder / name).unlink()
    return files | {"fallback": FALLBACK}
