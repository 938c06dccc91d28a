from __future__ import annotations

from dataclasses import replace

from engine.annotation.said import Answer, LabelledSpan, RawAnswer
from engine.evaluation.evaluation import evaluate
from engine.evaluation.judged import Judged
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.text.span import Span

TEXT = "No fever."


def test_what_a_language_model_wrote_freely_is_counted_like_any_answer() -> None:
    fever = LabelledSpan((Span(3, 8),), "problem")
    written = Answer(
        (replace(fever, raw=1),),
        raw=(RawAnswer(Span(0, 9), "tanl: problem", ""), RawAnswer(Span(0, 9), "tanl: problem", TEXT)),
    )
    judged = Judged("one", TEXT, Answer((fever,)), written)
    found = evaluate([judged], find_label_set("kiwi", models_folder()))
    entities = next(group for group in found.groups if group.name == "entities")
    assert entities.scores["strict"].micro.f1 == 1.0
