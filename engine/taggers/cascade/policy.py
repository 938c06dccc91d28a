"""Policy: which sentences of a note the second tagger of a cascade is asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from engine.annotation.said import Answer, LabelledSpan
from engine.errors import ModelError
from engine.text.section import TITLES, sections
from engine.text.span import Span


class Policy(Enum):
    """When the second tagger is asked."""

    NEVER = "never"  # the first tagger alone
    UNCERTAIN = "uncertain"  # a tag of the sentence has a score below the threshold
    DISAGREEING = "disagreeing"  # another fast tagger says something else of the sentence
    SECTIONS = "sections"  # the sentence stands in one of the named sections
    ALL = "all"  # every sentence


THRESHOLD = 0.5
"""The score below which a tag is uncertain: it is more likely wrong than right.

Sentences with such a tag are a ninth of all and hold two fifths of the encoder's mistakes; a second
tagger has to be better than it is there.  Measured in `engine/decisions/cascade.md`.
"""


@dataclass(frozen=True, slots=True)
class Choosing:
    """A policy with what it needs.

    `threshold` is for scores as a tagger gives them, which for our encoders are calibrated:
    of the tags with a score of 0.8, some 80 % are right.  `sections` are titles of
    `engine.text.section`.  With `silent`, what the other tagger does not tag is no disagreement.
    """

    policy: Policy
    threshold: float = THRESHOLD
    sections: frozenset[str] = frozenset()
    silent: bool = False

    def check(self) -> None:
        """See that the policy has what it needs.

        Raises:
            ModelError: there is no section to look for, or a title that no section ever has.
        """
        if self.policy is not Policy.SECTIONS:
            return
        unknown = sorted(self.sections - set(TITLES))
        if unknown or not self.sections:
            what = f"There is no section titled “{unknown[0]}”." if unknown else "No section is named."
            raise ModelError(f"{what} The titles are: {', '.join(TITLES)}.")

    @property
    def compares(self) -> bool:
        """Whether another tagger is needed beside the first."""
        return self.policy is Policy.DISAGREEING

    def chosen(
        self,
        text: str,
        sentences: Sequence[Span],
        first: Answer,
        other: Answer | None = None,
        said: Collection[str] | None = None,
    ) -> list[int]:
        """Return the numbers of the sentences to ask the second tagger for, in order.

        `sentences` are those of `engine.text.sentence`; a tag belongs to the one in which it begins.
        `said` are the labels that the second can say: doubt about others is none that it could settle.
        """
        match self.policy:
            case Policy.NEVER:
                return []
            case Policy.ALL:
                return list(range(len(sentences)))
            case Policy.SECTIONS:
                return self._in_sections(text, sentences)
            case Policy.UNCERTAIN:
                unsure = [item for item in first.items if item.score < self.threshold]
            case Policy.DISAGREEING:
                unsure = self._disputed(first, other or Answer())
        settled = [item for item in unsure if said is None or item.label in said]
        return sorted({sentence_of(item, sentences) for item in settled})

    def _in_sections(self, text: str, sentences: Sequence[Span]) -> list[int]:
        wanted = [section.span for section in sections(text) if section.title in self.sections]
        return [
            number
            for number, sentence in enumerate(sentences)
            if any(one.start <= sentence.start < one.end for one in wanted)
        ]

    def _disputed(self, first: Answer, other: Answer) -> list[LabelledSpan]:
        """Return the tags that only one of the two has; place and label must be the same."""
        ours = {(item.spans, item.label) for item in first.items}
        theirs = {(item.spans, item.label) for item in other.items}
        disputed = [item for item in other.items if (item.spans, item.label) not in ours]
        if not self.silent:
            disputed += [item for item in first.items if (item.spans, item.label) not in theirs]
        return disputed


def sentence_of(item: LabelledSpan, sentences: Sequence[Span]) -> int:
    """Return the number of the sentence in which `item` begins."""
    return max(0, bisect_right(sentences, item.hull.start, key=lambda one: one.start) - 1)
