"""Origins: where an annotation or a suggestion came from, and what became of it since."""

from __future__ import annotations

from dataclasses import dataclass

from engine.annotation.annotation import AnnotationId, PredictionId
from engine.annotation.said import RawAnswer
from engine.errors import StoreError
from engine.store.labelling import Labelling
from engine.store.packing import raw_answer, unpack
from engine.text.span import Spans


@dataclass(frozen=True, slots=True)
class Origin:
    """Who or what said it, and when (UTC).

    `kind` is ``annotator``, ``run``, ``import`` or ``adjudication``; `source` the tagger's or the
    file's name, empty for a person's own; `stage` the identity of the one of a run's taggers that made
    it, empty where there was one.  `annotator` stands behind it (None for a suggestion).
    `label_was` and `spans_was` are the suggestion's, where a person changed them.
    """

    kind: str
    source: str
    at: str
    annotator: str | None = None
    score: float | None = None
    label_was: str | None = None
    spans_was: Spans | None = None
    stage: str = ""

    @property
    def corrected(self) -> bool:
        """Whether a person changed what was proposed."""
        return self.label_was is not None or self.spans_was is not None


class Tracing(Labelling):
    """Asking where things came from."""

    def origin(self, annotation: AnnotationId) -> Origin:
        """Return where an annotation came from.

        Raises:
            StoreError: it is gone.
        """
        row = self._one(
            "SELECT a.label, a.spans, a.at, b.name, a.prediction_id, i.name FROM annotation a "
            "JOIN annotator b ON b.id = a.annotator_id LEFT JOIN layer i ON i.id = a.imported_by "
            "WHERE a.id = ?",
            annotation,
        )
        if row is None:
            raise StoreError("This annotation is not there any more.")
        label, spans, at, annotator, prediction, imported = row
        if prediction is None:
            kind = "annotator" if imported is None else "import"
            return Origin(kind, imported or "", at, annotator)
        was_label, was_spans, score, layer_kind, source, stage = self._proposed(prediction)
        return Origin(
            layer_kind,
            source,
            at,
            annotator,
            score,
            was_label if was_label != label else None,
            unpack(was_spans) if was_spans != spans else None,
            stage,
        )

    def prediction_origin(self, prediction: PredictionId) -> Origin:
        """Return what proposed a suggestion, and when.

        Raises:
            StoreError: it is gone.
        """
        _, _, score, kind, source, stage = self._proposed(prediction)
        (at,) = self._one(
            "SELECT coalesce(r.started, n.added) FROM prediction p JOIN answer w ON w.id = p.answer_id "
            "JOIN note n ON n.id = w.note_id JOIN layer l ON l.id = w.layer_id "
            "LEFT JOIN run r ON r.id = l.run_id WHERE p.id = ?",
            prediction,
        ) or ("",)
        return Origin(kind, source, at, None, score, stage=stage)

    def raw_answer(self, prediction: PredictionId) -> RawAnswer | None:
        """Return what the model wrote from which a suggestion was read; None where it wrote nothing."""
        row = self._one(
            'SELECT a.start, a."end", a.asked, a.text, a.flaws FROM prediction p '
            "JOIN raw_answer a ON a.answer_id = p.answer_id AND a.place = p.raw WHERE p.id = ?",
            prediction,
        )
        return None if row is None else raw_answer(*row)

    def _proposed(self, prediction: int) -> tuple[str, str, float, str, str, str]:
        row = self._one(
            "SELECT p.label, p.spans, p.score, l.kind, l.name, coalesce(p.stage, '') FROM prediction p "
            "JOIN answer w ON w.id = p.answer_id JOIN layer l ON l.id = w.layer_id WHERE p.id = ?",
            prediction,
        )
        if row is None:
            raise StoreError("This suggestion is not there any more.")
        return row[0], row[1], row[2], row[3], row[4], row[5]
