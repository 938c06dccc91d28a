"""Rounding attempts: which 8-bit form of a trained model keeps its certificate, the fastest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ModelError
from engine.taggers.onnx_bert.proposals import Head
from engine.taggers.onnx_bert.reading import Int64, batches, padded, read
from engine.taggers.onnx_bert.session import Session
from engine.training.certificate import Row, certificate
from engine.training.corpora import CorpusNote
from engine.training.dev_figures import Figures, Reader
from engine.training.onnx_export import quantize, seen_by_products

DEV = "dev"
Held = Mapping[str, list[CorpusNote]]
"""The notes that are measured on, by the name of their collection; those of `DEV` are among them."""

Window = tuple[Int64, Int64]
"""Numbers of sub-words and mask, each 1 × pieces."""

Say = Callable[[str], object]

_WINDOWS = 64


@dataclass(frozen=True, slots=True)
class Rounded:
    """The attempt that was taken: its certificate, what its fallback loses on dev, and how it was made."""

    rows: tuple[Row, ...]
    fallback: tuple[Row, ...]
    how: str


def attempts(float_products: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield bits of weights, and which products stay in floating point: first none, then more."""
    for count in range(len(float_products) + 1):
        for bits in (7, 8):
            yield bits, float_products[:count]


@dataclass(frozen=True, slots=True)
class Rounding:
    """A trained model in floating point, the folder that its 8-bit form goes into, and what it must keep."""

    float_path: Path
    folder: Path
    reader: Reader
    held: Held

    def best(self, sample: Sequence[Window], float_products: Sequence[str], say: Say) -> Rounded:
        """Write the first attempt that keeps its certificate; `sample` shows what products are given.

        Raises:
            ModelError: none does; the sentence says what the last of them lost.
        """
        exact = self._figures(self.float_path, self.held)
        seen = seen_by_products(self.float_path, sample)
        dev = {DEV: self.held[DEV]}
        bad: list[str] = []
        for bits, products in attempts(float_products):
            quantize(self.float_path, self.folder, bits, products, seen)
            rows = _rows(exact, self._figures(self.folder / "model.onnx", dev))
            if all(row.is_good for row in rows):
                rows = _rows(exact, self._figures(self.folder / "model.onnx", self.held))
            how = (
                f"{bits} bits, {len(products)} of {len(float_products)} groups of products in floating point"
            )
            bad = [f"{row.label} ({100 * row.lost:.1f})" for row in rows if not row.is_good]
            if not bad:
                fallback = _rows(exact, self._figures(self.folder / "fallback.onnx", dev))
                return Rounded(tuple(rows), tuple(fallback), how)
            say(f"{how}: too much is lost: {', '.join(bad)}")
        raise ModelError(f"Rounding to 8 bits loses too much F1: {', '.join(bad)}.")

    def _figures(self, path: Path, held: Held) -> dict[str, dict[str, Figures]]:
        run = session(path, self.reader.heads).run
        return {where: self.reader.figures(run, notes) for where, notes in held.items()}


def session(path: Path, heads: Sequence[Head]) -> Session:
    """Return the model in `path`, loaded to answer with `heads`."""
    return Session(path, [head.output for head in heads])


def _rows(
    exact: Mapping[str, Mapping[str, Figures]], rounded: Mapping[str, Mapping[str, Figures]]
) -> list[Row]:
    return [row for where, found in rounded.items() for row in certificate(where, exact[where], found)]


def sample_windows(corpora: Sequence[Sequence[CorpusNote]], reader: Reader) -> list[Window]:
    """Return windows of notes that a model has learned from, alike many of each corpus; no filling."""
    found: list[Window] = []
    for notes in corpora:
        some = notes[:: max(1, len(notes) // _WINDOWS)][:_WINDOWS]
        readings = [read(note.text, reader.splitter, reader.window) for note in some]
        windows = [padded(one, readings, reader.splitter) for one in batches(readings, 1)]
        share = -(-_WINDOWS // len(corpora))
        found += windows[:: max(1, len(windows) // share)][:share]
    return found
