"""Loading: the corpora of a recipe read, named in our labels, and kept apart from what is measured on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.errors import ModelError
from engine.training.corpora import CorpusNote
from engine.training.corpus_readers.registry import READERS
from engine.training.corpus_readers.types import said_in_ours
from engine.training.recipe import Corpus, Recipe, Split
from engine.training.split import groups_of_near_duplicates, split_by_group

_BESIDE_THE_RECIPE = "./"


@dataclass(frozen=True, slots=True)
class Corpora:
    """The notes that a recipe trains on, by corpus, and those kept back to measure on.

    `dev` is the kept part of the corpus that is split; `measured` are whole corpora, by name.
    """

    train: dict[str, list[CorpusNote]]
    dev: list[CorpusNote]
    measured: dict[str, list[CorpusNote]] = field(default_factory=dict)


def load_corpora(recipe: Recipe, data: Path, beside: Path) -> Corpora:
    """Return the corpora of `recipe`, split by groups of near-duplicates.

    They lie below `data`; those of the project itself beside the recipe.
    A note that repeats one of those measured on is left out of training, whatever its corpus.

    Raises:
        TagwellError: a corpus is missing or damaged.
    """
    notes = {name: _read(one, data, beside) for name, one in recipe.corpora.items()}
    whole = notes.pop(recipe.split.corpus)
    groups = groups_of_near_duplicates([note.text for note in whole])
    parts = split_by_group(groups, (1.0 - recipe.split.dev, recipe.split.dev), recipe.split.seed)
    dev = [note for note, part in zip(whole, parts, strict=True) if part == 1]
    left = [(note, group) for note, group, part in zip(whole, groups, parts, strict=True) if part == 0]
    notes[recipe.split.corpus] = _share(left, recipe.split)
    measured = {name: notes.pop(name) for name, one in recipe.corpora.items() if one.measured}
    held = [*dev, *(note for some in measured.values() for note in some)]
    return Corpora({name: _apart(some, held) for name, some in notes.items()}, dev, measured)


def _share(notes: Sequence[tuple[CorpusNote, int]], split: Split) -> list[CorpusNote]:
    """Return the share of `notes`, each with its group, that is learned from; whole groups."""
    shares = (split.share, 1.0 - split.share)
    parts = split_by_group([group for _, group in notes], shares, split.seed) if notes else []
    return [note for (note, _), part in zip(notes, parts, strict=True) if part == 0]


def _read(corpus: Corpus, data: Path, beside: Path) -> list[CorpusNote]:
    if corpus.format not in READERS:
        raise ModelError(f"A recipe names a corpus of the unknown format “{corpus.format}”.")
    own = corpus.folder.startswith(_BESIDE_THE_RECIPE)
    place = (beside if own else data) / corpus.folder
    if not place.exists():
        raise ModelError(f"The corpus “{corpus.folder}” is not there.")
    says = None if corpus.says is None else frozenset(corpus.says)
    return [_named(replace(note, says=says), corpus.types) for note in READERS[corpus.format](place)]


def _named(note: CorpusNote, types: Mapping[str, str] | None) -> CorpusNote:
    return note if types is None else said_in_ours(note, types)


def _apart(notes: Sequence[CorpusNote], held: Sequence[CorpusNote]) -> list[CorpusNote]:
    """Return the notes that repeat none of those held back."""
    groups = groups_of_near_duplicates([note.text for note in (*held, *notes)])
    taken = set(groups[: len(held)])
    return [note for note, group in zip(notes, groups[len(held) :], strict=True) if group not in taken]
