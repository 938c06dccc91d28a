"""Masking: the same text with every finding covered, character for character."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.identifiers.finding import Finding

_BETWEEN_BREAKS = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


def mask(text: str, findings: Iterable[Finding]) -> str:
    """Return `text` with each finding covered; as long as before, so that every offset stays right.

    Line breaks are kept.  Where it fits, the mask says what it hides: ``[DATE****]``; where it does
    not, it is stars alone.  Masking the same findings again changes nothing.

    Raises:
        ValueError: a finding reaches beyond the text.
    """
    pieces: list[str] = []
    at = 0
    for finding in sorted(findings):
        start = max(at, finding.span.start)
        finding.span.of(text)
        if start >= finding.span.end:
            continue
        pieces.append(text[at:start])
        pieces.append(_covered(text[start : finding.span.end], finding.kind.mark))
        at = finding.span.end
    pieces.append(text[at:])
    return "".join(pieces)


def _covered(surface: str, word: str) -> str:
    return _BETWEEN_BREAKS.sub(lambda line: _mark(len(line.group()), word), surface)


def _mark(length: int, word: str) -> str:
    stars = length - len(word) - 2
    return f"[{word}{'*' * stars}]" if stars >= 0 else "*" * length
