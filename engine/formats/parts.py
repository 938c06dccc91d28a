"""Parts: a long note cut where a reader would pause, for models that read only so much at a time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from engine.text.section import sections
from engine.text.sentence import sentences
from engine.text.span import Span
from engine.text.token import tokenize

_LEAST_SHARE = 3
"""A part ends at a section only if it is then at least a third as long as it may be."""


def parts(text: str, longest: int, whole: Sequence[Span]) -> list[Span]:
    """Return consecutive parts of `text`, each of at most `longest` characters where that can be.

    A part ends before a section, else before a sentence, else before a word; never inside one of
    the spans `whole`, for which it may grow longer.  Together the parts are the text.
    """
    if len(text) <= longest:
        return [Span(0, len(text))] if text else []
    tokens = tokenize(text)
    held = _held(whole)
    kinds = [
        [cut for cut in cuts if not _inside(held, cut)]
        for cuts in (
            sorted({section.span.start for section in sections(text)}),
            [span.start for span in sentences(text, tokens)],
            [int(start) for start in tokens.starts],
        )
    ]
    found: list[Span] = []
    start = 0
    while len(text) - start > longest:
        end = _next_cut(kinds, start, longest)
        if end is None:
            break
        found.append(Span(start, end))
        start = end
    found.append(Span(start, len(text)))
    return found


def _next_cut(kinds: Sequence[Sequence[int]], start: int, longest: int) -> int | None:
    for number, cuts in enumerate(kinds):
        least = longest // _LEAST_SHARE if number == 0 else 0
        last = bisect_right(cuts, start + longest) - 1
        if last >= 0 and cuts[last] > start + least:
            return cuts[last]
    # No pause within reach: the first one behind, so that no word and no tag is cut.
    after = [cuts[place] for cuts in kinds if (place := bisect_right(cuts, start + longest)) < len(cuts)]
    return min(after, default=None)


def _held(whole: Sequence[Span]) -> list[Span]:
    """Return the spans put together where they overlap, so that a cut can be looked up."""
    held: list[Span] = []
    for span in sorted(whole):
        if held and span.start < held[-1].end:
            held[-1] = Span(held[-1].start, max(held[-1].end, span.end))
        else:
            held.append(span)
    return held


def _inside(held: Sequence[Span], cut: int) -> bool:
    place = bisect_left(held, cut, key=lambda span: span.start) - 1
    return place >= 0 and held[place].end > cut
