"""Measuring: figures of a finished model on any corpus of a recipe, also one that it was never meant for.

python -m engine.training.measuring MODEL_FOLDER models/recipes/X.toml CORPUS --data ../shared/data

It prints one line of JSON per head: strict and relaxed F1, with the 95 % interval by note.  Labels
of which the corpus does not mark every occurrence are left aside.  On a corpus that the model was
trained on, the figures say nothing; that is for the caller to know.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from engine.airgap.environment import set_variables
from engine.errors import ModelError, TagwellError
from engine.model_files.manifest import read_manifest
from engine.taggers.onnx_bert.session import Session
from engine.taggers.onnx_bert.subwords import SubwordSplitter
from engine.taggers.onnx_bert.tagger import Options
from engine.training.corpora import CorpusNote
from engine.training.dev_figures import ENOUGH, Reader
from engine.training.loading import load_corpora
from engine.training.recipe import read_recipe


def measured(folder: Path, notes: Sequence[CorpusNote]) -> Iterator[dict[str, Any]]:
    """Yield the figures of each head of the model in `folder` that `notes` speak of.

    Raises:
        ModelError: the folder holds no encoder of ours.
    """
    manifest = read_manifest(folder)
    options = msgspec.convert(manifest.options, Options)
    session = Session(manifest.path(folder, "model"), [head.output for head in options.heads])
    splitter = SubwordSplitter(manifest.path(folder, "tokenizer"))
    reader = Reader(splitter, options.heads, options.window, batch=1)
    for head, figures in reader.figures(session.run, notes).items():
        low, high = figures.interval()
        labels = {
            label: round(tally.f1(tally.strict), 4)
            for label, tally in figures.by_label.items()
            if tally.gold >= ENOUGH
        }
        said = {"model": manifest.name, "head": head, "notes": len(notes), **figures.micro.figures()}
        yield {**said, "low": round(low, 4), "high": round(high, 4), "labels": labels}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure from the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.measuring", description=__doc__)
    parser.add_argument("model", type=Path, help="the folder of a finished model")
    parser.add_argument("recipe", type=Path, help="the recipe that describes the corpus")
    parser.add_argument("corpus", help="its name there; the corpus that is split gives its dev notes")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the corpora")
    given = parser.parse_args(arguments)
    set_variables()
    try:
        for line in measured(given.model, _notes(given)):
            sys.stdout.write(json.dumps(line) + "\n")
    except TagwellError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _notes(given: argparse.Namespace) -> list[CorpusNote]:
    recipe = read_recipe(given.recipe)
    if given.corpus not in recipe.corpora:
        raise ModelError(f"The recipe “{given.recipe.name}” describes no corpus “{given.corpus}”.")
    corpora = load_corpora(recipe, given.data, given.recipe.parent)
    if given.corpus == recipe.split.corpus:
        return corpora.dev
    return [*corpora.measured.get(given.corpus, ()), *corpora.train.get(given.corpus, ())]


if __name__ == "__main__":
    sys.exit(main())
