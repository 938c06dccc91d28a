"""Checks: what is wrong with a label set, each fault as a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.labels.label_set import LabelSet, LabelType

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

RESERVED_KEYS = frozenset("rmp;?[]{},.<> ")
"""Keys that the note view needs for itself."""


def faults(labels: LabelSet) -> list[str]:
    """Return what is wrong with `labels`, one sentence each; empty where it may be used.

    The sentences name places as a person finds them in the file: “type 3 (drug)”, “pair 12”.
    """
    return [*_of_whole(labels), *_of_types(labels), *_of_pairs(labels), *_of_aliases(labels)]


def is_name(said: str) -> bool:
    """Whether `said` may be the name of a label set, a type or a relation."""
    return _NAME.fullmatch(said) is not None


def _of_whole(labels: LabelSet) -> Iterator[str]:
    if not is_name(labels.name):
        yield f"The name “{labels.name}” may hold only the letters a to z, digits, “_” and “-”, at most 64."
    if not labels.version.strip():
        yield "The version is empty."
    if not labels.title.strip():
        yield "The title is empty."
    if not labels.types:
        yield "There is no type in it."


def _of_types(labels: LabelSet) -> Iterator[str]:
    names: dict[str, int] = {}
    keys: dict[str, int] = {}
    for number, one in enumerate(labels.types, start=1):
        place = f"Type {number} ({one.name})" if is_name(one.name) else f"Type {number}"
        yield from _of_type(place, one)
        first = names.setdefault(one.name.casefold(), number)
        if first != number:
            yield f"{place} has the same name as type {first} (capitals do not count)."
        if one.key and (first := keys.setdefault(one.key, number)) != number:
            yield f"{place} has the key “{one.key}”, which type {first} has already."


def _of_type(place: str, one: LabelType) -> Iterator[str]:
    if not is_name(one.name):
        yield f"{place}: the name “{one.name}” may hold only letters a to z, digits, “_” and “-”, at most 64."
    if not one.title.strip():
        yield f"{place} has no title."
    if not _COLOUR.fullmatch(one.colour):
        yield f"{place}: the colour “{one.colour}” is not of the form #rrggbb."
    if one.key in RESERVED_KEYS:
        yield f"{place}: the key “{one.key}” is needed by the program itself; please choose another."
    elif one.key and not (len(one.key) == 1 and one.key.isalnum() and one.key == one.key.lower()):
        yield f"{place}: the key “{one.key}” is not one small letter or digit."


def _of_pairs(labels: LabelSet) -> Iterator[str]:
    seen: dict[tuple[str, str, str], int] = {}
    for number, pair in enumerate(labels.pairs, start=1):
        for role, name in (("head", pair.head), ("tail", pair.tail)):
            if name not in labels:
                yield f"Pair {number}: its {role} “{name}” is none of the types."
        if not is_name(pair.relation):
            yield f"Pair {number}: the relation “{pair.relation}” may hold only letters, digits, “_” and “-”."
        first = seen.setdefault((pair.head, pair.tail, pair.relation), number)
        if first != number:
            yield f"Pair {number} ({pair.relation}, {pair.head}, {pair.tail}) is the same as pair {first}."


def _of_aliases(labels: LabelSet) -> Iterator[str]:
    names = {one.name.casefold(): one.name for one in labels.types}
    seen: set[str] = set()
    for alias, name in labels.aliases:
        small = alias.casefold()
        if not alias.strip():
            yield f"An alias of “{name}” is empty."
        if name not in labels:
            yield f"The alias “{alias}” stands for “{name}”, which is none of the types."
        if names.get(small, name) != name:
            yield f"The alias “{alias}” of “{name}” is itself the name of a type."
        if small in seen:
            yield f"The alias “{alias}” is there twice."
        seen.add(small)
