"""Tag scheme: how a model made elsewhere writes spans as tags, and which of its columns mean what."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from engine.errors import ModelError
from engine.taggers.onnx_bert.proposals import Head

OUTSIDE = "O"
_PREFIXED = re.compile(r"([BIOESLUM])[-_](.+)", re.DOTALL)
_OPENS, _GOES_ON = frozenset("BSU"), frozenset("IEML")
_FILLING = frozenset({"X", "PAD", "[PAD]", "<PAD>", "[CLS]", "[SEP]"})
"""What some models say of sub-words that are no words; beside O and B- tags it is nothing."""
_NAMELESS = re.compile(r"(?i)label_\d+")


class Scheme(Enum):
    """How spans are written.  IOB and IOB2 have the same tags; only what the model says tells them apart."""

    IO = "IO"
    IOB = "IOB"
    IOB2 = "IOB2"
    BIOES = "BIOES"


@dataclass(frozen=True, slots=True)
class TagScheme:
    """The columns of an output: those that say nothing, and of each type those that open and continue it.

    `types` are in the order in which the model numbers them.
    """

    scheme: Scheme
    types: tuple[str, ...]
    outside: tuple[int, ...]
    opening: Mapping[str, tuple[int, ...]]
    continuing: Mapping[str, tuple[int, ...]]

    @property
    def width(self) -> int:
        """How many columns there are."""
        parts = (*self.opening.values(), *self.continuing.values())
        return len(self.outside) + sum(map(len, parts))


def tag_scheme(tags: Sequence[str]) -> TagScheme:
    """Return how `tags`, the meanings of a model's columns in order, write spans.

    IOB2 is taken where IOB would be as good: see `Scheme`.

    Raises:
        ModelError: they are the tags of no such scheme.
    """
    if not tags:
        raise ModelError("Nothing tells what the columns of the model mean; please give a list of its tags.")
    if any(_NAMELESS.fullmatch(tag) for tag in tags):
        raise ModelError(
            "The tags of the model are only numbered (LABEL_0 …); please give a list of what they mean."
        )
    if len(set(tags)) != len(tags):
        raise ModelError("Two columns of the model have the same tag.")
    nothing = {OUTSIDE, *_FILLING} if _parted(tags) else {OUTSIDE}
    said = [None if tag.strip().upper() in nothing else tag.strip() for tag in tags]
    if not any(tag.strip().upper() == OUTSIDE for tag in tags):
        raise ModelError("The model has no tag O, so that it cannot say that a word is nothing.")
    matches = {tag: _PREFIXED.fullmatch(tag) for tag in said if tag is not None}
    if not matches:
        raise ModelError("The model has no tag but O; it says nothing.")
    bare = next((tag for tag, match in matches.items() if match is None), None)
    if bare is not None and _parted(tags):
        raise ModelError(f"The tag “{bare}” of the model has no B- or I- before it, where others have.")
    if bare is not None:
        places = {tag: ("I", tag) for tag in matches}  # words bear the bare name of their type
    else:
        places = {tag: (match[1], match[2]) for tag, match in matches.items() if match}
    return _scheme(said, places)


def doubts(scheme: TagScheme) -> Iterator[str]:
    """Yield sentences about what is odd in the tags, though they can be used."""
    short = [name for name, columns in scheme.continuing.items() if not columns]
    if short:
        yield f"The type “{short[0]}” has no tag that goes on (I-), so that it marks single words alone."


def _parted(tags: Sequence[str]) -> bool:
    """Whether some type has both a tag that opens it and one that goes on."""
    found = [match for tag in tags if (match := _PREFIXED.fullmatch(tag.strip()))]
    opened = {match[2] for match in found if match[1] in _OPENS}
    return any(match[2] in opened for match in found if match[1] in _GOES_ON)


def _scheme(said: Sequence[str | None], places: Mapping[str, tuple[str, str]]) -> TagScheme:
    prefixes = {prefix for prefix, _ in places.values()}
    opening: defaultdict[str, tuple[int, ...]] = defaultdict(tuple)
    continuing: defaultdict[str, tuple[int, ...]] = defaultdict(tuple)
    for number, tag in enumerate(said):
        if tag is None:
            continue
        prefix, name = places[tag]
        into, other = (opening, continuing) if prefix in _OPENS else (continuing, opening)
        if prefix not in _OPENS | _GOES_ON:
            raise ModelError(f"“{tag}” is a tag of no scheme that is known (IO, IOB, IOB2, BIOES, BILOU).")
        into[name] = (*into[name], number)
        other[name] = other[name]
    lacking = [name for name in opening if not opening[name]]
    if prefixes == {"I"}:
        scheme = Scheme.IO
    elif lacking:
        raise ModelError(f"The type “{lacking[0]}” of the model has no tag that opens it, where others have.")
    else:
        scheme = Scheme.IOB2 if prefixes <= {"B", "I"} else Scheme.BIOES
    outside = tuple(number for number, tag in enumerate(said) if tag is None)
    return TagScheme(scheme, tuple(opening), outside, dict(opening), dict(continuing))


def head_of(scheme: TagScheme, output: str, said: Mapping[str, str | None]) -> Head:
    """Return the head that reads `output`; `said` tells what each type is called with us, None for left out.

    Types of theirs that are one of ours share its tags; what is left out counts as nothing.
    """
    labels = tuple(dict.fromkeys(label for name in scheme.types if (label := said[name]) is not None))
    outside = [*scheme.outside]
    columns: dict[str, tuple[list[int], list[int]]] = {label: ([], []) for label in labels}
    for name in scheme.types:
        label = said[name]
        if label is None:
            outside += [*scheme.opening[name], *scheme.continuing[name]]
        else:
            columns[label][0].extend(scheme.opening[name])
            columns[label][1].extend(scheme.continuing[name])
    by_tag = [sorted(outside), *(both for label in labels for both in columns[label])]
    return Head(
        "entities",
        output,
        labels,
        columns=tuple(map(tuple, by_tag)),
        continues_open=scheme.scheme in {Scheme.IO, Scheme.IOB},
    )
