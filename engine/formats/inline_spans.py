"""Inline spans: one line of text with tags in it, as ``<span class="label">…</span>``."""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.formats.characters import LINE_BREAKS
from engine.text.span import Span

# A byte order mark at the start of a file would be dropped by whoever reads it.
_TO_NUMBER = LINE_BREAKS + "\t\ufeff"
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"} | {mark: f"&#{ord(mark)};" for mark in _TO_NUMBER}
_TO_ESCAPE = re.compile(f"[{re.escape(''.join(_ESCAPES))}]")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_PIECE = re.compile(
    r"""(?P<open><span\s+class\s*=\s*(?P<quote>["']?)(?P<label>[\w.-]+)(?P=quote)\s*>)"""
    r"""|(?P<close></span\s*>)"""
    r"""|&(?P<escape>amp|lt|gt|quot|apos|\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6});""",
    re.IGNORECASE,
)
_LAST_CODE_POINT = 0x10FFFF


def escaped(text: str) -> str:
    """Return `text` fit to stand on one line between tags."""
    return _TO_ESCAPE.sub(lambda found: _ESCAPES[found[0]], text)


def marked(text: str, within: Span, tags: Iterable[tuple[Span, str]]) -> str:
    """Return the text `within` on one line with `tags` in it, escaped.

    The tags lie within, and any two nest or lie apart (see `nesting`).
    """
    events: dict[int, tuple[list[str], list[str]]] = {}
    for span, label in sorted(tags, key=lambda tag: (tag[0].start, -tag[0].end, tag[1])):
        events.setdefault(span.start, ([], []))[1].append(f'<span class="{label}">')
        events.setdefault(span.end, ([], []))[0].append("</span>")
    parts, done = [], within.start
    for place in sorted(events):
        closing, opening = events[place]
        parts += [escaped(text[done:place]), *closing, *opening]
        done = place
    return "".join([*parts, escaped(text[done : within.end])])


def nesting(spans: Sequence[Span]) -> list[int]:
    """Return the indices of the spans that stay when, of two that cross, the longer one stays."""
    kept: list[int] = []
    borders: list[int] = []  # of those kept, in order
    for index in sorted(range(len(spans)), key=lambda i: (-len(spans[i]), spans[i].start, i)):
        one = spans[index]
        # All that is kept is at least as long, so it crosses `one` where a border of it lies inside.
        inside = bisect_right(borders, one.start)
        if inside == len(borders) or borders[inside] >= one.end:
            kept.append(index)
            insort(borders, one.start)
            insort(borders, one.end)
    return sorted(kept)


@dataclass(slots=True)
class Line:
    """A line without its tags: the text, and the tags with places in it, in order of their ends."""

    text: str = ""
    tags: list[tuple[Span, str]] = field(default_factory=list)
    unbalanced: int = 0
    empty: int = 0


def parsed(line: str) -> Line:
    """Return the text and the tags of a line.

    Read with patience, since models write such lines: only span tags and the usual escapes mean
    anything, every other ``<`` or ``&`` stands for itself.  Tags that are not closed, or close
    nothing, are counted and passed over; so are tags around nothing.
    """
    result = Line()
    parts: list[str] = []
    length = done = 0
    stack: list[tuple[int, str]] = []

    def take(said: str) -> None:
        nonlocal length
        parts.append(said)
        length += len(said)

    for found in _PIECE.finditer(line):
        take(line[done : found.start()])
        done = found.end()
        if found["escape"]:
            take(_unescaped(found["escape"]) or found[0])
        elif found["open"]:
            stack.append((length, found["label"]))
        elif not stack:
            result.unbalanced += 1
        else:
            start, label = stack.pop()
            if start < length:
                result.tags.append((Span(start, length), label))
            else:
                result.empty += 1
    take(line[done:])
    result.unbalanced += len(stack)
    result.text = "".join(parts)
    return result


def _unescaped(escape: str) -> str:
    if not escape.startswith("#"):
        return _NAMED[escape.lower()]
    digits = escape[1:]
    number = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return chr(number) if number <= _LAST_CODE_POINT else ""
