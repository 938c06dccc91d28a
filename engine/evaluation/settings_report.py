"""Settings report: the figures of several settings as plain values, for tables and JSON; no note text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.evaluation.confidence import Interval
from engine.evaluation.report import difference_values
from engine.evaluation.settings_table import Cell, Row

GOODNESS = ("Entities", "95 %", "Relaxed", "95 % relaxed", "Less first", "95 % of that", "p")
"""F1 of entities, strict and relaxed; less the first setting's, strict, note by note the same notes."""

FURTHER = ("Modifiers", "Relations")
"""Strict F1 of what belongs to entities; a column stands only where some setting says any."""

PRICE = ("s/note", "Times slower", "CPU s", "Tokens", "Calls", "MB", "Failed", "Not found")
"""Seconds of the clock for a note; seconds of all cores, tokens and calls for all notes together."""

_MB = 1e6


def goodness(row: Row) -> tuple[object, ...]:
    """Return what stands in `GOODNESS`; the first setting differs from none."""
    strict, relaxed = row.f1.get("entities", row.f1["all"])
    less = row.difference
    return (
        strict,
        _range(row.interval),
        relaxed,
        _range(row.relaxed_interval),
        f"{less.f1:+.3f}" if less else "",
        _range(less.interval, "+.3f") if less else "",
        f"{less.p:.3f}" if less else "",
    )


def further(rows: Sequence[Row]) -> list[tuple[str, list[float]]]:
    """Return those of `FURTHER` of which any setting says something, each with its F1 row by row."""
    groups = [(name, [row.f1.get(name.lower(), (0.0, 0.0))[0] for row in rows]) for name in FURTHER]
    return [(name, values) for name, values in groups if any(values)]


def price(row: Row) -> tuple[object, ...]:
    """Return what stands in `PRICE`; what the tagger does not count is empty."""
    processor, tokens, calls = (_count(row.cost.get(name)) for name in ("processor", "tokens", "calls"))
    memory = _count(row.memory / _MB or None)
    return (
        f"{row.seconds_a_note:.2f}",
        f"{row.slower:.1f}",
        processor,
        tokens,
        calls,
        memory,
        row.failed,
        row.unplaced,
    )


def settings_values(
    rows: Sequence[Row], refused: Sequence[Cell], about: Mapping[str, object]
) -> dict[str, object]:
    """Return everything as plain values that JSON can hold, the raw seconds of each note among them.

    `about` says what was compared where: the notes, the program, the machine.
    """
    return {
        **about,
        "notes": rows[0].evaluation.notes if rows else 0,
        "settings": [_values(row) for row in rows],
        "refused": [{"setting": cell.title, "cause": cell.refused} for cell in refused],
    }


def _values(row: Row) -> dict[str, object]:
    return {
        "tagger": row.cell.tagger,
        "tagger_id": row.cell.tagger_id,
        "settings": dict(row.cell.settings),
        "options": dict(row.cell.options),
        "f1": {
            name: {"strict": round(strict, 4), "relaxed": round(relaxed, 4)}
            for name, (strict, relaxed) in row.f1.items()
        },
        "strict_f1_interval_95": [round(row.interval.low, 4), round(row.interval.high, 4)],
        "relaxed_f1_interval_95": [round(row.relaxed_interval.low, 4), round(row.relaxed_interval.high, 4)],
        "against_the_first": [
            {
                "group": one.group,
                "rule": one.rule,
                **difference_values(one.difference),
            }
            for one in row.against
        ],
        "errors": {kind.value: count for kind, count in row.evaluation.errors.items()},
        "seconds": row.seconds,
        "times_slower_than_the_fastest": row.slower,
        "seconds_by_note": {one.note: one.seconds for one in row.cell.entries},
        "cost": dict(row.cost),
        "memory_bytes": row.memory,
        "failed": {one.note: one.failed for one in row.cell.entries if one.failed},
        "not_found": row.unplaced,
    }


def _range(interval: Interval, how: str = ".3f") -> str:
    return f"{interval.low:{how}} to {interval.high:{how}}"


def _count(value: float | None) -> str:
    return f"{value:,.0f}" if value else ""
