"""Sentence: where one ends and the next begins in a clinical note."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

from engine.text.abbreviations import DOSING, JOINING, OPEN, SHORT, STARTERS
from engine.text.section import OTHER, headings
from engine.text.span import Span
from engine.text.token import Tokens, tokenize

_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_STOP = re.compile(r"[.!?]")
_CLOSING = frozenset("\"'”’)]}»,")  # the comma: ".," stands for a line break in transcribed notes
_LONGEST_BULLET = 16
_BULLETS = frozenset("-*•–—>#,")
_BULLET = re.compile(
    r"\s*(?:[-*•‣▪▫●○◦⁃·►▶–—+>#]+(?=\s)|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{2,4})[.)](?=\s)|\d{1,2}\s\.(?=\s)"
    r"|[•‣▪●○◦►▶]|\[[ xX]?\])"
)
_LABEL = re.compile(r"\s*[A-Z][^\s:]*(?:[ \t/]+[^\s:]+){0,5}\s?:(?!\d)")
_COLUMNS = re.compile(r"\S(?:[ ]*\t\s*|[ ]{3,})\S")
_FIRST_WORD = re.compile(r"\S{1,40}")

Line = tuple[int, int]

_WRAPPED_LINES = range(45, 131)
"""How long a line is that a program may have wrapped; typists break at about 70 or 80 columns."""

_LIST_NUMBER_DIGITS = 3
_WHOLE_WORD = 3
"""Letters from which on a word is hardly an abbreviation that we do not list."""


def sentences(text: str, tokens: Tokens | None = None) -> list[Span]:
    """Return the sentences of `text`, in order, from first to last token of each.

    Every token lies in exactly one.  Blank lines, list items, headings and lines that were not
    wrapped by a program end a sentence; a line break inside a wrapped paragraph does not, nor do
    the full stops of abbreviations (``b.i.d.``, ``Dr.``), list numbers and initials.
    `tokens` are those of `tokenize(text)`, if they are at hand.
    """
    tokens = tokenize(text) if tokens is None else tokens
    if not len(tokens):
        return []
    starts, ends = tokens.starts.tolist(), tokens.ends.tolist()
    breaks = {0, *_at_lines(text, starts), *_at_headings(text, starts)}
    breaks.update(_at_stops(text, starts, ends, breaks))
    firsts = sorted(one for one in breaks if one < len(starts))
    return [Span(starts[i], ends[j - 1]) for i, j in pairwise([*firsts, len(starts)])]


# Lines


def _at_lines(text: str, starts: list[int]) -> Iterator[int]:
    """Yield the index of each token that opens a line and with it a sentence."""
    blocks = list(_blocks(text))
    proofs = [list(_wrapped(text, block)) for block in blocks]
    proven = sum(map(len, proofs)) > 1
    for block, widths in zip(blocks, proofs, strict=True):
        yield bisect_left(starts, block[0][0])
        for above, below in pairwise(block):
            width = max(widths) if proven and widths else None
            if not _continues(text, above, below, width):
                yield bisect_left(starts, below[0])


def _blocks(text: str) -> Iterator[list[Line]]:
    """Yield the lines, where they begin and end, that stand together without a blank line between."""
    block: list[Line] = []
    start = 0
    for match in chain(_LINE_BREAK.finditer(text), [None]):
        end = len(text) if match is None else match.start()
        if start < end and not text[start:end].isspace():
            block.append((start, end))
        elif block:
            yield block
            block = []
        start = end if match is None else match.end()
    if block:
        yield block


def _wrapped(text: str, block: list[Line]) -> Iterator[int]:
    """Yield the lengths of lines that a program seems to have wrapped: the next goes on in small letters."""
    for above, below in pairwise(block):
        length = above[1] - above[0]
        if length in _WRAPPED_LINES and _opening(text, below)[:1].islower() and not _is_row(text, above):
            yield length


def _opening(text: str, line: Line) -> str:
    return text[line[0] : min(line[1], line[0] + 80)].lstrip()


def _is_row(text: str, line: Line) -> bool:
    """Whether a line has columns."""
    return _COLUMNS.search(text, *line) is not None


def _continues(text: str, above: Line, below: Line, width: int | None) -> bool:
    """Whether the line `below` goes on with the sentence of the line `above`."""
    if _BULLET.match(text, *below) or _LABEL.match(text, *below):
        return False
    if _is_row(text, above) or _is_row(text, below):
        return False
    line = text[slice(*above)].rstrip()
    last = line.rsplit(None, 1)[-1]
    if last[-1] in ".!?:;" and last.lower().rstrip(".") not in OPEN:
        return False
    if last in JOINING:
        return True
    following = _opening(text, below)
    if following[:1].islower() and (last[-1] in ",-/(" or len(line) >= _WRAPPED_LINES.start):
        return True
    first = _FIRST_WORD.match(following)
    return width is not None and first is not None and len(line) + 1 + len(first[0]) > width


def _at_headings(text: str, starts: list[int]) -> Iterator[int]:
    for title, span in headings(text):
        if title == OTHER:  # "EKG: normal" is one statement
            continue
        yield bisect_left(starts, span.end)
        if not _after_bullet(text, span.start):
            yield bisect_left(starts, span.start)


def _after_bullet(text: str, start: int) -> bool:
    """Whether only a bullet or a number stands before `start` in its line."""
    near = max(0, start - _LONGEST_BULLET)
    opened = max(text.rfind("\n", near, start), text.rfind("\r", near, start)) + 1
    return (opened > 0 or near == 0) and _BULLET.match(text, opened, start + 1) is not None


# Full stops


def _at_stops(text: str, starts: list[int], ends: list[int], known: Iterable[int]) -> Iterator[int]:
    """Yield the index of each token that follows the end of a sentence within a line."""
    firsts = set(known)
    for match in _STOP.finditer(text):
        i = bisect_left(starts, match.start() + 1) - 1
        if i < 0 or ends[i] != match.end():
            continue  # inside a token: 3.5, b.i.d.
        after = _after_closing(text, starts, ends, i)
        if after < len(starts) and after not in firsts and _ends_here(text, starts, ends, (i, after), firsts):
            firsts.add(after)
            yield after


def _after_closing(text: str, starts: list[int], ends: list[int], stop: int) -> int:
    """Return the index of the first token behind the stop and the quotes and brackets that close on it."""
    after = stop + 1
    while after < len(starts) and starts[after] == ends[after - 1] and text[starts[after]] in _CLOSING:
        after += 1
    return after


def _ends_here(text: str, starts: list[int], ends: list[int], at: tuple[int, int], firsts: set[int]) -> bool:
    """Whether the stop `at[0]` ends a sentence and the token `at[1]` begins the next."""
    stop, after = at
    following = text[starts[after] : ends[after]]
    apart = starts[after] > ends[after - 1]
    whole = text[starts[stop] : ends[stop]]
    if whole in {"!", "?"}:  # "- ? bleeding" is a query
        return apart and (following.istitle() or (stop > 0 and ends[stop - 1] == starts[stop]))
    if len(whole) > 1:  # b.i.d.
        return apart and after == stop + 1 and _may_follow_short(following)
    word = text[starts[stop - 1] : ends[stop - 1]] if stop else ""
    first = stop - 1 in firsts or (stop - 2 in firsts and text[starts[stop - 2]] in _BULLETS)
    numbering = first and word.isdigit() and len(word) <= _LIST_NUMBER_DIGITS
    if stop in firsts or numbering:
        return False  # neither "..." nor "1. Aspirin" begins with a sentence of its own
    if text[starts[after - 1]] == ",":  # "... today.,2. Lipitor", but not "Boston Inc., Delaware"
        return following.isdigit() or word.lower() not in OPEN | SHORT
    if not apart:
        return _glued(word, following)
    return _word_may_end(word, following, _word_before(text, starts, ends, stop - 1))


def _word_before(text: str, starts: list[int], ends: list[int], i: int) -> str:
    before = i - 1
    if before >= 0 and text[starts[before] : ends[before]] == ".":
        before -= 1
    return text[starts[before] : ends[before]] if before >= 0 else ""


def _glued(word: str, following: str) -> bool:
    """Whether ``word.Following`` are two sentences, typed without the blank."""
    return (
        len(word) >= _WHOLE_WORD
        and word.islower()
        and len(following) > 1
        and following.istitle()
        and word not in OPEN | SHORT
    )


def _word_may_end(word: str, following: str, before: str) -> bool:
    """Whether a sentence may end with ``word.`` and the next begin with `following`."""
    small = word.lower()
    if small == "no" and following[0].isdigit():
        return False
    if small in OPEN and small not in {"no", "pos", "neg"}:
        return False
    if small in SHORT:
        return _may_follow_short(following)
    if len(word) == 1 and word.isalpha():
        return _single_letter_may_end(word, following, before)
    if following[0].islower():
        return len(word) > _WHOLE_WORD and word.isalpha()
    return True


def _single_letter_may_end(word: str, following: str, before: str) -> bool:
    """Whether an initial (“John J. Smith”, “Dr. X. The …”, “hepatitis C. She …”) ends a sentence."""
    if not word.isupper():  # "6 mL/h. Then"
        unit = before == "/" or before[-1:].isdigit()
        return following[0].isupper() and (unit or following.lower() in STARTERS)
    if before[:1].islower() and before.lower() not in OPEN:
        return not following[0].islower()
    return following[0].isupper() and following.lower() in STARTERS


def _may_follow_short(following: str) -> bool:
    """Whether `following` opens a sentence behind an abbreviation that may also stand inside one."""
    return following[0].isupper() and following.lower() not in DOSING
