"""Crosswalk: one label set said in another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.labels.label_set import LabelSet


@dataclass(frozen=True)
class Crosswalk:
    """What each type of `source` is called in `target`; a type without a counterpart is None.

    Immutable; safe to share between threads.
    """

    source: LabelSet
    target: LabelSet
    types: Mapping[str, str | None]

    def label(self, label: str) -> str | None:
        """Return the target's name for `label`, or None where the target has nothing like it.

        Raises:
            LabelError: `label` is none of the source's types.
        """
        return self.types[self.source.type(label).name]

    def relation(self, head: str, tail: str, relation: str) -> str | None:
        """Return the target's relation for `relation` between two types of the source, or None.

        A relation of the same name is taken where the target allows it, else the only one that it
        allows between the two; where it allows several of other names, none is guessed.
        """
        ends = (self.label(head), self.label(tail))
        if ends[0] is None or ends[1] is None:
            return None
        legal = self.target.relations(ends[0], ends[1])
        if relation in legal:
            return relation
        return legal[0] if len(legal) == 1 else None

    @property
    def lost(self) -> tuple[str, ...]:
        """The types of the source that the target cannot say, in the order of the source."""
        return tuple(one.name for one in self.source if self.types[one.name] is None)


def crosswalk(source: LabelSet, target: LabelSet, said: Mapping[str, str | None] | None = None) -> Crosswalk:
    """Return how `source` is said in `target`: as `said` has it, else by the target's names and aliases.

    In `said`, None means that a type is left out on purpose.

    Raises:
        LabelError: `said` names a type that its label set lacks.
    """
    given = dict(said or {})
    for ours, theirs in given.items():
        source.type(ours)
        if theirs is not None:
            target.type(theirs)
    return Crosswalk(
        source,
        target,
        {one.name: given[one.name] if one.name in given else target.resolve(one.name) for one in source},
    )
