"""Context: cues of negation, uncertainty, condition, person and past, and how far each of them reaches.

After NegEx (Chapman and others, J Biomed Inform 34(5), 2001) and ConText (Harkema and others,
J Biomed Inform 42(5), 2009), over our own tokens and sentences: a cue reaches forward or backward
to the end of its sentence, to a word that ends its scope, or to the next cue of its kind; longer
phrases that only look like cues are none.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.annotation.said import LabelledSpan
from engine.assertion.lexicon import Direction, Lexicon, Match, Role
from engine.text.span import Span
from engine.text.token import Tokens

HISTORICAL = "historical"
"""A status of our own: something that was; no label set has a modifier for it."""

_PROBLEM = "problem"
_FURTHEST = 6
"""So many words at most stand between a cue and what it speaks of, and between two such things."""
_CLOSE = 3


@dataclass(frozen=True, slots=True)
class Cue:
    """The words at `span` say `label` of what stands in `scope` (characters; it may be empty: None).

    `forward` says on which side of the cue the scope lies.
    """

    span: Span
    label: str
    scope: Span | None
    forward: bool = True


def small_words(text: str, tokens: Tokens) -> list[str]:
    """Return the words of `text` as lexicons have them."""
    return [word.lower() for word in tokens.words(text)]


def cues(
    words: Sequence[str],
    tokens: Tokens,
    parts: Sequence[Span],
    lexicon: Lexicon,
    titled: Sequence[tuple[Span, str]] = (),
) -> list[Cue]:
    """Return the cues in each sentence of `parts`, in order; `words` are the `small_words` of `tokens`.

    `titled` are the note's sections, in order: their places and titles.
    """
    found: list[Cue] = []
    starts = [place.start for place, _ in titled]
    for part in parts:
        first = tokens.first_from(part.start)
        last = tokens.first_from(part.end - 1) + 1
        section = bisect_right(starts, part.start) - 1
        title = titled[section][1] if section >= 0 else ""
        here: defaultdict[str, list[Match]] = defaultdict(list)
        for match in lexicon.matches(words, first, last):
            if match.phrase.section in {"", title}:
                here[match.phrase.label].append(match)
        for matches in here.values():
            found += _of_label(matches, tokens, first, last)
    return sorted(found, key=lambda one: (one.span, one.label))


def _of_label(matches: Sequence[Match], tokens: Tokens, first: int, last: int) -> Iterator[Cue]:
    """Yield the cues of one label in one sentence, which is the words ``first:last``."""
    border = first
    for match in matches:
        if match.phrase.role is Role.CUE and match.phrase.direction is Direction.BACKWARD:
            yield _cue(match, tokens, _span(tokens, border, match.said[0]))
        if _ends(match, Direction.BACKWARD):
            border = match.last
    border = last
    for match in reversed(matches):
        if match.phrase.role is Role.CUE and match.phrase.direction is Direction.FORWARD:
            yield _cue(match, tokens, _span(tokens, match.said[1], border))
        if _ends(match, Direction.FORWARD):
            border = match.first


def _cue(match: Match, tokens: Tokens, reach: Span | None) -> Cue:
    first, last = match.said
    said = Span(int(tokens.starts[first]), int(tokens.ends[last - 1]))
    return Cue(said, match.phrase.label, reach, match.phrase.direction is Direction.FORWARD)


def _ends(match: Match, direction: Direction) -> bool:
    """Whether a cue that looks that way reaches no further than `match`."""
    if match.phrase.role is Role.CUE:
        return match.phrase.direction is direction
    return match.phrase.role is Role.END


def _span(tokens: Tokens, first: int, last: int) -> Span | None:
    return Span(int(tokens.starts[first]), int(tokens.ends[last - 1])) if first < last else None


def reached(cue: Cue, entities: Sequence[LabelledSpan], tokens: Tokens) -> list[int]:
    """Return which of `entities` (by number; all of one sentence, in order) `cue` speaks of.

    The first stands near the cue, each other one near the one before; a drug, a test or a treatment
    only where it follows the cue at once, or what follows it so.
    """
    if cue.scope is None:
        return []
    border = cue.span.end if cue.forward else cue.span.start
    found: list[int] = []
    close = True
    for number in _inside(cue.scope, entities, cue.forward):
        place = entities[number].hull
        gap = (border, place.start) if cue.forward else (place.end, border)
        words = tokens.first_from(gap[1]) - tokens.first_from(gap[0])
        if words > _FURTHEST:
            break
        close = close and words <= _CLOSE
        if close or entities[number].label == _PROBLEM:
            found.append(number)
            border = place.end if cue.forward else place.start
    return sorted(found)


def _inside(scope: Span, entities: Sequence[LabelledSpan], forward: bool) -> Iterator[int]:
    """Yield the numbers of the entities within `scope`, beginning at the cue's side."""
    first = bisect_left(entities, scope.start, key=lambda one: one.hull.start)
    behind = bisect_left(entities, scope.end, key=lambda one: one.hull.start)
    for number in range(first, behind) if forward else range(behind - 1, first - 1, -1):
        if entities[number].hull.end <= scope.end:
            yield number
