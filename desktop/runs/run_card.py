"""Run card: all that a project remembers of one run, as a page."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.details.wording import count_words
from desktop.help.history_list import when
from engine.store.runs import RunRow

STATES = {"running": "Not finished", "done": "Done", "cancelled": "Stopped", "failed": "Failed"}
"""How a run ended, as the table says it."""

NOTHING: tuple[object, ...] = ("", None, {}, [], ())

LONGEST = 400
"""More characters than this of one option are cut: an instruction may be long."""

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run, how long its answers took together, and the notes it set aside, by name, each with its cause.

    `stands`: its suggestions are there still, neither undone nor taken back.  `slower` is how many times
    as long as the fastest run of the project it took, see `engine.steps.slow_down`; 0 where that is unknown.
    """

    row: RunRow
    seconds: float
    failures: Sequence[tuple[str, str]] = ()
    stands: bool = True
    slower: float = 0.0

    @property
    def state(self) -> str:
        """How it ended, or that it was undone or taken back."""
        if self.row.undone:
            return "Undone"
        if self.row.done and not self.stands:
            return "Taken back"
        return STATES.get(self.row.status, self.row.status)


def run_card(facts: RunFacts) -> str:
    """Return what the project remembers of a run, as HTML."""
    row, record = facts.row, facts.row.record
    per_note = f" ({facts.seconds / row.done:.2f} s a note)" if row.done else ""
    lines = {
        "State": facts.state,
        "Began": when(row.started),
        "Ended": when(row.ended) if row.ended else "–",
        "Notes": f"{count_words(row.done, 'note')} answered, {row.failed:,} set aside, {row.left:,} left",
        "Time": f"{facts.seconds:,.1f} s{per_note}",
        **({"Against the fastest run": f"{facts.slower:,.1f} times as long"} if facts.slower else {}),
        **_counted(row.figures),
        "Device": record.device,
        "Started by": record.annotator,
        "Tagger": record.tagger_id,
        "Model’s SHA-256": record.model_sha256 or "–",
        "Label set’s hash": record.label_set_fingerprint,
    }
    parts = [f"<h3>{html.escape(record.tagger_name)}</h3>", _table(lines)]
    # What says nothing is left out: most options of a cascade are those of the way that was not chosen.
    options = {name: _shown(value) for name, value in sorted(record.options.items()) if value not in NOTHING}
    parts.append("<p><b>Options</b></p>")
    parts.append(_table(options) if options else "<p>None was set: those of the model itself.</p>")
    if facts.failures:
        parts.append("<p><b>Set aside</b></p>" + _table(dict(facts.failures)))
    return "".join(parts)


def _table(lines: Mapping[str, str]) -> str:
    rows = "".join(
        f"<tr><td style='padding-right: 12px'>{html.escape(name)}</td><td>{html.escape(said)}</td></tr>"
        for name, said in lines.items()
    )
    return f"<table cellspacing='0' cellpadding='2'>{rows}</table>"


def _counted(figures: Mapping[str, float]) -> dict[str, str]:
    """Return what a run took beside time, as far as its tagger counts it."""
    said = {
        "Processor": f"{figures.get('processor', 0):,.1f} s of all cores",
        "Tokens read": f"{figures.get('tokens', 0):,.0f}",
        "Calls of the model": f"{figures.get('calls', 0):,.0f}",
        "Memory at most": f"{figures.get('memory', 0) / MEGABYTE:,.0f} MB",
    }
    there = ("processor", "tokens", "calls", "memory")
    return {title: words for (title, words), name in zip(said.items(), there, strict=True) if name in figures}


def _shown(value: object) -> str:
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    said = said.replace("\n", " ⏎ ") or "–"
    return said if len(said) <= LONGEST else said[:LONGEST] + " …"
