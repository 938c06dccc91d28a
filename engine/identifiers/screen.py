"""Screen: every rule over one text, overlaps settled, de-identification marks left in peace."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from engine.identifiers.classes import IdentifierClass
from engine.identifiers.finding import Finding, Glance, Rule
from engine.identifiers.spelling import UPPER
from engine.text.placeholders import placeholders
from engine.text.span import Span

_OUR_MARKS = re.compile(rf"\[(?:{'|'.join(sorted(one.mark for one in IdentifierClass))})\**\]|\*{{2,}}")
"""What `engine.identifiers.masking` writes, so that a masked note is clean when screened again."""

_BETWEEN_ADDRESS_LINES = re.compile(rf"[\s,>?]*(?:[{UPPER}(][\w'’.()\-]*[\s,>?]+){{0,4}}")
_LONGEST_GAP = 60


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule of the screen; ids are unique.

    Loaded at first use: compiling a hundred patterns takes a tenth of a second, which the start of
    the program need not wait for.
    """
    from engine.identifiers.addresses import ADDRESS_RULES
    from engine.identifiers.ages import AGE_RULES
    from engine.identifiers.contact import CONTACT_RULES
    from engine.identifiers.dates import DATE_RULES
    from engine.identifiers.mentions import MENTION_RULES
    from engine.identifiers.names import NAME_RULES
    from engine.identifiers.numbers import NUMBER_RULES

    return (
        *NAME_RULES,
        *ADDRESS_RULES,
        *DATE_RULES,
        *AGE_RULES,
        *CONTACT_RULES,
        *NUMBER_RULES,
        *MENTION_RULES,
    )


def screen(text: str, rules: Sequence[Rule] | None = None) -> tuple[Finding, ...]:
    """Return what may identify a person in `text`, in order, no two findings sharing a character.

    All rules are asked where none are given.  De-identification marks are never found.  Overlapping
    findings of one class become one; of several classes the surest keeps its place and the others
    keep what is outside it, so that nothing found is lost.  Takes time in proportion to the text;
    pure, and safe from any thread.
    """
    glance = Glance(text)
    asked = all_rules() if rules is None else rules
    found = [finding for rule in asked for finding in rule.findings(glance)]
    if not found:
        return ()
    return tuple(_without(text, _blocks(text, _settled(found)), _safe_places(text)))


def _safe_places(text: str) -> list[Span]:
    marks = [mark.span for mark in placeholders(text)]
    marks.extend(Span(*match.span()) for match in _OUR_MARKS.finditer(text))
    safe: list[Span] = []
    for mark in sorted(marks):
        if safe and mark.start < safe[-1].end:
            safe[-1] = Span(safe[-1].start, max(mark.end, safe[-1].end))
        else:
            safe.append(mark)
    return safe


def _settled(found: Iterable[Finding]) -> list[Finding]:
    """Return the findings in order and apart: a class grows together, else the surer keeps its place."""
    by_kind: dict[IdentifierClass, list[Finding]] = {}
    for finding in sorted(found):
        same = by_kind.setdefault(finding.kind, [])
        if same and finding.span.overlaps(same[-1].span):
            same[-1] = _joined(same[-1], finding)
        else:
            same.append(finding)
    settled: list[Finding] = []
    taken: list[Span] = []
    for finding in sorted((one for same in by_kind.values() for one in same), key=_surest_first):
        for piece in _pieces(finding.span, taken):
            settled.append(replace(finding, span=piece))
            insort(taken, piece)
    return sorted(settled)


def _surest_first(finding: Finding) -> tuple[float, int, Finding]:
    return (-finding.confidence, -len(finding.span), finding)


def _blocks(text: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings with the lines of one address become one: a town stands between street and code."""
    waiting: Finding | None = None
    for finding in findings:
        if waiting is not None and waiting.kind is finding.kind is IdentifierClass.PLACE:
            gap = text[waiting.span.end : finding.span.start]
            if len(gap) <= _LONGEST_GAP and _BETWEEN_ADDRESS_LINES.fullmatch(gap):
                waiting = _joined(waiting, finding)
                continue
        if waiting is not None:
            yield waiting
        waiting = finding
    if waiting is not None:
        yield waiting


def _joined(one: Finding, other: Finding) -> Finding:
    surer = max(one, other, key=lambda finding: (finding.confidence, len(finding.span)))
    start, end = min(one.span.start, other.span.start), max(one.span.end, other.span.end)
    return replace(surer, span=Span(start, end))


def _without(text: str, findings: Iterable[Finding], safe: Sequence[Span]) -> Iterator[Finding]:
    """Yield what of the findings lies outside the safe places and holds a letter or a figure."""
    for finding in findings:
        for piece in _pieces(finding.span, safe):
            if any(mark.isalnum() for mark in text[piece.start : piece.end]):
                yield replace(finding, span=piece)


def _pieces(span: Span, taken: Sequence[Span]) -> list[Span]:
    """Return what of `span` lies outside `taken`, which is in order and does not overlap."""
    pieces: list[Span] = []
    start = span.start
    for other in taken[max(0, bisect_left(taken, span) - 1) :]:
        if other.start >= span.end:
            break
        if other.start > start:
            pieces.append(Span(start, other.start))
        start = max(start, other.end)
    if start < span.end:
        pieces.append(Span(start, span.end))
    return pieces
