"""Material: what a small model learns from, apart from what it is measured on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ModelError
from engine.labels.label_set import LabelSet
from engine.training.corpora import CorpusNote
from engine.training.corpus_readers.registry import READERS
from engine.training.small_llm.raw_text import read_raw
from engine.training.small_llm.recipe import SILVER, SmallRecipe
from engine.training.small_llm.silver import silver_notes
from engine.training.split import groups_of_near_duplicates, split_by_group


@dataclass(frozen=True, slots=True)
class Material:
    """Notes to learn from, by the names of a mixture, and those kept back."""

    train: dict[str, list[CorpusNote]]
    dev: list[CorpusNote]


def gold_of(recipe: SmallRecipe, data: Path) -> Material:
    """Return the gold of `recipe`, divided by groups of near-duplicates.

    Raises:
        TagwellError: the corpus is missing or damaged.
    """
    place = data / recipe.gold.folder
    if not place.exists():
        raise ModelError(f"The corpus “{recipe.gold.folder}” is not there.")
    notes = list(READERS[recipe.gold.format](place))
    groups = groups_of_near_duplicates([note.text for note in notes])
    parts = split_by_group(groups, (1.0 - recipe.split.dev, recipe.split.dev), recipe.split.seed)
    both: tuple[list[CorpusNote], list[CorpusNote]] = ([], [])
    for note, part in zip(notes, parts, strict=True):
        both[part].append(note)
    return Material({recipe.split.corpus: both[0]}, both[1])


def material_of(
    recipe: SmallRecipe, labels: LabelSet, data: Path, folder: Path, say: Callable[[str], object]
) -> Material:
    """Return gold and silver; raw texts that repeat a note kept back are left out.

    Raises:
        TagwellError: a corpus is missing or damaged, or the teacher is not here.
    """
    gold = gold_of(recipe, data)
    texts = [text for one in recipe.raw for text in read_raw(one, data)]
    groups = groups_of_near_duplicates([*(note.text for note in gold.dev), *texts])
    held = set(groups[: len(gold.dev)])
    apart = [text for text, group in zip(texts, groups[len(gold.dev) :], strict=True) if group not in held]
    say(f"{len(texts) - len(apart)} of {len(texts):,} raw texts repeat a note kept back, and are left out")
    silver = silver_notes(apart, recipe.teacher, labels, folder / "silver.jsonl", say) if apart else []
    return Material({**gold.train, SILVER: silver}, gold.dev)
