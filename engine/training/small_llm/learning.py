"""Learning: the loop that turns a recipe into weights.  Resumable, repeatable; one core is enough.

python -m engine.training.small_llm.learning models/recipes/small_llm.toml --data ../shared/data --out DIR
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from engine.errors import ModelError, TagwellError
from engine.labels.label_set import LabelSet
from engine.model_files.label_sets import label_set_named
from engine.model_files.manifest import write_manifest
from engine.training.small_llm.as_gguf import write_model
from engine.training.small_llm.copying_circuit import put_in
from engine.training.small_llm.drawing import Drawer, batches
from engine.training.small_llm.lessons import Lesson, Teacher
from engine.training.small_llm.material import Material, material_of
from engine.training.small_llm.network import build
from engine.training.small_llm.recipe import Phase, SmallRecipe, read_small_recipe
from engine.training.small_llm.sentences import sentences_of
from engine.training.small_llm.shipping import MODEL, plain_manifest
from engine.training.small_llm.vocabulary import Vocabulary, train_vocabulary

Say = Callable[[str], object]

VOCABULARY = "tokenizer.json"
CHECKPOINT = "checkpoint.pt"

_OUR_WORDS = (
    "tags",
    "tanl",
    "bio",
    "json",
    "list",
    "dict",
    "Modifiers",
    "entity",
    "text",
    "[",
    "|",
    "]",
    ":",
    "O",
    "B",
    "I",
)
_SEED_STEP = 1000
_LITTLE = 0.6
"""A token that counts less is looked at with a chance of its weight in this."""


class Learning:
    """One run of a recipe.  Everything it must remember lies in its folder."""

    def __init__(
        self, recipe: SmallRecipe, material: Material, labels: LabelSet, folder: Path, say: Say
    ) -> None:
        """Prepare network, vocabulary and sentences; go on from the last checkpoint where there is one."""
        import torch

        self.recipe, self.folder = recipe, folder
        self._torch, self._say = torch, say
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self.vocabulary = _vocabulary(recipe, material, labels, folder / VOCABULARY)
        torch.manual_seed(recipe.seed)
        network = build(recipe.shape, len(self.vocabulary))
        names = [one.name for one in labels.entities]
        put_in(network, recipe.shape, self.vocabulary.texts, self.vocabulary.markup(names))
        self.network = network.to(self._device)
        self._optimizer = self._adam()
        self._state = {"phase": 0, "segment": 0}
        if (folder / CHECKPOINT).exists():
            kept = torch.load(folder / CHECKPOINT, weights_only=True, map_location=self._device)
            self.network.load_state_dict(kept["network"])
            self._optimizer.load_state_dict(kept["optimizer"])
            self._state = {key: kept[key] for key in self._state}
        most = recipe.lessons.most_words
        corpora = {name: list(sentences_of(notes, most)) for name, notes in material.train.items()}
        self._drawer = Drawer(corpora, recipe.lessons, names)
        self._teacher = Teacher(labels, self.vocabulary, recipe.template, recipe.lessons)

    def run(self) -> None:
        """Train every phase, from where the last run stopped."""
        for number in range(self._state["phase"], len(self.recipe.phases)):
            phase = self.recipe.phases[number]
            segments = -(-phase.tokens // self.recipe.segment)
            for segment in range(self._state["segment"], segments):
                self._report(number, segment, self._segment(number, segment, segments))
                self._state = {"phase": number, "segment": segment + 1}
                self._keep()
            self._state = {"phase": number + 1, "segment": 0}
            self._keep()

    def _adam(self) -> Any:  # noqa: ANN401  torch has no types here
        named = list(self.network.named_parameters())
        groups = [
            {"params": [one for _, one in named if one.dim() > 1], "weight_decay": self.recipe.weight_decay},
            {"params": [one for _, one in named if one.dim() <= 1], "weight_decay": 0.0},
        ]
        return self._torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.95), fused=True)

    def _segment(self, number: int, segment: int, segments: int) -> dict[str, float]:
        """Train on one segment of a phase; its place alone decides its lessons."""
        recipe, phase = self.recipe, self.recipe.phases[number]
        seed = (recipe.seed * _SEED_STEP + number) * _SEED_STEP + segment
        lessons = self._drawer.draw(phase.mixture, self._teacher, seed)
        chance = self._torch.Generator().manual_seed(seed)
        seen, total, counted, began = 0, 0.0, 0.0, monotonic()
        for batch in batches(lessons, recipe.batch):
            done = (segment + seen / recipe.segment) / segments
            warm = min(1.0, (seen + 1) / recipe.warm_up) if (number, segment) == (0, 0) else 1.0
            for group in self._optimizer.param_groups:
                group["lr"] = warm * _pace(phase, done)
            loss, weight = self._loss(batch, chance)
            self._optimizer.zero_grad()
            loss.backward()
            self._torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self._optimizer.step()
            seen += sum(map(len, batch))
            total, counted = total + float(loss.detach()) * weight, counted + weight
            if seen >= recipe.segment:
                break
        return {"loss": round(total / counted, 4), "tokens": seen, "s": round(monotonic() - began)}

    def _loss(self, batch: Sequence[Lesson], chance: Any) -> tuple[Any, float]:  # noqa: ANN401
        """Return the weighted mean of −log of the probability of each token, and the weight of them all.

        Tokens that count little are not all looked at: some are drawn, and count the more.
        """
        torch = self._torch
        longest = max(map(len, batch))
        ids = torch.zeros(len(batch), longest, dtype=torch.long)
        weights = torch.zeros(len(batch), longest)
        for row, one in enumerate(batch):
            ids[row, : len(one)] = torch.tensor(one.ids)
            weights[row, : len(one)] = torch.tensor(one.weights)
        weights = weights[:, 1:]
        drawn = torch.rand(weights.shape, generator=chance) < weights / _LITTLE
        weights = torch.where(weights < _LITTLE, drawn * _LITTLE, weights)
        ids, weights = ids.to(self._device), weights.to(self._device)
        there = weights > 0
        with torch.autocast(self._device, torch.bfloat16):
            logits = self.network(ids[:, :-1], there)
        each = torch.nn.functional.cross_entropy(logits.float(), ids[:, 1:][there], reduction="none")
        whole = weights.sum()
        return (each * weights[there]).sum() / whole, float(whole)

    def _keep(self) -> None:
        fresh = self.folder / f"{CHECKPOINT}.new"
        state = {"network": self.network.state_dict(), "optimizer": self._optimizer.state_dict()}
        self._torch.save({**self._state, **state}, fresh)
        fresh.replace(self.folder / CHECKPOINT)

    def _report(self, number: int, segment: int, said: dict[str, float]) -> None:
        line = json.dumps({"phase": number + 1, "segment": segment + 1, **said})
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(line + "\n")
        self._say(line)


def _pace(phase: Phase, done: float) -> float:
    return phase.learning_rate + (phase.falls_to - phase.learning_rate) * min(1.0, done)


def _vocabulary(recipe: SmallRecipe, material: Material, labels: LabelSet, path: Path) -> Vocabulary:
    if not path.exists():
        texts = [note.text for notes in material.train.values() for note in notes]
        names = [*(one.name for one in labels.modifiers), *_OUR_WORDS]
        train_vocabulary(texts, [one.name for one in labels.entities], names, recipe.vocabulary, path)
    return Vocabulary(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a recipe from the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.small_llm.learning", description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the corpora")
    parser.add_argument(
        "--out", type=Path, required=True, help="the folder of this run; a second start goes on"
    )
    parser.add_argument("--threads", type=int, default=1, help="how many cores to use")
    given = parser.parse_args(arguments)
    try:
        _run(given)
    except TagwellError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _run(given: argparse.Namespace) -> None:
    from engine.airgap import engage

    engage("command")  # before the teacher's runtime is loaded
    try:
        import torch
    except ImportError as error:
        raise ModelError("Training needs torch, which is not installed here.") from error

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    torch.set_num_threads(given.threads)
    recipe = read_small_recipe(given.recipe)
    labels = label_set_named(recipe.label_set)
    given.out.mkdir(parents=True, exist_ok=True)
    material = material_of(recipe, labels, given.data, given.out, say)
    learning = Learning(recipe, material, labels, given.out, say)
    learning.run()
    export(learning, labels, given.out / recipe.name)
    say(f"the model is in {recipe.name}, without figures")


def export(learning: Learning, labels: LabelSet, folder: Path) -> None:
    """Write the trained model into `folder`, with a manifest that has no figures yet."""
    folder.mkdir(parents=True, exist_ok=True)
    recipe = learning.recipe
    weights = {name: one.float().cpu().numpy() for name, one in learning.network.state_dict().items()}
    write_model(folder / MODEL, recipe.title, recipe.shape, learning.vocabulary, weights)
    write_manifest(folder, plain_manifest(recipe, labels, folder))


if __name__ == "__main__":
    sys.exit(main())
