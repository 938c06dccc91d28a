"""Form fields: what a form says of a problem: “Fever: no”, “[ ] fever”, “rash - negative”, “edema (-)”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.assertion.found import Found
from engine.text.span import Span

_END = r"(?=\s*(?:[.,;|/)\]]|$))"
_BEHIND = re.compile(
    rf"[ \t]*(?:(?::|=|\?|[-–—](?=[ \t]))[ \t]*"
    rf"(?:(?P<no>no|none|negative|neg|absent|denies|denied|not\s+present)"
    rf"|(?P<yes>yes|positive|pos|present)){_END}|\([ ]?(?:(?P<minus>[-–—])|(?P<plus>\+))[ ]?\))",
    re.IGNORECASE | re.MULTILINE,
)
_BEFORE = re.compile(
    r"(?:\[[ ]?(?:(?P<tick>[xX✓✔])|(?P<blank>))[ ]?\]"
    r"|\((?:(?P<minus>[-–—])|(?P<plus>\+))\)|(?P<box>☐)|(?P<ticked>[☑☒]))[ \t]*\Z"
)
_LOOK_BEFORE = 8
_NEGATED = frozenset({"no", "minus", "blank", "box"})
_WHOLE = frozenset({"minus", "blank"})
"""Fields of which the brackets are marked with the sign."""


def form_fields(text: str, problems: Sequence[tuple[int, Span]]) -> Iterator[Found]:
    """Yield what a form says of each of `problems` (number, place): a negation; no label where yes."""
    spent = 0
    for number, place in problems:
        start = max(0, place.start - _LOOK_BEFORE)
        before = _BEFORE.search(text[start : place.start])
        behind = _BEHIND.match(text, place.end)
        match, shift = (behind, 0) if behind is not None else (before, start)
        if match is None or shift + match.start() < spent:
            continue
        spent = shift + match.end()
        kind = match.lastgroup or ""
        whole = match[0].strip() if kind in _WHOLE else match[kind]
        at = shift + match.string.index(whole, match.start())
        yield Found(Span(at, at + len(whole)), "negation" if kind in _NEGATED else "", (number,))
