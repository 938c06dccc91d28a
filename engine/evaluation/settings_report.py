"""Settings report: the figures of several settings as plain values, for tables and JSON; no note text."""

from __future__ import annotations

from collections.abc import Sequence

from engine.evaluation.settings_table import Cell, Row

GOODNESS = ("Entities", "95 %", "Relaxed", "Modifiers", "Relations", "p")
"""F1 is strict where nothing else is said; p is that of entities against the first setting."""

PRICE = ("s/note", "Times slower", "Tokens", "Calls", "MB", "Failed", "Not found")

_MB = 1e6


def goodness(row: Row) -> tuple[object, ...]:
    """Return what stands in `GOODNESS`; what was not counted apart is empty."""
    f1 = row.f1
    strict, relaxed = f1.get("entities", f1["all"])
    return (
        strict,
        f"{row.interval.low:.3f} to {row.interval.high:.3f}",
        relaxed,
        f1["modifiers"][0] if "modifiers" in f1 else "",
        f1["relations"][0],
        _p(row),
    )


def price(row: Row) -> tuple[object, ...]:
    """Return what stands in `PRICE`; what the tagger does not count is empty."""
    tokens, calls = (_count(row.cost.get(name)) for name in ("tokens", "calls"))
    memory = _count(row.memory / _MB or None)
    return (
        f"{row.seconds_a_note:.2f}",
        f"{row.slower:.1f}",
        tokens,
        calls,
        memory,
        row.failed,
        row.unplaced,
    )


def settings_values(rows: Sequence[Row], refused: Sequence[Cell], gold: str) -> dict[str, object]:
    """Return everything as plain values that JSON can hold, the raw seconds of each note among them."""
    return {
        "gold": gold,
        "notes": rows[0].evaluation.notes if rows else 0,
        "settings": [_values(row) for row in rows],
        "refused": [{"setting": cell.title, "cause": cell.refused} for cell in refused],
    }


def _values(row: Row) -> dict[str, object]:
    return {
        "tagger": row.cell.tagger,
        "settings": dict(row.cell.settings),
        "f1": {
            name: {"strict": round(strict, 4), "relaxed": round(relaxed, 4)}
            for name, (strict, relaxed) in row.f1.items()
        },
        "strict_f1_interval_95": [round(row.interval.low, 4), round(row.interval.high, 4)],
        "against_the_first": [
            {
                "group": one.group,
                "rule": one.rule,
                "difference": round(one.difference.f1, 4),
                "p": round(one.difference.p, 4),
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


def _p(row: Row) -> str:
    by = {(one.group, one.rule): one.difference.p for one in row.against}
    found = by.get(("entities", "strict"), by.get(("all", "strict")))
    return "" if found is None else f"{found:.3f}"


def _count(value: float | None) -> str:
    return f"{value:,.0f}" if value else ""
