"""Editing: a label set changed type by type, as an editor does it; every step gives a new one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from engine.labels.checks import RESERVED_KEYS
from engine.labels.label_set import Kind, LabelSet, LabelType, Pair

COLOURS = (
    "#d91d00", "#0067c0", "#7b3fb5", "#1e7b34", "#b5530a",
    "#00757d", "#c0267e", "#5a6472", "#8a6d00", "#4b5bd6",
)  # fmt: skip
"""Given to new types in turn: dark enough to be read on white, and told apart by most eyes."""

HAS = "hasAttr"
"""The relation that joins a modifier to what it modifies, where nothing else is said."""


def empty_label_set(title: str, name: str) -> LabelSet:
    """Return a label set with one type to begin from."""
    return added_type(LabelSet(name, "1", title, "", (), ()), Kind.ENTITY)


def added_type(labels: LabelSet, kind: Kind) -> LabelSet:
    """Return `labels` with one more type, with a name, a colour and a key that are free."""
    name = free_name(kind.value, [one.name for one in labels])
    used = {one.colour.lower() for one in labels}
    colour = next((one for one in COLOURS if one not in used), COLOURS[len(labels.types) % len(COLOURS)])
    title = name.replace("-", " ").capitalize()
    new = LabelType(name, kind, title, "", "", (), colour, free_key(labels, name))
    return replace(labels, types=(*labels.types, new))


def changed_type(labels: LabelSet, name: str, new: LabelType) -> LabelSet:
    """Return `labels` with `new` in place of the type called `name`; pairs and aliases follow a new name."""

    def now(said: str) -> str:
        return new.name if said == name else said

    return replace(
        labels,
        types=tuple(new if one.name == name else one for one in labels),
        pairs=tuple(replace(pair, head=now(pair.head), tail=now(pair.tail)) for pair in labels.pairs),
        aliases=tuple((alias, now(said)) for alias, said in labels.aliases),
    )


def without_type(labels: LabelSet, name: str) -> LabelSet:
    """Return `labels` without the type called `name`, its pairs and its aliases."""
    return replace(
        labels,
        types=tuple(one for one in labels if one.name != name),
        pairs=tuple(pair for pair in labels.pairs if name not in {pair.head, pair.tail}),
        aliases=tuple((alias, said) for alias, said in labels.aliases if said != name),
    )


def moved_type(labels: LabelSet, name: str, by: int) -> LabelSet:
    """Return `labels` with a type `by` places further down; at either end it stays."""
    types = list(labels.types)
    at = next(number for number, one in enumerate(types) if one.name == name)
    to = min(max(at + by, 0), len(types) - 1)
    types.insert(to, types.pop(at))
    return replace(labels, types=tuple(types))


def joined_to(labels: LabelSet, tail: str, heads: Collection[str]) -> LabelSet:
    """Return `labels` in which `tail` may be joined to exactly `heads`; pairs that stay keep theirs."""
    kept = [pair for pair in labels.pairs if pair.tail != tail or pair.head in heads]
    there = {pair.head for pair in kept if pair.tail == tail}
    new = [Pair(one.name, tail, HAS) for one in labels if one.name in heads and one.name not in there]
    return replace(labels, pairs=(*kept, *new))


def free_name(wanted: str, names: Iterable[str]) -> str:
    """Return `wanted`, or the first of ``wanted-2``, ``wanted-3`` … that none of `names` has."""
    taken = {one.casefold() for one in names}
    found, number = wanted, 1
    while found.casefold() in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found


def free_key(labels: LabelSet, name: str) -> str:
    """Return a key that neither a type nor the program has, a letter of `name` before a digit; or nothing."""
    taken = {one.key for one in labels} | RESERVED_KEYS
    return next((one for one in (*name.lower(), *"1234567890") if one.isalnum() and one not in taken), "")
