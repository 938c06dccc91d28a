"""Tally: how often which rule found what; the part of a screen that may be written into a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from engine.identifiers.classes import IdentifierClass
from engine.identifiers.finding import Finding


@dataclass(frozen=True, slots=True)
class Tally:
    """One rule's findings in some notes: counted, with the reason, without a word of text."""

    kind: IdentifierClass
    rule: str
    why: str
    count: int


def tally(findings: Iterable[Finding]) -> tuple[Tally, ...]:
    """Return the findings counted by class and rule: classes in HIPAA's order, frequent rules first."""
    counted = Counter((finding.kind, finding.rule, finding.why) for finding in findings)
    order = list(IdentifierClass)
    rows = (Tally(kind, rule, why, count) for (kind, rule, why), count in counted.items())
    return tuple(sorted(rows, key=lambda row: (order.index(row.kind), -row.count, row.rule)))


def told(findings: Iterable[Finding]) -> str:
    """Return the findings counted by class, in words: “2 names, 1 date”; “none” for none."""
    counted = Counter(finding.kind for finding in findings)
    parts = (
        f"{counted[kind]:,} {kind.singular if counted[kind] == 1 else kind.plural}"
        for kind in IdentifierClass
        if counted[kind]
    )
    return ", ".join(parts) or "none"
