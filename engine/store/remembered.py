"""Remembered: what was read of predictions before, so that a view need not build thousands of them anew.

Predictions never change, yet the number of a row that was taken back may be given again, also by another
connection.  So each is kept with the row it was built from, and used for an equal row only.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any

from engine.annotation.annotation import LayerId, Prediction, PredictionId
from engine.store.packing import labelled_span
from engine.text.note import NoteId

_NOTES = 4
"""Of so many notes, those looked at last: the one on the screen, and those beside it."""

Row = tuple[Any, ...]
"""The columns of `PREDICTED`."""


class RememberedPredictions:
    """The predictions of the notes that were looked at last.  Used from one thread, like its connection."""

    def __init__(self) -> None:
        self._notes: OrderedDict[int, dict[int, tuple[Row, Prediction]]] = OrderedDict()

    def of(self, note: int, rows: Iterable[Row]) -> Iterator[tuple[Row, Prediction]]:
        """Yield each row with the prediction that it says."""
        known = self._notes.pop(note, {})
        self._notes[note] = known
        while len(self._notes) > _NOTES:
            self._notes.popitem(last=False)
        for row in rows:
            before = known.get(row[0])
            if before is None or before[0] != row:
                before = (row, prediction_of(note, row))
                known[row[0]] = before
            yield before


def prediction_of(note: int, row: Row) -> Prediction:
    """Return the prediction that a row of `PREDICTED` says."""
    return Prediction(PredictionId(row[0]), NoteId(note), LayerId(row[1]), labelled_span(row[2:]))
