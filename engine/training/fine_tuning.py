"""Fine tuning: a recipe's whole run from the command line, from its corpora to a model folder.

python -m engine.training.fine_tuning models/recipes/X.toml --data ../shared/data --out DIR
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.errors import ModelError, TagwellError
from engine.training.loading import load_corpora
from engine.training.recipe import read_recipe, with_share
from engine.training.shipping import ship
from engine.training.training import Say, Training


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a recipe from the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.fine_tuning", description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the corpora")
    parser.add_argument(
        "--out", type=Path, required=True, help="the folder of this run; a second start goes on"
    )
    parser.add_argument("--threads", type=int, default=0, help="how many cores to use; 0 for all")
    parser.add_argument(
        "--share",
        type=float,
        default=1.0,
        help="learn from this share of the notes of the corpus that is split, and ship nothing",
    )
    parser.add_argument("--no-ship", action="store_true", help="stop before the model folder is made")
    given = parser.parse_args(arguments)
    try:
        _run(given)
    except TagwellError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _run(given: argparse.Namespace) -> None:
    try:
        import torch
    except ImportError as error:
        raise ModelError("Training needs torch, which is not installed here.") from error

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    if given.threads:
        torch.set_num_threads(given.threads)
    training = _trained(given.recipe, given.data, given.out, say, share=given.share)
    if not given.no_ship and given.share == 1.0:
        ship(training, training.folder / training.recipe.name, say)


def _trained(path: Path, data: Path, out: Path, say: Say, *, share: float = 1.0) -> Training:
    """Return the finished training of a recipe, in a folder of `out`; what it comes after goes first.

    What it comes after is trained whole, whatever the `share`; a share has a folder of its own.
    """
    recipe = with_share(read_recipe(path), share)
    before = _trained(path.parent / recipe.after, data, out, say).folder if recipe.after else None
    corpora = load_corpora(recipe, data, path.parent)
    counts = {name: len(notes) for name, notes in corpora.train.items()}
    say(f"{recipe.name}: {len(corpora.dev)} notes kept back; training on {counts}")
    name = path.stem if share == 1.0 else f"{path.stem}-{share:g}"
    training = Training(recipe, corpora, out / name, say, start=before)
    training.run()
    return training


if __name__ == "__main__":
    sys.exit(main())
