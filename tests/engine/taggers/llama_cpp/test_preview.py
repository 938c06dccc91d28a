"""The prompt as it is shown before any model is loaded."""

from __future__ import annotations

import pytest

from engine.errors import ModelError
from engine.labels.files import find_label_set, shipped_label_sets
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder
from engine.taggers.llama_cpp.options import Options
from engine.taggers.llama_cpp.preview import rendered
from engine.taggers.llama_cpp.prompts.example import Example


@pytest.fixture(scope="module")
def labels() -> LabelSet:
    return find_label_set("kiwi", models_folder())


def test_the_models_own_tags_are_shown(labels: LabelSet) -> None:
    tags = {one.name: f"[{one.name[:2]}" for one in labels.entities}
    shown = rendered(Options(tags=tags, close="]"), labels, "Fever.")
    assert "[pr: An abnormal condition" in shown
    assert "Each tag ends with ]." in shown


def test_one_type_a_call_shows_the_first(labels: LabelSet) -> None:
    shown = rendered(Options(per_type=True), labels, "Fever.")
    assert "<problem>" in shown
    assert "<drug>" not in shown


def test_examples_stand_before_the_text(labels: LabelSet) -> None:
    example = Example("No cough.", ((3, 8, "problem"),))
    shown = rendered(Options(template="{examples}{text}\n=\n"), labels, "Fever.", [example])
    assert shown.endswith("No cough.\n=\nNo<problem> cough</>.\n\nFever.\n=\n")


def test_a_template_without_a_place_for_the_text_is_refused(labels: LabelSet) -> None:
    with pytest.raises(ModelError, match="text"):
        rendered(Options(template="Nothing."), labels, "Fever.")


@pytest.mark.parametrize("labels", shipped_label_sets(models_folder()), ids=lambda one: one.name)
def test_the_definitions_of_every_shipped_set_stand_in_its_prompt(labels: LabelSet) -> None:
    told = rendered(Options(definitions=True, answers="json-list", decoder="free"), labels, "Fever.")
    bare = rendered(Options(definitions=False, answers="json-list", decoder="free"), labels, "Fever.")
    assert all(one.definition in told and one.definition not in bare for one in labels.entities)
