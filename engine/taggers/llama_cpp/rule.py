"""Rule: how logits become an action, the same way however the model was asked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.taggers.llama_cpp.automaton import CLOSE, COPY, LINKED, Action

DEAD_ZONE = 0.01
"""Smaller differences are noise of the arithmetic, which depends on a batch’s shape: no tag is made of it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An action that was chosen among several.

    `margin` is how far all tags together lie above copying (below zero: copying won),
    `label_margin` how far the chosen tag lies above the next one, None where there was
    one tag only; `log_prob` is that of the action among the legal ones.
    """

    action: Action
    margin: float
    label_margin: float | None
    log_prob: float

    def shaky(self, noise: float) -> bool:
        """Whether logits of which two may lie `noise` closer or farther could make it another action."""
        gap = self.label_margin
        return noise > 0 and (
            abs(self.margin - DEAD_ZONE) < noise or (gap is not None and gap < DEAD_ZONE + noise)
        )

    def then(self, label: Decision) -> Decision:
        """Return both as one: this opened a tag of several that begin alike, and `label` chose which."""
        gaps = [one for one in (self.label_margin, label.label_margin) if one is not None]
        return Decision(label.action, self.margin, min(gaps, default=None), self.log_prob + label.log_prob)


@dataclass(frozen=True, slots=True)
class Rule:
    """Tags are taken where they lie above copying; `bias` per label, and for closing, is added first.

    A bias of −t is a threshold of t.  Calibration on a user's corrections sets them.
    """

    bias: Mapping[int, float] = field(default_factory=dict)
    close_bias: float = 0.0

    def decide(self, actions: Sequence[Action], logits: Sequence[float]) -> Decision:
        """Choose among `actions`, at least two, by the logits of their first tokens.

        The first is to write no tag, unless all of them are ways to go on with one that is begun.
        """
        if actions[0] not in {COPY, LINKED}:
            return self._label(actions, logits)
        copy = float(logits[0])
        scores = [float(z) + self._bias(a) for a, z in zip(actions[1:], logits[1:], strict=True)]
        together = _log_sum(scores)
        everything = _log_sum([copy, together])
        margin = together - copy
        if margin < DEAD_ZONE:
            return Decision(actions[0], margin, None, copy - everything)
        best = max(scores)
        chosen = next(i for i, score in enumerate(scores) if score >= best - DEAD_ZONE)
        others = [score for i, score in enumerate(scores) if i != chosen]
        gap = max(0.0, scores[chosen] - max(others)) if others else None
        return Decision(actions[1 + chosen], margin, gap, scores[chosen] - everything)

    def _label(self, actions: Sequence[Action], logits: Sequence[float]) -> Decision:
        """Choose among tags alone; of those that are as good as equal, the first."""
        scores = [float(z) + self._bias(a) for a, z in zip(actions, logits, strict=True)]
        best = max(scores)
        chosen = next(i for i, score in enumerate(scores) if score >= best - DEAD_ZONE)
        gap = max(0.0, scores[chosen] - max(score for i, score in enumerate(scores) if i != chosen))
        return Decision(actions[chosen], gap, gap, scores[chosen] - _log_sum(scores))

    def _bias(self, action: Action) -> float:
        return self.close_bias if action == CLOSE else self.bias.get(action, 0.0)


def _log_sum(values: Sequence[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(one - top) for one in values))
