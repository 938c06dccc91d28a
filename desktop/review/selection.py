"""Selection: where the caret stands and what is selected, in code points."""

from __future__ import annotations

from dataclasses import dataclass

from engine.text.span import Span
from engine.text.token import Tokens


@dataclass(frozen=True, slots=True)
class Selection:
    """From `anchor` to `caret`; nothing where both are the same.

    `exact` selections keep their borders; others grow to whole tokens when they are used.
    """

    anchor: int = 0
    caret: int = 0
    exact: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is only a caret."""
        return self.anchor == self.caret

    def moved_to(self, caret: int, *, extend: bool, exact: bool = False) -> Selection:
        """Return the selection after the caret went there, dragging the selection along or leaving it."""
        return Selection(self.anchor if extend else caret, caret, exact and extend)

    def span(self, tokens: Tokens | None) -> Span | None:
        """Return what is selected, grown to `tokens` where they are given and it is not exact.

        White space alone grows to nothing: None.
        """
        if self.empty:
            return None
        raw = Span(min(self.anchor, self.caret), max(self.anchor, self.caret))
        return raw if tokens is None or self.exact else tokens.snapped(raw)


def token_at_caret(tokens: Tokens, caret: int) -> Span | None:
    """Return the token a caret stands in, before, or directly behind; None between blanks."""
    for offset in (caret, caret - 1):
        index = tokens.at(offset) if offset >= 0 else None
        if index is not None:
            return tokens[index]
    return None


def token_right(tokens: Tokens, caret: int, length: int) -> int:
    """Return where the next token begins, or the end of the text."""
    index = tokens.first_from(caret)
    if index < len(tokens) and tokens.starts[index] <= caret:
        index += 1
    return int(tokens.starts[index]) if index < len(tokens) else length


def token_left(tokens: Tokens, caret: int) -> int:
    """Return where the token before the caret begins, or the start of the text."""
    index = tokens.first_from(caret - 1) if caret > 0 else 0
    if index == len(tokens) or tokens.starts[index] >= caret:
        index -= 1
    return int(tokens.starts[index]) if index >= 0 else 0
