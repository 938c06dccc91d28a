"""Harvest: gold and corrections, read out note by note."""

# ruff: noqa: S608 - SQL is put together from the constants of this package only

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.annotation.annotation import (
    Annotation,
    AnnotationId,
    LayerId,
    Prediction,
    PredictionId,
    Status,
)
from engine.annotation.correction import Correction, correction
from engine.annotation.gold import Gold
from engine.annotation.said import LabelledSpan
from engine.store.origins import Tracing
from engine.store.packing import PREDICTED, labelled_span
from engine.store.view import NoteView
from engine.text.note import NoteId


@dataclass(frozen=True, slots=True)
class _Judged:
    """A prediction that a person decided on."""

    prediction: Prediction
    verdict: str


class Harvesting(Tracing):
    """Reading out what people decided."""

    def gold(self, notes: Sequence[NoteId] | None = None, finished_only: bool = True) -> Iterator[Gold]:
        """Yield the annotations of notes, in the order they were added, or of `notes` in theirs.

        Those of the person who worked on the note last, with imports.  Without `finished_only` also
        notes that are not finished, marked so.  Notes that are gone are left out.
        """
        for note, who, status in self._harvested(notes):
            if status is Status.FINISHED or not finished_only:
                yield self._gold(note, who, status)

    def corrections(self, notes: Sequence[NoteId] | None = None) -> Iterator[Correction]:
        """Yield what people did with suggestions, and what they added, note by note."""
        for note, who, _ in self._harvested(notes):
            seen = self.view(note, who)
            judged = self._judged(note, who)
            by_id = {one.prediction.id: one.prediction for one in judged}
            yield from (correction(one.prediction, None) for one in judged if one.verdict == "rejected")
            for one in seen.annotations:
                if not self._imported(one):
                    yield correction(None if one.prediction is None else by_id.get(one.prediction), one)

    def _harvested(self, notes: Iterable[NoteId] | None) -> Iterator[tuple[NoteId, str, Status]]:
        """Yield the notes that are there, with the name of whose annotations count and the status."""
        wanted = self._all("SELECT id FROM note WHERE hidden = 0 ORDER BY id") if notes is None else (
            (note,) for note in notes
        )  # fmt: skip
        for (note,) in wanted:
            row = self._one(
                "SELECT coalesce(b.name, ''), n.status FROM note n "
                "LEFT JOIN annotator b ON b.id = n.annotator_id WHERE n.id = ? AND n.hidden = 0",
                note,
            )
            if row is not None:
                yield NoteId(note), row[0], Status(row[1])

    def _gold(self, note: NoteId, who: str, status: Status) -> Gold:
        seen = self.view(note, who)
        judged = self._judged(note, who)
        places = {(one.spans, one.label) for one in seen.annotations}
        wrong: dict[tuple[object, str], LabelledSpan] = {}
        for one in judged:
            said = replace(one.prediction.said, raw=None)  # gold has no answer that it could point into
            if one.verdict == "rejected" and (said.spans, said.label) not in places:
                wrong.setdefault((said.spans, said.label), said)
        return Gold(
            seen.note,
            seen.tokens,
            seen.annotations,
            seen.relations,
            tuple(wrong.values()),
            status is Status.FINISHED,
            self._named_origins(seen),
        )

    def _judged(self, note: NoteId, who: str) -> list[_Judged]:
        rows = self._all(
            f"SELECT {PREDICTED}, d.verdict FROM decision d JOIN prediction p ON p.id = d.prediction_id "
            "JOIN answer w ON w.id = p.answer_id JOIN annotator b ON b.id = d.annotator_id "
            'WHERE d.note_id = ? AND b.name = ? ORDER BY p.start, p."end" DESC, p.label, p.id',
            note,
            who,
        )
        return [
            _Judged(Prediction(PredictionId(i), note, LayerId(layer), labelled_span(said)), verdict)
            for i, layer, *said, verdict in rows
        ]

    def _imported(self, annotation: Annotation) -> bool:
        row = self._one("SELECT imported_by FROM annotation WHERE id = ?", annotation.id)
        return row is not None and row[0] is not None

    def _named_origins(self, seen: NoteView) -> dict[AnnotationId, str]:
        rows = self._all(
            "SELECT a.id, i.name, l.name || coalesce(' (' || p.stage || ')', ''), "
            "p.label = a.label AND p.spans = a.spans FROM annotation a "
            "LEFT JOIN layer i ON i.id = a.imported_by LEFT JOIN prediction p ON p.id = a.prediction_id "
            "LEFT JOIN answer w ON w.id = p.answer_id LEFT JOIN layer l ON l.id = w.layer_id "
            "WHERE a.note_id = ?",
            seen.note.id,
        )
        named = {AnnotationId(i): _named(imported, tagger, same) for i, imported, tagger, same in rows}
        return {one.id: named[one.id] for one in seen.annotations}


def _named(imported: str | None, tagger: str | None, same: int | None) -> str:
    if imported is not None:
        return f"import {imported}".strip()
    if tagger is None:
        return "person"
    return f"{tagger} accepted" if same else f"{tagger} corrected"
