"""Layer scene: what one layer says of a note, as the note view shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from desktop.help.history_list import when
from desktop.review.intents import Target
from desktop.review.scene import NoteScene
from engine.annotation.annotation import (
    Annotation,
    AnnotationId,
    PredictedRelation,
    Prediction,
    PredictionId,
    Relation,
    RelationId,
)
from engine.annotation.said import Answer, LabelledSpan
from engine.labels.label_set import LabelSet
from engine.store.layers import LayerRow
from engine.text.note import Note
from engine.text.token import Tokens

KINDS = {
    "annotator": "Annotations of {name}",
    "import": "Import {name}",
    "adjudication": "Adjudication {name}",
    "run": "{name}, {at}",
}
"""What a layer is called, by its kind."""


@dataclass(frozen=True, slots=True)
class LayerScene:
    """One layer of one note: what the view shows, and where in it each thing that was said stands."""

    scene: NoteScene
    answer: Answer
    targets: Mapping[LabelledSpan, Target]


def layer_title(row: LayerRow) -> str:
    """Return what a layer is called; a run by its tagger and its time."""
    return KINDS[row.kind].format(name=row.name, at=when(row.at)[:16])


def layer_scene(note: Note, tokens: Tokens, labels: LabelSet, row: LayerRow, answer: Answer) -> LayerScene:
    """Return what the layer `row` says as a scene that no key changes.

    What a model proposed looks as a suggestion does, everything else as an annotation.
    """
    proposed = row.kind == "run"
    empty = NoteScene(note.id, note.text, tokens, labels, finished=True)
    scene = _suggested(empty, row, answer) if proposed else _annotated(empty, row, answer)
    targets = {item: Target(number, suggested=proposed) for number, item in enumerate(answer.items)}
    return LayerScene(scene, answer, targets)


def _suggested(scene: NoteScene, row: LayerRow, answer: Answer) -> NoteScene:
    return replace(
        scene,
        suggestions=tuple(
            Prediction(PredictionId(number), scene.note, row.id, item)
            for number, item in enumerate(answer.items)
        ),
        suggested_relations=tuple(
            PredictedRelation(PredictionId(one.head), PredictionId(one.tail), one.label, one.score)
            for one in answer.relations
        ),
    )


def _annotated(scene: NoteScene, row: LayerRow, answer: Answer) -> NoteScene:
    return replace(
        scene,
        annotations=tuple(
            Annotation(AnnotationId(number), scene.note, row.id, item.spans, item.label, row.name)
            for number, item in enumerate(answer.items)
        ),
        relations=tuple(
            Relation(
                RelationId(number),
                scene.note,
                row.id,
                AnnotationId(one.head),
                AnnotationId(one.tail),
                one.label,
            )
            for number, one in enumerate(answer.relations)
        ),
    )
