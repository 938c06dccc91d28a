"""Looking: all that can be told of a model made elsewhere before it is converted, as a list of checks."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import ModelError
from engine.training.own_model.check import Check, Checks
from engine.training.own_model.onnx_file import check_onnx
from engine.training.own_model.source import Source, open_source
from engine.training.own_model.tag_scheme import TagScheme, tag_scheme
from engine.training.own_model.tag_scheme import doubts as doubts_of_tags
from engine.training.own_model.tokenizer import check_offsets, doubts, write_tokenizer
from engine.training.own_model.torch_model import require_torch

MODEL, TAGS, SUBWORDS, PLACES, WEIGHTS = "Model", "Tags", "Sub-words", "Places in the text", "Weights"
_LONG_ENOUGH = 32


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a model found; `source` and `scheme` are there where nothing was wrong."""

    place: Path
    checks: tuple[Check, ...]
    fault: str = ""
    source: Source | None = None
    scheme: TagScheme | None = None
    output: str = field(default="logits")

    @property
    def parts(self) -> tuple[Source, TagScheme]:
        """The source and the scheme.

        Raises:
            ModelError: something was wrong with the model.
        """
        if self.source is None or self.scheme is None or self.fault:
            raise ModelError(self.fault or "The model cannot be converted.")
        return self.source, self.scheme


def look_at(place: Path, tag_list: Path | None = None) -> Look:
    """Look at the model at `place`, a folder or an ONNX file; nothing is written, nothing of it executed.

    `tag_list` is a file with the meanings of the columns, for models that do not tell.
    """
    checks = Checks()
    source = checks.look(MODEL, lambda: open_source(place, tag_list), _described)
    if source is None:
        return Look(place, tuple(checks.done), checks.fault)
    scheme = checks.look(TAGS, lambda: tag_scheme(source.tags), _spoken)
    if scheme is not None:
        checks.doubtful(TAGS, doubts_of_tags(scheme))
    _look_at_subwords(source, checks)
    output = checks.look(WEIGHTS, lambda: _weights(source), lambda found: found[1])
    return Look(
        place, tuple(checks.done), checks.fault, source, scheme, output=output[0] if output else "logits"
    )


def _look_at_subwords(source: Source, checks: Checks) -> None:
    with tempfile.TemporaryDirectory(prefix="tagwell-") as room:
        path = Path(room) / "tokenizer.json"
        splitter = checks.look(SUBWORDS, lambda: write_tokenizer(source, path), lambda _one: "Read.")
        if splitter is None:
            return
        checks.doubtful(SUBWORDS, doubts(path, splitter))
        checks.look(
            PLACES,
            lambda: check_offsets(path, splitter, source.vocabulary),
            lambda count: f"{count:,} sub-words of awkward texts stand where they were read.",
        )


def _described(source: Source) -> str:
    if source.longest < _LONG_ENOUGH:
        raise ModelError(f"The model reads only {source.longest} sub-words at once, which is too few.")
    what = "ONNX file" if source.is_onnx else f"{source.shape}, {source.weights.name}"
    return f"{what}; reads up to {source.longest} sub-words at once."


def _spoken(scheme: TagScheme) -> str:
    types = ", ".join(scheme.types)
    return f"{scheme.scheme.value}, {len(scheme.types)} types: {types}."


def _weights(source: Source) -> tuple[str, str]:
    """Return the output with the tags, and a sentence.

    Raises:
        ModelError: the ONNX file is of another kind, or what a folder needs is not installed.
    """
    if source.is_onnx:
        return check_onnx(source.weights, len(source.tags)), "ONNX Runtime reads texts of any length with it."
    require_torch()
    size = source.weights.stat().st_size / 1e6
    return "logits", f"{size:,.0f} MB, to be exported."
