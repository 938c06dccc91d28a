"""Fine tuning: the loop that turns a recipe and corpora into a model.  Resumable, repeatable.

python -m engine.training.fine_tuning models/recipes/X.toml --data ../shared/data --out DIR
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from engine.errors import ModelError, TagwellError
from engine.taggers.onnx_bert.bio import Floats
from engine.taggers.onnx_bert.proposals import Head
from engine.taggers.onnx_bert.reading import Int64, Run
from engine.taggers.onnx_bert.subwords import SubwordSplitter
from engine.training import encoder_model
from engine.training.corpora import CorpusNote, read_brat
from engine.training.dev_figures import ENOUGH, model_figures
from engine.training.encoding import IGNORED, Batch, Example, Serving, encode, training_batches
from engine.training.recipe import Phase, Recipe, read_recipe
from engine.training.split import groups_of_near_duplicates, split_by_group

Say = Callable[[str], object]

_SEED_STEP = 1000


@dataclass(frozen=True, slots=True)
class Corpora:
    """The notes that a recipe trains on, by corpus, and those kept back to measure on."""

    train: dict[str, list[CorpusNote]]
    dev: list[CorpusNote]


def load_corpora(recipe: Recipe, data: Path) -> Corpora:
    """Return the corpora of `recipe` below `data`, split by groups of near-duplicates.

    A note of another corpus that repeats one of the dev notes is left out of training.

    Raises:
        TagwellError: a corpus is missing or damaged.
    """
    notes = {name: list(read_brat(data / one.folder, one.types)) for name, one in recipe.corpora.items()}
    measured = notes[recipe.split.corpus]
    groups = groups_of_near_duplicates([note.text for note in measured])
    parts = split_by_group(groups, (1.0 - recipe.split.dev, recipe.split.dev), recipe.split.seed)
    dev = [note for note, part in zip(measured, parts, strict=True) if part == 1]
    notes[recipe.split.corpus] = [note for note, part in zip(measured, parts, strict=True) if part == 0]
    for name, others in notes.items():
        together = groups_of_near_duplicates([note.text for note in (*dev, *others)])
        held = set(together[: len(dev)])
        notes[name] = [
            note for note, group in zip(others, together[len(dev) :], strict=True) if group not in held
        ]
    return Corpora(notes, dev)


class Training:
    """One run of a recipe.  Everything it must remember lies in its folder."""

    def __init__(self, recipe: Recipe, corpora: Corpora, folder: Path, say: Say) -> None:
        import torch

        self.recipe = recipe
        self.corpora = corpora
        self.folder = folder
        self._say = say
        self._torch = torch
        folder.mkdir(parents=True, exist_ok=True)
        source = encoder_model.weights_folder(recipe.weights)
        self.splitter = SubwordSplitter(source / "tokenizer.json")
        torch.manual_seed(recipe.seed)
        encoder = encoder_model.load_encoder(source, dropout=recipe.dropout)
        self.model = encoder_model.build(encoder, recipe.heads, dropout=recipe.dropout)
        self.heads = tuple(Head(head.name, head.name, head.labels) for head in recipe.heads)

    def run(self) -> None:
        """Train every phase, from where the last run stopped; the model then has the final weights."""
        state = self._state()
        for number in range(state["phase"], len(self.recipe.phases)):
            self._phase(number, state)
            state = {"phase": number + 1, "epoch": 0}
            self._keep({**state, "model": self.model.state_dict()})

    def _state(self) -> dict[str, Any]:
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return {"phase": 0, "epoch": 0}
        state: dict[str, Any] = self._torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self._say(f"going on after {state['epoch']} epochs of phase {state['phase'] + 1}")
        return state

    def _keep(self, state: dict[str, Any]) -> None:
        fresh = self.folder / "checkpoint.pt.new"
        self._torch.save(state, fresh)
        fresh.replace(self.folder / "checkpoint.pt")

    def _phase(self, number: int, state: dict[str, Any]) -> None:
        phase = self.recipe.phases[number]
        examples = [
            encode(note, self.splitter, self.recipe.window, [head.labels for head in self.recipe.heads])
            for note in self.corpora.train[phase.corpus]
        ]
        optimizer = self._optimizer()
        averaged: dict[str, Any] = {}
        if state["epoch"]:
            optimizer.load_state_dict(state["optimizer"])
            averaged = state["averaged"]
        for epoch in range(state["epoch"], phase.epochs):
            began = monotonic()
            loss = self._epoch(number, epoch, examples, optimizer)
            if epoch >= phase.epochs - phase.average:
                averaged = self._added(averaged)
            done = {"phase": number, "epoch": epoch + 1, "model": self.model.state_dict()}
            self._keep({**done, "optimizer": optimizer.state_dict(), "averaged": averaged})
            self._report(number, epoch, loss, monotonic() - began)
        if phase.average > 1:
            self.model.load_state_dict({key: total / phase.average for key, total in averaged.items()})
            self._report(number, phase.epochs, 0.0, 0.0)

    def _added(self, averaged: dict[str, Any]) -> dict[str, Any]:
        weights = self.model.state_dict()
        return {key: averaged[key] + one if averaged else one.clone() for key, one in weights.items()}

    def _optimizer(self) -> Any:  # noqa: ANN401  torch has no types here
        named = list(self.model.named_parameters())
        flat = [one for _, one in named if one.dim() <= 1]
        deep = [one for _, one in named if one.dim() > 1]
        groups = [
            {"params": deep, "weight_decay": self.recipe.weight_decay},
            {"params": flat, "weight_decay": 0.0},
        ]
        return self._torch.optim.AdamW(groups, lr=1e-4, fused=True)

    def _epoch(self, number: int, epoch: int, examples: Sequence[Example], optimizer: Any) -> float:  # noqa: ANN401
        """Train one epoch and return its mean loss.  Seeded by itself, so that resuming changes nothing."""
        recipe, phase = self.recipe, self.recipe.phases[number]
        seed = recipe.seed * _SEED_STEP**2 + number * _SEED_STEP + epoch
        self._torch.manual_seed(seed)
        self.model.train()
        serving = Serving(self.splitter, recipe.window, recipe.batch, recipe.hidden)
        batches = training_batches(examples, serving, seed)
        total = 0.0
        for place, batch in enumerate(batches):
            done = (epoch + place / len(batches)) / phase.epochs
            for group in optimizer.param_groups:
                group["lr"] = phase.learning_rate * _pace(done, recipe.warm_up)
            loss = self._loss(batch, phase)
            optimizer.zero_grad()
            loss.backward()
            self._torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            optimizer.step()
            total += float(loss.detach())
        return total / max(1, len(batches))

    def _loss(self, batch: Batch, phase: Phase) -> Any:  # noqa: ANN401
        torch = self._torch
        said = self.model(torch.from_numpy(batch.ids), torch.from_numpy(batch.mask))
        losses = [
            torch.nn.functional.cross_entropy(
                logits.flatten(0, 1), torch.from_numpy(target).flatten(), ignore_index=IGNORED
            )
            for head, logits, target in zip(self.heads, said, batch.targets, strict=False)
            if not phase.heads or head.name in phase.heads
        ]
        return sum(losses[1:], losses[0])

    def forward(self) -> Run:
        """Return the model as it is now, as what `word_answers` calls."""
        torch = self._torch

        def run(ids: Int64, mask: Int64) -> list[Floats]:
            with torch.inference_mode():
                *logits, _ = self.model(torch.from_numpy(ids), torch.from_numpy(mask))
            return [one.numpy() for one in logits]

        return run

    def _report(self, number: int, epoch: int, loss: float, seconds: float) -> None:
        self.model.eval()
        figures = model_figures(
            self.forward(), self.splitter, self.heads, self.corpora.dev, self.recipe.window
        )
        line: dict[str, Any] = {
            "phase": number + 1,
            "epoch": epoch + 1,
            "loss": round(loss, 4),
            "s": round(seconds),
        }
        for head in self.heads:
            micro = figures[head.name].micro.figures()
            line[head.name] = {key: micro[key] for key in ("strict_f1", "relaxed_f1")}
            line[head.name] |= {
                label: round(tally.f1(tally.strict), 3)
                for label, tally in figures[head.name].by_label.items()
                if tally.gold >= ENOUGH
            }
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        self._say(json.dumps(line))


def _pace(done: float, warm_up: float) -> float:
    """Return the share of the full learning rate after `done` (0 to 1) of a phase."""
    return min(1.0, (done + 1e-3) / warm_up) * max(0.02, 1.0 - done)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a recipe from the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.fine_tuning", description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the corpora")
    parser.add_argument(
        "--out", type=Path, required=True, help="the folder of this run; a second start goes on"
    )
    parser.add_argument("--threads", type=int, default=0, help="how many cores to use; 0 for all")
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
    recipe = read_recipe(given.recipe)
    corpora = load_corpora(recipe, given.data)
    say(
        f"{len(corpora.dev)} notes kept back; training on "
        + str({k: len(v) for k, v in corpora.train.items()})
    )
    training = Training(recipe, corpora, given.out, say)
    training.run()
    from engine.training.shipping import ship

    ship(training, given.out / recipe.name, say)


if __name__ == "__main__":
    sys.exit(main())
