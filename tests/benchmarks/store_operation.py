"""Store operation: one annotation committed, against a bare row inserted and committed beside it.

Both are on the disk when they return (WAL, `synchronous=FULL`).  They take turns, so that whatever
else the disk is doing hits both.  The project has 1,000 notes; the notes worked on have 200
suggestions each, as a reviewer meets them.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles

from measurement import Measurement

from engine.annotation.said import LabelledSpan, answer
from engine.labels.label_set import Kind, LabelSet, LabelType
from engine.store.store import NewNote, Store
from engine.text.note import NoteId
from engine.text.span import Span

ROUNDS = 400
NOTES = 1000
WORKED_ON = 20
BUDGET_MS, BUDGET_P99_MS = 10.0, 25.0

LABELS = LabelSet(
    "bench",
    "1",
    "Bench",
    "",
    tuple(LabelType(name, Kind.ENTITY, name, "", "", (), "#000000") for name in ("problem", "drug")),
    (),
)


def project(path: Path) -> tuple[Store, list[NoteId]]:
    """A project as a reviewer has it open."""
    said = answer([LabelledSpan((Span(i * 10, i * 10 + 6),), "problem", 0.9) for i in range(200)], [])
    new = (
        NewNote(
            f"n{i}",
            f"{i:06} " + "denies pain " * 250,
            said=said if i < WORKED_ON else None,
            said_as="suggestions",
        )
        for i in range(NOTES)
    )
    store = Store.create(path, LABELS)
    created = store.add_notes(new, "bench", "Import").created
    return store, [NoteId(i) for i in created[:WORKED_ON]]


def bare(path: Path) -> sqlite3.Connection:
    """A table with nothing around it."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, label TEXT)")
    return db


def took_ms(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def measure() -> list[Measurement]:
    """The median and the slowest hundredth of one committed operation."""
    chance = random.Random(0)  # noqa: S311
    places = [(i, start) for i in range(WORKED_ON) for start in range(2500)]
    ours: list[float] = []
    theirs: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        store, notes = project(Path(folder) / "bench.tagwell")
        with store, closing(bare(Path(folder) / "bare.db")) as db:
            for i, start in chance.sample(places, ROUNDS):
                spans = (Span(start, start + 5),)
                ours.append(took_ms(lambda: store.annotate(notes[i], spans, "drug", "bench")))  # noqa: B023
                theirs.append(
                    took_ms(lambda: db.execute("INSERT INTO t (a, b, label) VALUES (1, 2, 'drug')"))
                )
    return [
        Measurement("store-operation", median(ours), "ms", median(theirs), BUDGET_MS),
        Measurement("store-operation-p99", _p99(ours), "ms", _p99(theirs), BUDGET_P99_MS),
    ]


def _p99(values: list[float]) -> float:
    return quantiles(values, n=100)[-1]
