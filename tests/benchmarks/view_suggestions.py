"""View suggestions: what a reviewer sees of a note with 5,000 suggestions, read out of the project again.

That happens after each key by which something is decided.  The baseline is the bare query, whose
rows nobody looks at.  Milliseconds of the processor: on a machine that others use, only these compare.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from measurement import Measurement
from store_operation import LABELS

from engine.annotation.said import LabelledSpan, answer
from engine.store.settling import LEFT
from engine.store.store import NewNote, Store
from engine.text.note import NoteId
from engine.text.span import Span

SUGGESTIONS = 5_000
ROUNDS = 15
BUDGET_MS = 16.0
_BARE = f"SELECT p.* {LEFT.format(note='?1', annotator='?2')} ORDER BY p.start"


def measure() -> list[Measurement]:
    """Return the medians of the first look, and of looks after one more suggestion was decided."""
    said = answer([LabelledSpan((Span(i * 40, i * 40 + 4),), "problem", 0.9) for i in range(SUGGESTIONS)], [])
    new = NewNote("note", "word " * SUGGESTIONS * 8, said=said, said_as="suggestions")
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.create(Path(folder) / "bench.tagwell", LABELS) as store,
    ):
        note = NoteId(store.add_notes([new], "bench", "Import").created[0])
        bare = median(_took_ms(lambda: store._all(_BARE, note, None)) for _ in range(ROUNDS))
        first = _took_ms(lambda: store.view(note, "bench"))
        again = []
        for _ in range(ROUNDS):
            store.accept([store.view(note, "bench").suggestions[0].id], "bench")
            again.append(_took_ms(lambda: store.view(note, "bench")))
    return [
        Measurement("view-suggestions: first", first, "ms", baseline=bare),
        Measurement("view-suggestions: again", median(again), "ms", baseline=bare, budget=BUDGET_MS),
    ]


def _took_ms(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000
