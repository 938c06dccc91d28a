"""Check: one thing that was looked at before a model is taken, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from engine.errors import ModelError

T = TypeVar("T")


class Outcome(Enum):
    """What came of a check; only what is wrong keeps a model from being taken."""

    GOOD = "✓"
    DOUBTFUL = "!"
    WRONG = "✗"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list a person sees: what was looked at, how it is, and a sentence about it."""

    what: str
    outcome: Outcome
    words: str


@dataclass(slots=True)
class Checks:
    """The checks so far, in order.  After one that is wrong nothing more is looked at."""

    done: list[Check] = field(default_factory=list)

    @property
    def fault(self) -> str:
        """The sentence of what is wrong, or empty."""
        return next((one.words for one in self.done if one.outcome is Outcome.WRONG), "")

    def good(self, what: str, words: str) -> None:
        """Note that `what` is as it should be."""
        self.done.append(Check(what, Outcome.GOOD, words))

    def doubtful(self, what: str, words: Iterable[str]) -> None:
        """Note each sentence of `words`: the model can be taken, but a person should know."""
        self.done += [Check(what, Outcome.DOUBTFUL, one) for one in words]

    def look(self, what: str, at: Callable[[], T], words: Callable[[T], str]) -> T | None:
        """Call `at` and note how it went: `words` of what it gave, or the sentence of its `ModelError`."""
        if self.fault:
            return None
        try:
            found = at()
        except ModelError as error:
            self.done.append(Check(what, Outcome.WRONG, str(error)))
            return None
        self.good(what, words(found))
        return found
