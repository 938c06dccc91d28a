"""Alignment: finding what a model wrote in the text it was asked about.

Two ways.  A model that repeated the text is followed token by token, by least edits as in
TANL (Paolini et al., ICLR 2021).  A model that gave words alone is followed from
occurrence to occurrence: each item takes one of its own, the order is kept where it can
be, as many characters as possible are placed.  Offsets are always those of the text
itself; nothing is searched in a changed copy of it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from engine.annotation.said import Alignment
from engine.text.span import Span
from engine.text.token import Tokens, tokenize

_ALIKE = 0.6
"""Tokens at least this similar may stand for each other in a repeated text."""

_CLOSE = 0.8
"""Words at least this similar to a place are taken for a fuzzy copy of it."""

_MOST_CELLS = 1_000_000
_WEIGHT = {Alignment.EXACT: 4, Alignment.NORMALISED: 3, Alignment.FUZZY: 1}
_BLANKS = re.compile(r"\s+")


class Placed(NamedTuple):
    """Where something stands, and how it was found; without a span it was not."""

    span: Span | None
    alignment: Alignment


NOT_FOUND = Placed(None, Alignment.NOT_FOUND)


def placed_by_copy(text: str, copied: str, places: Sequence[Span]) -> list[Placed]:
    """Return where each of `places` of `copied` stands in `text`, of which it is a more or less true copy."""
    if copied == text:
        return [Placed(place, Alignment.EXACT) for place in places]
    theirs, ours = tokenize(copied), tokenize(text)
    partners = _partners(_folded(copied, theirs), _folded(text, ours))
    found = []
    for place in places:
        first, last = theirs.covering(place) or (0, 0)
        met = [ours[partner] for number in range(first, last) if (partner := partners[number]) is not None]
        if not met:
            found.append(NOT_FOUND)
            continue
        span = Span(met[0].start, met[-1].end)
        inner = _within(copied, place, Span(theirs[first].start, theirs[last - 1].end), text, span)
        found.append(Placed(inner, _kind(place.of(copied), inner.of(text))))
    return found


def placed_by_words(text: str, said: Sequence[tuple[str, str]]) -> list[Placed]:
    """Return a place in `text` for each (label, words) of `said`, which stand roughly in its order."""
    occurrences = _Occurrences(text)
    choices = [occurrences.of(words) for _, words in said]
    chosen = _monotone(choices)
    taken = {(said[n][0], choices[n][c].span) for n, c in chosen.items()}
    for number, options in enumerate(choices):
        if number not in chosen:  # out of order: the first place that is still free
            label = said[number][0]
            free = next((c for c, one in enumerate(options) if (label, one.span) not in taken), None)
            if free is not None:
                chosen[number] = free
                taken.add((label, options[free].span))
    alike = Counter((label, _fold(words)) for label, words in said)
    return [
        _told(choices[number], chosen.get(number), alike[label, _fold(words)])
        for number, (label, words) in enumerate(said)
    ]


def placed_everywhere(text: str, words: str) -> list[Placed]:
    """Return every place where `words` stand in `text`, in any case, else the most similar one."""
    return _Occurrences(text).of(words, everywhere=True)


def _told(options: Sequence[Placed], choice: int | None, alike: int) -> Placed:
    if choice is None:
        return NOT_FOUND
    one = options[choice]
    doubtful = one.alignment is not Alignment.FUZZY and len(options) > alike
    return Placed(one.span, Alignment.AMBIGUOUS) if doubtful else one


# Words alone


@dataclass(frozen=True, slots=True)
class _Occurrences:
    """The places of words in one text, in order, and of nested ones the longer first."""

    text: str
    tokens: Tokens
    folded: tuple[str, ...]

    def __init__(self, text: str) -> None:
        tokens = tokenize(text)
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "tokens", tokens)
        object.__setattr__(self, "folded", tuple(_folded(text, tokens)))

    def of(self, words: str, *, everywhere: bool = False) -> list[Placed]:
        """Return the exact places of `words`, else the same words in other case, else what is similar.

        With `everywhere`, exact places and those in other case together.  Whole words go before pieces.
        """
        words = words.strip()
        same = self._exact(words)
        exact = [Placed(one, Alignment.EXACT) for one in same if self._is_whole(one)]
        if exact and not everywhere:
            return exact
        known = {one.span for one in exact}
        normalised = [
            Placed(one, Alignment.NORMALISED) for one in self._normalised(words) if one not in known
        ]
        found = sorted(exact + normalised, key=lambda one: one.span or Span(0, 1))
        pieces = [Placed(one, Alignment.EXACT) for one in same if self._may_stand_alone(one)]
        return found or pieces or self._similar(words)

    def _exact(self, words: str) -> list[Span]:
        found, at = [], self.text.find(words) if words else -1
        while at >= 0:
            found.append(Span(at, at + len(words)))
            at = self.text.find(words, at + 1)
        return found

    def _may_stand_alone(self, span: Span) -> bool:
        """Whether a piece of a word may be meant: not “no” in “denotes”, but “胸痛” in “患者有胸痛”."""
        cuts = (self.text[at - 1 : at + 1] for at in (span.start, span.end) if 0 < at < len(self.text))
        return not any(_in_one_word(*cut) for cut in cuts)

    def _is_whole(self, span: Span) -> bool:
        touched = self.tokens.covering(span)
        if touched is None:
            return False
        first, last = touched
        return self.tokens[first].start == span.start and self.tokens[last - 1].end == span.end

    def _normalised(self, words: str) -> Iterator[Span]:
        wanted = tuple(_folded(words, tokenize(words)))
        size = len(wanted)
        for first in range(len(self.folded) - size + 1 if size else 0):
            if self.folded[first : first + size] == wanted:
                yield self._span(first, first + size)

    def _similar(self, words: str) -> list[Placed]:
        """Return the one stretch of as many tokens, or one more or less, that is most like `words`."""
        wanted, size = _fold(words), len(tokenize(words))
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(wanted)
        best, where = _CLOSE, None
        for length in sorted({max(1, size - 1), size, size + 1} if size else set()):
            for first in range(len(self.folded) - length + 1):
                matcher.set_seq1(_fold(self._span(first, first + length).of(self.text)))
                near = matcher.real_quick_ratio() > best and matcher.quick_ratio() > best
                if near and (ratio := matcher.ratio()) > best:
                    best, where = ratio, self._span(first, first + length)
        return [Placed(where, Alignment.FUZZY)] if where else []

    def _span(self, first: int, last: int) -> Span:
        return Span(self.tokens[first].start, self.tokens[last - 1].end)


class _Step(NamedTuple):
    """The best way to place items so far that ends at the place `at`."""

    at: tuple[int, int]
    score: int
    item: int
    choice: int
    before: _Step | None


def _monotone(choices: Sequence[Sequence[Placed]]) -> dict[int, int]:
    """Return which choice each item takes so that places only rise and the most characters are placed."""
    frontier: list[_Step] = []  # rising in place and in score
    for item, options in enumerate(choices):
        steps = []
        for choice, (span, alignment) in enumerate(options):
            if span is None:
                continue
            at = (span.start, -span.end)
            below = bisect_left(frontier, at, key=lambda one: one.at)
            before = frontier[below - 1] if below else None
            score = (before.score if before else 0) + _WEIGHT[alignment] * len(span)
            steps.append(_Step(at, score, item, choice, before))
        for step in steps:
            _enter(frontier, step)
    found: dict[int, int] = {}
    last = frontier[-1] if frontier else None
    while last:
        found[last.item] = last.choice
        last = last.before
    return found


def _enter(frontier: list[_Step], step: _Step) -> None:
    """Keep of `frontier` and `step` what no other reaches as early with as many characters."""
    place = bisect_left(frontier, step.at, key=lambda one: one.at)
    if place and frontier[place - 1].score >= step.score:
        return
    if place < len(frontier) and frontier[place].at == step.at and frontier[place].score >= step.score:
        return
    end = place
    while end < len(frontier) and frontier[end].score <= step.score:
        end += 1
    frontier[place:end] = [step]


# A repeated text


def _partners(theirs: Sequence[str], ours: Sequence[str]) -> list[int | None]:
    """Return for each token of theirs the one of ours that it stands for, if any, by least edits."""
    head = _common(theirs, ours)
    tail = _common(theirs[head:][::-1], ours[head:][::-1])
    middle = theirs[head : len(theirs) - tail], ours[head : len(ours) - tail]
    found: list[int | None] = list(range(head))
    if len(middle[0]) * len(middle[1]) <= _MOST_CELLS:
        found += [None if one is None else head + one for one in _least_edits(*middle)]
    else:
        found += [None if one is None else head + one for one in _blocks(*middle)]
    return found + list(range(len(ours) - tail, len(ours)))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length


def _least_edits(theirs: Sequence[str], ours: Sequence[str]) -> list[int | None]:
    """Align by least edits; a token may stand for another that is like it, at a price."""
    rows, columns = len(theirs), len(ours)
    far: dict[tuple[str, str], float] = {}
    cost = [[float(column) for column in range(columns + 1)]]
    for row, mine in enumerate(theirs, start=1):
        above, here = cost[-1], [float(row)]
        for column, yours in enumerate(ours, start=1):
            key = (mine, yours)
            if key not in far:
                far[key] = _apart(mine, yours)
            here.append(min(above[column - 1] + far[key], above[column] + 1, here[-1] + 1))
        cost.append(here)
    partners: list[int | None] = [None] * rows
    row, column = rows, columns
    while row and column:
        apart = far[theirs[row - 1], ours[column - 1]]
        if cost[row][column] == cost[row - 1][column - 1] + apart:
            row, column = row - 1, column - 1
            partners[row] = column
        elif cost[row][column] == cost[row - 1][column] + 1:
            row -= 1
        else:
            column -= 1
    return partners


def _blocks(theirs: Sequence[str], ours: Sequence[str]) -> list[int | None]:
    """Align by equal runs, for texts too long for a table of all pairs."""
    partners: list[int | None] = [None] * len(theirs)
    for block in SequenceMatcher(None, theirs, ours, autojunk=False).get_matching_blocks():
        partners[block.a : block.a + block.size] = range(block.b, block.b + block.size)
    return partners


def _apart(one: str, other: str) -> float:
    """Return 0 for equal tokens, less than an insertion and a deletion for similar ones, else more."""
    if one == other:
        return 0.0
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return 1.5 - ratio if ratio >= _ALIKE else 3.0


def _within(copied: str, place: Span, whole: Span, text: str, span: Span) -> Span:
    """Narrow `span` where `place` begins or ends within a token that both texts have alike."""
    if place == whole or whole.of(copied) != span.of(text):
        return span
    return Span(span.start + place.start - whole.start, span.end - (whole.end - place.end))


def _kind(said: str, found: str) -> Alignment:
    """Compare word by word: how a model put blanks between the words of a repeated text says nothing."""
    words, ours = tokenize(said).words(said), tokenize(found).words(found)
    if "".join(words) == "".join(ours):
        return Alignment.EXACT
    same = "".join(map(_fold, words)) == "".join(map(_fold, ours))
    return Alignment.NORMALISED if same else Alignment.FUZZY


def _folded(text: str, tokens: Tokens) -> list[str]:
    return [_fold(word) for word in tokens.words(text)]


def _in_one_word(one: str, other: str) -> bool:
    """Whether two neighbours are letters of a script that has capitals, or both digits."""
    return (one.isdigit() and other.isdigit()) or all(it.upper() != it.lower() for it in (one, other))


def _fold(words: str) -> str:
    """Return `words` as they are compared: without case, width, ligature or kind of white space."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", words)).strip().casefold()
