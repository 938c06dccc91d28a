"""Tally: counts and reasons, no text."""

from __future__ import annotations

from engine.identifiers.screen import screen
from engine.identifiers.tally import tally, told


def test_findings_are_counted_by_class_and_rule() -> None:
    findings = screen("Dr. Okonkwo and Dr. Ward on 03/14/2020 and 03/15/2020 and March 2020")
    rows = [(row.kind.value, row.rule, row.count) for row in tally(findings)]
    assert rows == [
        ("name", "name.after-title", 2),
        ("date", "date.numeric", 2),
        ("date", "date.month-and-year", 1),
    ]
    assert all(row.why for row in tally(findings))


def test_counts_are_told_in_words() -> None:
    assert told(screen("Dr. Okonkwo on 03/14/2020 and 03/15/2020")) == "1 name, 2 dates"
    assert told(()) == "none"
