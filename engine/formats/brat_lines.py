"""brat lines: the records of an ``.ann`` file, before their offsets are believed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.formats.offset_units import Claim
from engine.formats.problem import Problems

_RECORD = re.compile(r"(?:[A-Za-z#][0-9]+[^\s]*|[*#])\t")
_PLACES = re.compile(r"[0-9]+ [0-9]+(?:;[0-9]+ [0-9]+)*")


@dataclass(frozen=True, slots=True)
class Mark:
    """A ``T`` line: a tag as the file claims it."""

    id: str
    label: str
    claim: Claim
    line: int


@dataclass(frozen=True, slots=True)
class Join:
    """An ``R`` line, or one role of an event: `tail` is joined to `head`."""

    label: str
    head: str
    tail: str
    line: int


@dataclass(frozen=True, slots=True)
class Saying:
    """An ``A``, ``M``, ``N`` or ``#`` line: something said of the thing called `of`."""

    kind: str
    name: str
    of: str
    value: str
    line: int


@dataclass(slots=True)
class Lines:
    """All records of one file; `events` leads from an event's id to its trigger's."""

    marks: list[Mark] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    sayings: list[Saying] = field(default_factory=list)
    groups: list[tuple[str, tuple[str, ...], int]] = field(default_factory=list)
    events: dict[str, str] = field(default_factory=dict)
    roles: int = 0

    def trigger(self, id: str) -> str:
        """Return the tag that `id` means: the trigger of an event, or itself."""
        return self.events.get(id, id)


def parse(content: str, file: str, problems: Problems) -> Lines:
    """Return the records of an ``.ann`` file; lines that are none are told to `problems`.

    Only LF ends a line (a CR before it belongs to the line end): surfaces may hold any other
    character.  A line that begins no record goes on with the one before, since some tools
    write a tag's line break as it is.
    """
    lines = Lines()
    for number, record in _records(content, file, problems):
        parts = record.split("\t", 2)
        if not _take(lines, parts, number):
            problems.warn(
                file, "This line is not a brat annotation; it was left out.", place=f"line {number}"
            )
    return lines


def _records(content: str, file: str, problems: Problems) -> Iterator[tuple[int, str]]:
    pending: list[str] = []
    first = 0
    for number, line in enumerate(content.split("\n"), start=1):
        if _RECORD.match(line):
            if pending:
                yield first, _ended(pending)
            pending, first = [line], number
        elif pending and pending[0][0] in "T#":
            pending.append(line)
        elif line.strip():
            problems.warn(file, "This line is not a brat annotation; it was left out.", f"line {number}")
    if pending:
        yield first, _ended(pending)


def _ended(lines: list[str]) -> str:
    # Blank lines at the end of a file are not the last record's, and a CR ends a line as CR LF.
    while len(lines) > 1 and not lines[-1].strip():
        lines.pop()
    last = lines[-1]
    return "\n".join([*lines[:-1], last.removesuffix("\r")])


def _take(lines: Lines, parts: list[str], number: int) -> bool:
    """Put one record into `lines`; False where it is malformed."""
    kind = parts[0][0].upper()
    words = parts[1].split() if len(parts) > 1 else []
    match kind:
        case "T":
            return _take_mark(lines, parts, number)
        case "R":
            return _take_relation(lines, words, number)
        case "E":
            return _take_event(lines, parts[0], words, number)
        case "*":
            return _take_group(lines, words, number)
        case "#":
            return _take_saying(lines, kind, words, parts[2] if len(parts) > 2 else "", number)  # noqa: PLR2004
        case _:
            return kind in "AMN" and _take_saying(lines, kind, words, " ".join(words[2:]), number)


def _take_mark(lines: Lines, parts: list[str], number: int) -> bool:
    label, _, places = parts[1].strip().partition(" ") if len(parts) > 1 else ("", "", "")
    if not _PLACES.fullmatch(places.strip()):
        return False
    pairs = tuple(
        (int(start), int(end)) for start, end in (pair.split(" ") for pair in places.strip().split(";"))
    )
    surface = parts[2] if len(parts) > 2 else None  # noqa: PLR2004
    lines.marks.append(Mark(parts[0], label, Claim(pairs, surface), number))
    return True


def _take_relation(lines: Lines, words: list[str], number: int) -> bool:
    if len(words) != 3:  # noqa: PLR2004 - a name and two arguments
        return False
    head, tail = (_argument(word) for word in words[1:])
    if not head or not tail:
        return False
    lines.joins.append(Join(words[0], head, tail, number))
    return True


def _take_group(lines: Lines, words: list[str], number: int) -> bool:
    if len(words) < 3:  # noqa: PLR2004 - a name and two members
        return False
    lines.groups.append((words[0], tuple(words[1:]), number))
    return True


def _take_event(lines: Lines, id: str, words: list[str], number: int) -> bool:
    trigger = _argument(words[0]) if words else ""
    if not trigger:
        return False
    lines.events[id] = trigger
    for word in words[1:]:
        role, _, target = word.partition(":")
        if not target:
            return False
        lines.joins.append(Join(role, id, target, number))
        lines.roles += 1
    return True


def _take_saying(lines: Lines, kind: str, words: list[str], value: str, number: int) -> bool:
    if len(words) < 2:  # noqa: PLR2004 - a name and what it is said of
        return False
    lines.sayings.append(Saying(kind, words[0], words[1], value, number))
    return True


def _argument(word: str) -> str:
    return word.partition(":")[2]
