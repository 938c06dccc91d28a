"""Finding: one place of a note that may identify a person, and the rule that says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from re import Match, Pattern

from engine.identifiers.classes import IdentifierClass
from engine.text.span import Span


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What a rule found.  Holds a place and a reason, never the text itself.

    `confidence` in (0, 1] orders a list for a reader; it is a judgement of the rule's
    author, not a measured probability.
    """

    span: Span
    kind: IdentifierClass
    rule: str
    why: str
    confidence: float


class Glance:
    """A text, and the cheap questions that spare a rule from reading all of it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lowered = text.lower()
        self._answers: dict[Pattern[str], bool] = {}

    def has_any(self, words: tuple[str, ...]) -> bool:
        """Whether one of the `words` (lower case) stands anywhere in the text, in any case."""
        return any(word in self._lowered for word in words)

    def has(self, shape: Pattern[str]) -> bool:
        """Whether `shape` stands anywhere in the text; looked up once for all rules that ask."""
        if shape not in self._answers:
            self._answers[shape] = shape.search(self.text) is not None
        return self._answers[shape]


Check = Callable[[Match[str]], float | None]
"""Looks at a match and returns its confidence, or None to drop it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One recogniser.  `pattern` marks the identifier as the group ``id`` (or is all of it).

    `needs` are substrings (lower case) of which one must stand in the text, and `shape` is what must
    stand there too, before the pattern is tried at all.  `check` may raise, lower or refuse the
    rule's confidence; `keep` says how many characters of what was found belong to it.  Every repeat
    in `pattern` is bounded, so that a screen takes time in proportion to the text.
    """

    id: str
    kind: IdentifierClass
    why: str
    confidence: float
    pattern: Pattern[str]
    check: Check | None = None
    needs: tuple[str, ...] = ()
    keep: Callable[[str], int] | None = None
    shape: Pattern[str] | None = None

    def findings(self, glance: Glance) -> Iterator[Finding]:
        """Yield what this rule finds, in order."""
        if (self.needs and not glance.has_any(self.needs)) or (self.shape and not glance.has(self.shape)):
            return
        text = glance.text
        group = "id" if "id" in self.pattern.groupindex else 0
        for match in self.pattern.finditer(text):
            confidence = self.confidence if self.check is None else self.check(match)
            start, end = match.span(group)
            if confidence is not None and self.keep is not None:
                end = start + self.keep(text[start:end])
            if confidence is not None and start < end:
                yield Finding(Span(start, end), self.kind, self.id, self.why, confidence)
