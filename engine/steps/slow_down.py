"""Slow-down: how many times as long as the fastest each run took, over the notes that both answered."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

from engine.annotation.annotation import RunId
from engine.store.store import Store
from engine.text.note import NoteId

Times = Mapping[NoteId, float]


def slow_down_of(store: Store) -> dict[RunId, float]:
    """Return the slow-down of each run of a project; see `slow_down`."""
    return slow_down({row.id: store.run_times(row.id) for row in store.runs() if row.done})


def slow_down(times: Mapping[RunId, Times]) -> dict[RunId, float]:
    """Return for each run how many times the seconds of the fastest it took.

    `times` are the seconds of each answered note, loading the model not counted.  The fastest run
    is that with the fewest seconds a note, and 1.0; the others are held against it over the notes that
    both answered, and are left out where there is none, or where the fastest took no time at all.
    """
    timed = {run: notes for run, notes in times.items() if notes}
    if not timed:
        return {}
    fastest = min(timed, key=lambda run: fmean(timed[run].values()))
    found = {}
    for run, notes in timed.items():
        both = notes.keys() & timed[fastest].keys()
        least = sum(timed[fastest][note] for note in both)
        if least > 0.0:
            found[run] = sum(notes[note] for note in both) / least
    return found
