"""Training: the loop that turns a recipe and corpora into a model.  Resumable, repeatable."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from engine.taggers.onnx_bert.bio import Floats
from engine.taggers.onnx_bert.proposals import Head
from engine.taggers.onnx_bert.reading import Int64, Run
from engine.taggers.onnx_bert.subwords import SubwordSplitter
from engine.training import encoder_model
from engine.training.corpora import CorpusNote
from engine.training.dev_figures import ENOUGH, Figures, Reader
from engine.training.encoding import Batch, Example, Serving, encode, training_batches
from engine.training.loading import Corpora
from engine.training.recipe import Phase, Recipe
from engine.training.tag_choices import IGNORED, TagChoices
from engine.training.teaching import TAUGHT, Lessons, lessons

Say = Callable[[str], object]
State = dict[str, Any]

_SEED_STEP = 1000
_MEASURE_EVERY = 4


class Training:
    """One run of a recipe.  Everything it must remember lies in its folder.

    It takes a GPU where torch sees one.  `start` is the folder of the finished training of the
    recipe that this one comes after.
    """

    def __init__(
        self, recipe: Recipe, corpora: Corpora, folder: Path, say: Say, *, start: Path | None = None
    ) -> None:
        import torch

        self.recipe = recipe
        self.corpora = corpora
        self.folder = folder
        self._say = say
        self._torch = torch
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        folder.mkdir(parents=True, exist_ok=True)
        source = encoder_model.weights_folder(recipe.weights)
        self.splitter = SubwordSplitter(source / "tokenizer.json")
        torch.manual_seed(recipe.seed)
        encoder = encoder_model.load_encoder(
            source, dropout=recipe.dropout, attention_dropout=recipe.attention_dropout
        )
        self.model = encoder_model.build(encoder, recipe.heads, dropout=recipe.dropout).to(self._device)
        if start is not None:
            self.model.load_state_dict(self._load(start / _CHECKPOINT)["model"])
        self.heads = tuple(Head(head.name, head.name, head.labels) for head in recipe.heads)
        self._choices = [TagChoices(head.labels) for head in recipe.heads]

    def run(self) -> None:
        """Train every phase, from where the last run stopped; the model then has the final weights."""
        state = self._state()
        for number in range(state["phase"], len(self.recipe.phases)):
            self._phase(number, state)
            state = _fresh(number + 1)
            self._keep({**state, "model": self.model.state_dict()})

    def _state(self) -> State:
        path = self.folder / _CHECKPOINT
        if not path.exists():
            return _fresh(0)
        state = self._load(path)
        self.model.load_state_dict(state["model"])
        self._say(f"going on after {state['epoch']} epochs of phase {state['phase'] + 1}")
        return state

    def _load(self, path: Path) -> State:
        state: State = self._torch.load(path, weights_only=True, map_location=self._device)
        return state

    def _keep(self, state: State) -> None:
        fresh = self.folder / f"{_CHECKPOINT}.new"
        self._torch.save(state, fresh)
        fresh.replace(self.folder / _CHECKPOINT)

    def _phase(self, number: int, state: State) -> None:
        phase = self.recipe.phases[number]
        examples = {
            name: [
                encode(note, self.splitter, self.recipe.window, self._choices)
                for note in self.corpora.train[name]
            ]
            for name in phase.mixture
        }
        start = state.get("start") or {key: one.clone() for key, one in self.model.state_dict().items()}
        taught = self._taught(phase, start)
        averaged = state.get("averaged") or {}
        for run in range(state["run"], phase.runs):
            optimizer = self._optimizer()
            done = state["epoch"] if run == state["run"] else 0
            if done:
                optimizer.load_state_dict(state["optimizer"])
            else:
                self.model.load_state_dict(start)
            for epoch in range(done, phase.epochs):
                began = monotonic()
                loss = self._epoch((number, run, epoch), examples, taught, optimizer)
                if epoch >= phase.epochs - phase.average:
                    averaged = self._added(averaged)
                now = {"phase": number, "run": run, "epoch": epoch + 1, "start": start, "averaged": averaged}
                self._keep({**now, "model": self.model.state_dict(), "optimizer": optimizer.state_dict()})
                self._report((number, run, epoch), loss, monotonic() - began)
        if phase.average * phase.runs > 1:
            count = phase.average * phase.runs
            self.model.load_state_dict({key: total / count for key, total in averaged.items()})
        self._report((number, phase.runs, phase.epochs - 1), 0.0, 0.0)

    def _taught(self, phase: Phase, start: State) -> Lessons:
        """Return what the model says, as it was when the phase began, of what it is to be taught on."""
        now = {key: one.clone() for key, one in self.model.state_dict().items()}
        self.model.load_state_dict(start)
        self.model.eval()
        notes = {name: self.corpora.train[name] for name in phase.taught}
        found = lessons(notes, Reader(self.splitter, self.heads, self.recipe.window), self.forward())
        self.model.load_state_dict(now)
        return found

    def _added(self, averaged: State) -> State:
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

    def _epoch(
        self,
        place: tuple[int, int, int],
        examples: dict[str, list[Example]],
        taught: Lessons,
        optimizer: Any,  # noqa: ANN401
    ) -> float:
        """Train one epoch (phase, run, epoch) and return its mean loss.

        Seeded by its place alone, so that resuming changes nothing.
        """
        recipe, (number, run, epoch) = self.recipe, place
        phase = recipe.phases[number]
        seed = ((recipe.seed * _SEED_STEP + number) * _SEED_STEP + run) * _SEED_STEP + epoch
        self._torch.manual_seed(seed)
        self.model.train()
        serving = Serving(self.splitter, recipe.window, recipe.batch, phase.hidden)
        drawn = _drawn(examples, phase.mixture, seed) + _drawn(taught.examples, phase.taught, seed)
        batches = training_batches(drawn, serving, seed)
        allowed = [self._tensor(choices.allowed) for choices in self._choices]
        rows = [self._tensor(some) for some in taught.rows]
        total = 0.0
        for step, batch in enumerate(batches):
            done = (epoch + step / len(batches)) / phase.epochs
            for group in optimizer.param_groups:
                group["lr"] = phase.learning_rate * _pace(done, recipe.warm_up)
            loss = self._loss(batch, phase, allowed, rows)
            optimizer.zero_grad()
            loss.backward()
            self._torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            optimizer.step()
            total += float(loss.detach())
        return total / max(1, len(batches))

    def _tensor(self, array: Any) -> Any:  # noqa: ANN401
        return self._torch.from_numpy(array).to(self._device)

    def _loss(self, batch: Batch, phase: Phase, allowed: Sequence[Any], rows: Sequence[Any]) -> Any:  # noqa: ANN401
        """Return the loss of each word, summed over heads, as a mean.

        Every word of the batch counts in the mean, so that a head weighs by what is said of it.
        """
        torch = self._torch
        half = self.recipe.precision == "bfloat16"
        with torch.autocast(self._device, torch.bfloat16, enabled=half):
            said = self.model(self._tensor(batch.ids), self._tensor(batch.mask))
        words = max(1, int((sum(target != IGNORED for target in batch.targets) > 0).sum()))
        loss = 0.0 * said[-1].float().mean()
        for number, head in enumerate(self.heads):
            if not phase.heads or head.name in phase.heads:
                target = self._tensor(batch.targets[number])
                loss = loss + head_loss(said[number], target, allowed[number], rows[number]) / words
        return loss

    def forward(self) -> Run:
        """Return the model as it is now, as what `word_answers` calls."""

        def run(ids: Int64, mask: Int64) -> list[Floats]:
            with self._torch.inference_mode():
                *logits, _ = self.model(self._tensor(ids), self._tensor(mask))
            return [one.cpu().numpy() for one in logits]

        return run

    def _report(self, place: tuple[int, int, int], loss: float, seconds: float) -> None:
        """Log the loss of an epoch, and figures where they are due: now and then, and of the last epochs."""
        number, run, epoch = place
        phase = self.recipe.phases[number]
        line: dict[str, Any] = {"phase": number + 1, "run": run + 1, "epoch": epoch + 1}
        line |= {"loss": round(loss, 4), "s": round(seconds)}
        is_end = run == phase.runs
        if is_end:
            line |= {"run": "all"}
        if is_end or (epoch + 1) % _MEASURE_EVERY == 0 or epoch >= phase.epochs - 1:
            line |= self._measured(self.corpora.dev)
        if is_end:
            for name, notes in self.corpora.measured.items():
                line[name] = self._measured(notes)
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        self._say(json.dumps(line))

    def _measured(self, notes: Sequence[CorpusNote]) -> dict[str, Any]:
        """Return the figures of each head that the notes speak of."""
        self.model.eval()
        figures = Reader(self.splitter, self.heads, self.recipe.window).figures(self.forward(), notes)
        return {name: _brief(some) for name, some in figures.items()}


_CHECKPOINT = "checkpoint.pt"


def head_loss(logits: Any, target: Any, allowed: Any, rows: Any) -> Any:  # noqa: ANN401
    """Return the loss of one head, summed over words.

    Of a word whose target is a set of tags: −log of the probability of the set (`allowed`: sets ×
    tags).  Of a word that a teacher has read: the cross-entropy to what it said (`rows`).
    """
    marked = (target != IGNORED) & (target < TAUGHT)
    found = logits[marked].float()
    good = found.masked_fill(~allowed[target[marked]], -float("inf"))
    loss = (found.logsumexp(-1) - good.logsumexp(-1)).sum()
    taught = target >= TAUGHT
    return loss - (rows[target[taught] - TAUGHT] * logits[taught].float().log_softmax(-1)).sum()


def _fresh(phase: int) -> State:
    return {"phase": phase, "run": 0, "epoch": 0}


def _brief(figures: Figures) -> dict[str, Any]:
    micro = figures.micro.figures()
    brief: dict[str, Any] = {key: micro[key] for key in ("strict_f1", "relaxed_f1")}
    brief["interval"] = [round(bound, 3) for bound in figures.interval()]
    by_label = figures.by_label.items()
    return brief | {
        label: round(tally.f1(tally.strict), 3) for label, tally in by_label if tally.gold >= ENOUGH
    }


def _drawn(examples: dict[str, list[Example]], mixture: dict[str, float], seed: int) -> list[Example]:
    """Return the examples of one epoch, each corpus as often as the mixture says."""
    chance = random.Random(seed)  # noqa: S311  it must be repeatable, not secret
    found: list[Example] = []
    for name, passes in mixture.items():
        some = examples[name]
        found += some * int(passes)
        found += chance.sample(some, round(len(some) * (passes - int(passes))))
    return found


def _pace(done: float, warm_up: float) -> float:
    """Return the share of the full learning rate after `done` (0 to 1) of a phase."""
    return min(1.0, (done + 1e-3) / warm_up) * max(0.02, 1.0 - done)
