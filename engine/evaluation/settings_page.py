"""Settings page: several settings side by side as one HTML file with a plot of F1 against time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from engine.evaluation.html import document, table
from engine.evaluation.settings_curves import as_plots
from engine.evaluation.settings_report import GOODNESS, PRICE, further, goodness, price
from engine.evaluation.settings_table import Cell, Row

_HOW = (
    "<p>{notes:,} notes, asked for one at a time. F1 is strict micro F1 unless it says relaxed; intervals "
    "are of entities, 95 %, by notes drawn with replacement. “Less first” is the difference to the first "
    "setting, its interval by the same draws for both, and p that of a paired permutation test by note. "
    "Seconds are the median; how many times slower is counted from all notes’ times; “not found” is what "
    "was written and is nowhere in the note.</p>"
)
_WIDTH, _HEIGHT, _LEFT, _BELOW = 560, 260, 60, 40


def as_settings_page(
    rows: Sequence[Row], refused: Sequence[Cell], title: str, about: Mapping[str, object]
) -> str:
    """Return the comparison as a whole HTML document without scripts; no note text in it.

    `about` says what was compared where, as `settings_values` has it.
    """
    more = further(rows)
    notes = rows[0].evaluation.notes if rows else 0
    parts = [
        f"<h1>{escape(title)}</h1>",
        _HOW.format(notes=notes),
        *_plot(rows),
        table(
            "",
            ("No.", "Setting", *GOODNESS, *(name for name, _ in more), *PRICE),
            [
                (str(n), row.cell.title, *goodness(row), *(f1[n - 1] for _, f1 in more), *price(row))
                for n, row in enumerate(rows, start=1)
            ],
        ),
    ]
    parts += as_plots(rows)
    if refused:
        parts.append(table("Refused", ("Setting", "Why"), [(cell.title, cell.refused) for cell in refused]))
    parts.append(
        table("Where and with what", ("What", ""), [(name, str(said)) for name, said in about.items()])
    )
    taggers = dict.fromkeys((row.cell.tagger, row.cell.tagger_id) for row in rows)
    parts.append(table("Taggers", ("Name", "Kind, name and hash of its files"), list(taggers)))
    return document(title, "".join(parts))


def _plot(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a plot: seconds a note to the right, on a logarithmic scale, strict F1 of entities upwards."""
    times = [max(row.seconds_a_note, 1e-3) for row in rows]
    low, high = math.log10(min(times)), math.log10(max(times))
    spread = max(high - low, 0.3)
    drawn = []
    for number, (row, seconds) in enumerate(zip(rows, times, strict=True), start=1):
        f1 = row.f1.get("entities", row.f1["all"])[0]
        x = _LEFT + (math.log10(seconds) - low) / spread * (_WIDTH - _LEFT - 20)
        drawn.append(f"<circle cx='{x:.1f}' cy='{_up(f1):.1f}' r='4' fill='#1f5fbf'/>")
        drawn.append(f"<text x='{x + 6:.1f}' y='{_up(f1) - 5:.1f}'>{number}</text>")
    for mark in (0.0, 0.25, 0.5, 0.75, 1.0):
        drawn.append(
            f"<line x1='{_LEFT}' x2='{_WIDTH}' y1='{_up(mark):.1f}' y2='{_up(mark):.1f}' stroke='#98a2b3' "
            "stroke-width='.5'/>"
        )
        drawn.append(f"<text x='0' y='{_up(mark) + 4:.1f}'>F1 {mark:g}</text>")
    drawn.append(
        f"<text x='{_LEFT}' y='{_HEIGHT - 8}'>{min(times):.3g} s a note</text>"
        f"<text x='{_WIDTH - 90}' y='{_HEIGHT - 8}'>{max(times):.3g} s</text>"
    )
    label = "Strict F1 of entities against seconds a note, by number of the setting"
    size = f"width='{_WIDTH + 30}' height='{_HEIGHT}'"
    yield f"<svg role='img' aria-label='{label}' {size}>{''.join(drawn)}</svg>"


def _up(f1: float) -> float:
    return 15 + (1 - f1) * (_HEIGHT - _BELOW - 15)
