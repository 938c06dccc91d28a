"""Error rules: what people put right in a project becomes sentences for a prompt.

The third of the four parts of a prompt in Hu et al., JAMIA 2024 (arXiv 2303.16416), which
were written by hand there.  A rule quotes words of notes: it lives in memory and in the project.
"""

from __future__ import annotations

from collections import Counter

from engine.annotation.correction import Change, Correction
from engine.store.store import Store
from engine.text.span import Spans, surface

_LONGEST = 80
"""Rules are about phrases; what is longer is one of a kind, and teaches nothing."""


def error_rules(store: Store, most: int) -> list[str]:
    """Return rules made of the corrections in a project, those of the commonest mistakes first."""
    found: Counter[str] = Counter()
    first: dict[str, str] = {}
    for one in store.corrections():
        if rule := rule_of(one, store.note(one.note).text):
            found[rule.casefold()] += 1
            first.setdefault(rule.casefold(), rule)
    return [first[folded] for folded, _ in found.most_common(most)]


def rule_of(correction: Correction, text: str) -> str:
    """Return what `correction`, of the note `text`, teaches; empty where that is nothing."""
    before, after = correction.prediction, correction.annotation
    was, old = (_words(text, before.said.spans), before.said.label) if before else ("", "")
    now, new = (_words(text, after.spans), after.label) if after else ("", "")
    rules = {
        Change.REJECTED: f"“{was}” is not marked as {old}.",
        Change.RELABELLED: f"“{now}” is marked as {new}, not as {old}.",
        Change.MOVED: f"As {new}, “{now}” is marked, not “{was}”.",
        Change.REPLACED: f"“{now}” is marked as {new}, and “{was}” is not marked as {old}.",
        Change.ADDED: f"“{now}” is marked as {new}.",
    }
    return rules.get(correction.change, "") if max(len(was), len(now)) <= _LONGEST else ""


def _words(text: str, spans: Spans) -> str:
    """Return the words of a mark on one line."""
    return " ".join(surface(text, spans).split())
