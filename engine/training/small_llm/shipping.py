"""Shipping: a small language model measured on the notes kept back, and described.

Needs llama.cpp and no torch.  Comes after `learning`, which leaves the model file:

python -m engine.training.small_llm.shipping models/recipes/small_llm.toml --data ../shared/data --out DIR
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from engine.annotation.said import Answer, LabelledSpan, SaidRelation, answer
from engine.errors import TagwellError
from engine.evaluation.comparison import compare_runs
from engine.evaluation.evaluation import Group, evaluate, within
from engine.evaluation.judged import Judged
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files.label_sets import label_set_named
from engine.model_files.manifest import (
    FORMAT,
    Manifest,
    Origin,
    SelfTest,
    file_entry,
    write_manifest,
)
from engine.model_files.places import models_folder
from engine.taggers.llama_cpp.prompts.example import Bank
from engine.taggers.registry import TaggerSpec, load_tagger
from engine.text.span import Span
from engine.training.corpora import CorpusNote
from engine.training.cross_fitting import cross_fitted
from engine.training.small_llm.card import card
from engine.training.small_llm.material import Material, gold_of
from engine.training.small_llm.recipe import SmallRecipe, read_small_recipe
from engine.training.small_llm.sentences import as_example, sentences_of
from engine.training.small_llm.vocabulary import CLOSE, opening

Say = Callable[[str], object]

KIND = "llama-cpp.v1"
MODEL = "model.gguf"
_CLEAR_MARGIN = 1.0
_RULES = ("strict", "relaxed")
_FREE = "free, span tags"
FITTED = "drafted, thresholds cross-fitted"
AGAINST_FREE = ("drafted", FITTED)

WAYS: Mapping[str, Mapping[str, Any]] = {
    "drafted": {},
    "drafted, in a further pass": {"modifiers": True},
    "drafted, 2 fixed examples": {"examples": "fixed", "shots": 2},
    "drafted, 2 random examples": {"examples": "random", "shots": 2},
    **{
        f"drafted, {shots} similar example{'s' * (shots > 1)}": {"examples": "similar", "shots": shots}
        for shots in (1, 2, 4, 8)
    },
    "free, its own tags": {"decoder": "free"},
    _FREE: {"answers": "span-tags"},
    "free, span tags, 2 similar examples": {"answers": "span-tags", "examples": "similar", "shots": 2},
    "free, TANL": {"answers": "tanl"},
    "free, BIO lines": {"answers": "bio"},
    "free, JSON list": {"answers": "json-list"},
    "free, JSON dictionary": {"answers": "json-dict"},
}
"""The ways to ask that are measured, each with its options."""


class Described(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a recipe's ``[model]`` says for the manifest."""

    summary: str
    licence: str
    origins: tuple[Origin, ...]
    known_weak: tuple[str, ...] = ()


def plain_manifest(recipe: SmallRecipe, labels: LabelSet, folder: Path) -> Manifest:
    """Return the manifest of the model file in `folder`, without figures."""
    said = msgspec.convert(recipe.model, Described)
    options = {
        "template": recipe.template,
        "definitions": False,
        "context": recipe.shape.context,
        "tags": {one.name: opening(one.name) for one in labels.entities},
        "close": CLOSE,
    }
    return Manifest(
        FORMAT,
        KIND,
        recipe.name,
        recipe.title,
        recipe.version,
        recipe.label_set,
        summary=said.summary,
        licence=said.licence,
        files={"model": file_entry(folder, MODEL)},
        options=options,
        origins=said.origins,
        known_weak=said.known_weak,
    )


def ship(recipe: SmallRecipe, data: Path, folder: Path, log: str, say: Say) -> None:
    """Measure the model in `folder` and describe it there; `log` is what its training wrote.

    Raises:
        TagwellError: the model or the corpus is not there.
    """
    labels, gold = label_set_named(recipe.label_set), gold_of(recipe, data)
    write_manifest(folder, plain_manifest(recipe, labels, folder))
    runs: dict[str, list[Judged]] = {}
    for way, options in WAYS.items():
        say(f"measuring: {way}")
        runs[way] = measured(folder, options, gold, recipe, labels)

    def tag(numbers: Sequence[int], bias: Mapping[str, float]) -> list[Judged]:
        some = Material(gold.train, [gold.dev[number] for number in numbers])
        return measured(folder, {"bias": dict(bias)}, some, recipe, labels)

    say(f"measuring: {FITTED}")
    runs[FITTED] = cross_fitted(len(gold.dev), tag, labels)
    describe(recipe, folder, figures_from(runs, labels), log)


def figures_from(runs: Mapping[str, Sequence[Judged]], labels: LabelSet) -> list[dict[str, Any]]:
    """Return the figures of all ways to ask, and how copying does against writing freely."""
    figures: list[dict[str, Any]] = []
    for way, judged in runs.items():
        found = list(figures_of(way, judged, labels))
        if way in AGAINST_FREE:
            found[0] |= _against(way, runs, labels)
        figures += found
    return figures


def _against(way: str, runs: Mapping[str, Sequence[Judged]], labels: LabelSet) -> dict[str, Any]:
    """Return by how much strict F1 of entities is better in one way than written freely, note by note."""
    both = compare_runs(runs[_FREE], runs[way], labels)
    found = next(one for one in both if (one.group, one.rule) == ("entities", "strict")).difference
    low, high = round(found.interval.low, 4), round(found.interval.high, 4)
    return {
        "against": _FREE,
        "difference": round(found.f1, 4),
        "difference_interval_95": [low, high],
        "p": found.p,
    }


