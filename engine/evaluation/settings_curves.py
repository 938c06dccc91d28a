"""Settings curves: F1 over an option that is a number, such as how many examples were shown."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from engine.evaluation.confidence import Interval
from engine.evaluation.settings_table import Row

_WIDTH, _HEIGHT, _LEFT, _BELOW = 560, 240, 60, 40
_COLOURS = ("#1f5fbf", "#b3541e", "#29845a", "#7a4fb0", "#5b6472")
_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Point:
    """Strict F1 of entities with its interval, at one value of the option."""

    value: float
    f1: float
    interval: Interval


def curves(rows: Sequence[Row]) -> dict[str, dict[str, list[Point]]]:
    """Return by option and then by what else was set, the points of at least two, ordered by value.

    All rows were measured over the same notes, so what differs along a curve is the option alone.
    """
    found: dict[str, dict[str, list[Point]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        for option, said in row.cell.settings.items():
            if (value := _number(said)) is not None:
                f1 = row.f1.get("entities", row.f1["all"])[0]
                found[option][_others(row, option)].append(Point(value, f1, row.interval))
    return {
        option: kept
        for option, lines in found.items()
        if (
            kept := {
                name: sorted(points, key=lambda one: one.value)
                for name, points in lines.items()
                if len(points) >= _ENOUGH
            }
        )
    }


def as_plots(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a plot per option that is a number; whiskers are 95 % intervals by note."""
    for option, lines in curves(rows).items():
        yield f"<h2>{escape(option)}</h2>{_plot(option, lines)}"


def _plot(option: str, lines: Mapping[str, Sequence[Point]]) -> str:
    values = sorted({math.log1p(point.value) for points in lines.values() for point in points})
    low, spread = values[0], max(values[-1] - values[0], 1e-9)
    drawn = [
        f"<text x='0' y='{_up(mark) + 4:.1f}'>F1 {mark:g}</text><line x1='{_LEFT}' x2='{_WIDTH}' "
        f"y1='{_up(mark):.1f}' y2='{_up(mark):.1f}' stroke='#98a2b3' stroke-width='.5'/>"
        for mark in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    below: dict[float, str] = {}
    for number, (name, points) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        places = [
            (_LEFT + 10 + (math.log1p(one.value) - low) / spread * (_WIDTH - _LEFT - 30), one)
            for one in points
        ]
        line = " ".join(f"{x:.1f},{_up(one.f1):.1f}" for x, one in places)
        drawn.append(f"<polyline points='{line}' fill='none' stroke='{colour}' stroke-width='2'/>")
        for x, one in places:
            drawn.append(
                f"<line x1='{x:.1f}' x2='{x:.1f}' y1='{_up(one.interval.low):.1f}' "
                f"y2='{_up(one.interval.high):.1f}' stroke='{colour}'/>"
            )
            below[one.value] = f"<text x='{x - 5:.1f}' y='{_HEIGHT - 22}'>{one.value:g}</text>"
        drawn.append(
            f"<text x='{_LEFT + 10}' y='{_HEIGHT + 14 * number}' style='fill:{colour}'>{escape(name)}</text>"
        )
    drawn += below.values()
    size = f"width='{_WIDTH + 30}' height='{_HEIGHT + 14 * len(lines)}'"
    label = f"Strict F1 of entities over {option}, with 95 % intervals"
    return f"<svg role='img' aria-label='{escape(label)}' {size}>{''.join(drawn)}</svg>"


def _up(f1: float) -> float:
    return 15 + (1 - f1) * (_HEIGHT - _BELOW - 15)


def _number(said: str) -> float | None:
    try:
        value = float(said)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _others(row: Row, option: str) -> str:
    said = ", ".join(f"{name} {value}" for name, value in row.cell.settings.items() if name != option)
    return f"{row.cell.tagger}: {said}" if said else row.cell.tagger
