"""Error rules: what people put right, in a project or in gold, becomes sentences for a prompt.

The third of the four parts of a prompt in Hu et al., JAMIA 2024 (arXiv 2303.16416), which
were written by hand there.  A rule quotes words of notes: it lives in memory and in the project.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from engine.annotation.correction import Change, Correction
from engine.evaluation.error_classes import ErrorClass, classify
from engine.evaluation.judged import Judged
from engine.store.store import Store
from engine.text.span import Spans, surface

_LONGEST = 80
"""Rules are about phrases; what is longer is one of a kind, and teaches nothing."""

_NOTHING = ("", "")
_CHANGES = {
    ErrorClass.BOUNDARY: Change.MOVED,
    ErrorClass.TYPE: Change.RELABELLED,
    ErrorClass.BOUNDARY_AND_TYPE: Change.REPLACED,
    ErrorClass.MISSED: Change.ADDED,
    ErrorClass.SPURIOUS: Change.REJECTED,
}
"""What a person would have done about a mistake of each class."""


def error_rules(store: Store, most: int) -> list[str]:
    """Return rules made of the corrections in a project, those of the commonest mistakes first."""
    return _commonest((rule_of(one, store.note(one.note).text) for one in store.corrections()), most)


def rule_of(correction: Correction, text: str) -> str:
    """Return what `correction`, of the note `text`, teaches; empty where that is nothing."""
    before, after = correction.prediction, correction.annotation
    was = (_words(text, before.said.spans), before.said.label) if before else _NOTHING
    now = (_words(text, after.spans), after.label) if after else _NOTHING
    return _rule(correction.change, was, now)


def rules_of_mistakes(judged: Iterable[Judged], most: int) -> list[str]:
    """Return rules made of what was said and what is right, those of the commonest mistakes first."""
    return _commonest(
        (
            _rule(
                _CHANGES[one.kind],
                (_words(note.text, one.predicted.spans), one.predicted.label) if one.predicted else _NOTHING,
                (_words(note.text, one.gold.spans), one.gold.label) if one.gold else _NOTHING,
            )
            for note in judged
            for one in classify(note)
            if one.kind in _CHANGES
        ),
        most,
    )


def _commonest(rules: Iterable[str], most: int) -> list[str]:
    """Return each rule once, those that come most often first; capitals do not make another."""
    found: Counter[str] = Counter()
    first: dict[str, str] = {}
    for rule in rules:
        if rule:
            found[rule.casefold()] += 1
            first.setdefault(rule.casefold(), rule)
    return [first[folded] for folded, _ in found.most_common(most)]


def _rule(change: Change, before: tuple[str, str], after: tuple[str, str]) -> str:
    """Return a sentence on the words and the label before and after; empty where they teach nothing."""
    (was, old), (now, new) = before, after
    rules = {
        Change.REJECTED: f"“{was}” is not marked as {old}.",
        Change.RELABELLED: f"“{now}” is marked as {new}, not as {old}.",
        Change.MOVED: f"As {new}, “{now}” is marked, not “{was}”.",
        Change.REPLACED: f"“{now}” is marked as {new}, and “{was}” is not marked as {old}.",
        Change.ADDED: f"“{now}” is marked as {new}.",
    }
    return rules.get(change, "") if max(len(was), len(now)) <= _LONGEST else ""


def _words(text: str, spans: Spans) -> str:
    """Return the words of a mark on one line."""
    return " ".join(surface(text, spans).split())