def describe(recipe: SmallRecipe, folder: Path, figures: Sequence[dict[str, Any]], log: str) -> None:
    """Write manifest, card, licence and notice beside the model in `folder`."""
    labels = label_set_named(recipe.label_set)
    plain = plain_manifest(recipe, labels, folder)
    write_manifest(folder, plain)
    tests = tuple(_self_tests(recipe, folder, labels))
    manifest = msgspec.structs.replace(plain, figures=tuple(figures), self_test=tests)
    write_manifest(folder, manifest)
    (folder / "MODEL_CARD.md").write_text(card(recipe, manifest, log), encoding="utf-8")
    (folder / "NOTICE").write_text(_notice(manifest), encoding="utf-8")
    licence = models_folder().parent / "LICENSE"
    if licence.exists():
        shutil.copyfile(licence, folder / "LICENSE")


def measured(
    folder: Path, options: Mapping[str, Any], gold: Material, recipe: SmallRecipe, labels: LabelSet
) -> list[Judged]:
    """Return what the model in `folder` says of the notes kept back, asked with `options`.

    Examples, where wanted, are sentences of the notes that it was trained on.
    """
    given = dict(options)
    if "examples" in given:
        notes = gold.train[recipe.split.corpus]
        names = [one.name for one in labels.entities]
        shown = (as_example(one, names) for one in sentences_of(notes, recipe.lessons.most_words))
        given["bank"] = msgspec.to_builtins(Bank(tuple(shown)))
    spec = TaggerSpec(recipe.name, KIND, folder, given)
    tagger = load_tagger(spec, Job())
    try:
        said = list(tagger.tag([note.text for note in gold.dev], labels, Job()))
    finally:
        tagger.close()
    judged = [
        Judged(note.name, note.text, _gold(note), found) for note, found in zip(gold.dev, said, strict=True)
    ]
    return [within(one, labels) for one in judged]


def _gold(note: CorpusNote) -> Answer:
    items = [LabelledSpan((Span(one.start, one.end),), one.label) for one in note.marks]
    return answer(items, [SaidRelation(head, tail, "") for head, tail in note.relations])


def figures_of(way: str, judged: Sequence[Judged], labels: LabelSet) -> Iterator[dict[str, Any]]:
    """Yield the figures of the entities, together and each; of the modifiers instead, where some are said."""
    groups = {one.name: one for one in evaluate(judged, labels).groups}
    entities, modifiers = groups.get("entities") or groups["all"], groups.get("modifiers")
    if modifiers and modifiers.scores["strict"].micro.predicted:
        yield _figure(f"modifiers on dev, {way}", modifiers)
        return
    yield _figure(f"entities on dev, {way}", entities)
    for one in labels.entities:
        yield _figure(f"entities on dev, {way}", entities, one.name)


def _figure(what: str, group: Group, label: str = "") -> dict[str, Any]:
    """Return the figure of one label, or of all of the group with an interval by notes."""
    strict, relaxed = (
        group.scores[rule].only([label] if label else group.scores[rule].by_label) for rule in _RULES
    )
    figure = {
        "what": what,
        "label": label or "all",
        "strict_f1": round(strict.micro.f1, 4),
        "relaxed_f1": round(relaxed.micro.f1, 4),
        "precision": round(strict.micro.precision, 4),
        "recall": round(strict.micro.recall, 4),
        "gold": strict.micro.gold,
    }
    if label:
        return figure
    return figure | {"low": round(group.interval.low, 4), "high": round(group.interval.high, 4)}


def _self_tests(recipe: SmallRecipe, folder: Path, labels: LabelSet) -> Iterator[SelfTest]:
    """Yield the recipe's sentences with their tags, where every decision was a clear one."""
    tagger = load_tagger(TaggerSpec(recipe.name, KIND, folder), Job())
    try:
        for text, said in zip(recipe.self_test, tagger.tag(recipe.self_test, labels, Job()), strict=True):
            margins = [(one.open_margin, one.label_margin, one.close_margin) for one in said.items]
            if all(margin is None or margin >= _CLEAR_MARGIN for three in margins for margin in three):
                yield SelfTest(text, tuple((one.hull.start, one.hull.end, one.label) for one in said.items))
    finally:
        tagger.close()


def _notice(manifest: Manifest) -> str:
    lines = [f"{manifest.title} {manifest.version}", "", "Made from:"]
    for origin in manifest.origins:
        where = f" <{origin.url}>" if origin.url else ""
        lines.append(f"- {origin.name}: {origin.what}. Licence: {origin.licence}.{where}")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and describe a trained model from the command line; return the exit code."""
    from engine.airgap import engage

    engage("command")
    parser = argparse.ArgumentParser(prog="python -m engine.training.small_llm.shipping", description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the corpora")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the training")
    given = parser.parse_args(arguments)

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    try:
        recipe = read_small_recipe(given.recipe)
        log = (given.out / "log.jsonl").read_text(encoding="utf-8")
        ship(recipe, given.data, given.out / recipe.name, log, say)
    except TagwellError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
