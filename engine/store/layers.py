"""Layers: what each producer (a run, a person, an import) says of a note, to lay side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from engine.annotation.annotation import LayerId, RunId
from engine.annotation.said import Alignment, Answer, LabelledSpan, RawAnswer, SaidRelation, Unplaced, answer
from engine.errors import StoreError
from engine.store.packing import labelled_span, raw_answer, unpack
from engine.store.runs import Running
from engine.text.note import NoteId


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One producer.  `kind` is annotator, import, run or adjudication; `notes` counts those it speaks of.

    `at` is when its run began, in ISO and UTC; empty for people and imports.
    """

    id: LayerId
    kind: str
    name: str
    at: str
    run: RunId | None
    notes: int


_SAYS = (
    "SELECT w.layer_id, w.note_id FROM answer w WHERE w.hidden = 0 "
    "UNION SELECT a.layer_id, a.note_id FROM annotation a"
)
_ROWS = (
    "SELECT l.id, l.kind, l.name, coalesce(r.started, ''), l.run_id, count(*) "  # noqa: S608 - constants only
    f"FROM ({_SAYS}) s JOIN layer l ON l.id = s.layer_id JOIN note n ON n.id = s.note_id AND n.hidden = 0 "
    "LEFT JOIN run r ON r.id = l.run_id WHERE ?1 IS NULL OR s.note_id = ?1 "
    "GROUP BY l.id ORDER BY l.kind = 'run', l.kind <> 'annotator', l.id DESC"
)
_PREDICTED = (
    "SELECT p.id, p.spans, p.label, p.score, p.alignment, p.open_margin, p.label_margin, p.close_margin, "
    "p.raw, p.stage FROM prediction p WHERE p.answer_id = ? ORDER BY p.id"
)
_JOINED = "SELECT head, tail, label, score FROM predicted_relation WHERE answer_id = ? ORDER BY id"


class Layering(Running):
    """Reading layers as they are, decided or not."""

    def layers(self, note: NoteId | None = None) -> list[LayerRow]:
        """Return who says something of `note`, or of any: people, then imports, then runs, newest first."""
        return [_row(*row) for row in self._all(_ROWS, note)]

    def layer_answer(self, note: NoteId, layer: LayerId) -> Answer | None:
        """Return what `layer` says of `note`, or None where it says nothing.

        Of a run, what it answered last, as it was predicted.  Of a person, what stands in
        their view: their own annotations together with imports.

        Raises:
            StoreError: there is no such layer.
        """
        row = self._one("SELECT kind FROM layer WHERE id = ?", layer)
        if row is None:
            raise StoreError("This layer is not in the project.")
        said = self._annotated(note, layer, person=row[0] == "annotator")
        return said if said is not None else self._answered(note, layer)

    def _answered(self, note: int, layer: int) -> Answer | None:
        row = self._one(
            "SELECT max(id) FROM answer WHERE note_id = ? AND layer_id = ? AND hidden = 0", note, layer
        )
        if row is None or row[0] is None:
            return None
        items: dict[int, LabelledSpan] = {
            i: replace(labelled_span(said), stage=stage) for i, *said, stage in self._all(_PREDICTED, row[0])
        }
        place = {i: number for number, i in enumerate(items)}
        joined = [
            SaidRelation(place[head], place[tail], label, score)
            for head, tail, label, score in self._all(_JOINED, row[0])
        ]
        lost = self._all(
            "SELECT label, surface, alignment, raw FROM unplaced WHERE answer_id = ? ORDER BY id", row[0]
        )
        unplaced = [Unplaced(label, surface, Alignment(how), raw) for label, surface, how, raw in lost]
        return answer(list(items.values()), joined, unplaced, self._raw_answers(row[0]))

    def _raw_answers(self, answer: int) -> list[RawAnswer]:
        rows = self._all(
            'SELECT start, "end", asked, text, flaws FROM raw_answer WHERE answer_id = ? ORDER BY place',
            answer,
        )
        return [raw_answer(*row) for row in rows]

    def _annotated(self, note: int, layer: int, person: bool) -> Answer | None:
        rows = self._all(
            "SELECT a.id, a.spans, a.label FROM annotation a JOIN layer l ON l.id = a.layer_id "
            "WHERE a.note_id = ?1 AND (a.layer_id = ?2 OR (?3 AND l.kind IN ('import', 'adjudication'))) "
            "ORDER BY a.id",
            note,
            layer,
            person,
        )
        if not rows:
            return None
        place = {i: number for number, (i, _, _) in enumerate(rows)}
        items = [LabelledSpan(unpack(spans), label) for _, spans, label in rows]
        joined = [
            SaidRelation(place[head], place[tail], label)
            for head, tail, label in self._all(
                "SELECT head, tail, label FROM relation WHERE note_id = ?", note
            )
            if head in place and tail in place
        ]
        return answer(items, joined)


def _row(i: int, kind: str, name: str, at: str, run: Any, notes: int) -> LayerRow:  # noqa: ANN401 - SQLite's own
    return LayerRow(LayerId(i), kind, name, at, None if run is None else RunId(run), notes)
