"""Label set: the entity types, modifier types and pairs that a project may use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import Enum
from functools import cached_property

from engine.errors import LabelError


class Kind(Enum):
    """What a type is for: things that are said of a patient, or what is said of those."""

    ENTITY = "entity"
    MODIFIER = "modifier"


@dataclass(frozen=True, slots=True)
class LabelType:
    """One type of a label set.

    `name` is what is stored and exported (letters, digits, ``_`` and ``-``).
    `colour` is ``#rrggbb``; `key` one character, or empty where none is left.
    """

    name: str
    kind: Kind
    title: str
    definition: str
    guideline: str
    examples: tuple[str, ...]
    colour: str
    key: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """A legal relation: a `tail` type (mostly a modifier) may be joined to a `head` type."""

    head: str
    tail: str
    relation: str


@dataclass(frozen=True)
class LabelSet:
    """A closed, versioned set of types and of the pairs that may be joined.

    Immutable; safe to share between threads.
    """

    name: str
    version: str
    title: str
    description: str
    types: tuple[LabelType, ...]
    pairs: tuple[Pair, ...]
    licence: str = ""
    aliases: tuple[tuple[str, str], ...] = field(default=())
    """(label seen in files, our type name): how other people spell our types."""

    @cached_property
    def _by_name(self) -> dict[str, LabelType]:
        return {one.name: one for one in self.types}

    @cached_property
    def _relations(self) -> dict[tuple[str, str], tuple[str, ...]]:
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for pair in self.pairs:
            at = (pair.head, pair.tail)
            found[at] = (*found.get(at, ()), pair.relation)
        return found

    @cached_property
    def _aliases(self) -> dict[str, str]:
        known = {alias.casefold(): name for alias, name in self.aliases}
        return known | {one.name.casefold(): one.name for one in self.types}

    def __contains__(self, label: object) -> bool:
        return label in self._by_name

    def __iter__(self) -> Iterator[LabelType]:
        return iter(self.types)

    def type(self, label: str) -> LabelType:
        """Return the type called `label`.

        Raises:
            LabelError: there is none.
        """
        try:
            return self._by_name[label]
        except KeyError:
            raise LabelError(f"The label set “{self.title}” has no label “{label}”.") from None

    def resolve(self, label: str) -> str | None:
        """Return our name for `label` as a file spells it, or None where it is unknown."""
        return self._aliases.get(label.casefold())

    @property
    def entities(self) -> tuple[LabelType, ...]:
        """The entity types, in the order of the file."""
        return tuple(one for one in self.types if one.kind is Kind.ENTITY)

    @property
    def modifiers(self) -> tuple[LabelType, ...]:
        """The modifier types, in the order of the file."""
        return tuple(one for one in self.types if one.kind is Kind.MODIFIER)

    def relations(self, head: str, tail: str) -> tuple[str, ...]:
        """Return the relations that may join `tail` to `head`, in the order of the file."""
        return self._relations.get((head, tail), ())

    def relation(self, head: str, tail: str) -> str | None:
        """Return the first relation that may join `tail` to `head`, or None where none may."""
        return next(iter(self.relations(head, tail)), None)

    def require_relation(self, head: str, tail: str) -> str:
        """Return the first relation that may join `tail` to `head`.

        Raises:
            LabelError: the pair is not legal.
        """
        relation = self.relation(head, tail)
        if relation is None:
            raise LabelError(f"“{tail}” may not be joined to “{head}” in the label set “{self.title}”.")
        return relation

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the whole definition, written into every run."""
        said = asdict(self)
        said["types"] = [{**asdict(one), "kind": one.kind.value} for one in self.types]
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
