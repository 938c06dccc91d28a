"""The small language model as it is shipped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.airgap.environment import set_variables
from engine.annotation.said import Answer
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files.installed import InstalledModel, default_model, find_model
from engine.model_files.places import models_folder
from engine.taggers.llama_cpp.tagger import LlamaCppTagger
from engine.taggers.registry import spec_of
from engine.training.small_llm.recipe import read_small_recipe

NAME = "small-llm"
NOTE = "She denies chest pain.\nShe takes aspirin and metformin for diabetes."


@pytest.fixture
def shipped() -> InstalledModel:
    return find_model(NAME)


@pytest.fixture
def tagger(shipped: InstalledModel) -> Iterator[LlamaCppTagger]:
    set_variables()
    pytest.importorskip("llama_cpp", reason="llama.cpp is not installed; it comes with the extra “llm”")
    made = LlamaCppTagger(spec_of(shipped).folder)
    yield made
    made.close()


def test_it_is_here_whole_and_is_not_the_default(shipped: InstalledModel) -> None:
    shipped.check()
    assert shipped.shipped
    assert default_model().manifest.name != NAME


def test_it_is_small_and_says_what_it_was_made_from(shipped: InstalledModel) -> None:
    assert sum(one.size for one in shipped.manifest.files.values()) < 12_000_000
    recipe = read_small_recipe(models_folder() / "recipes" / "small_llm.toml")
    assert [one.name for one in shipped.manifest.origins] == [one["name"] for one in recipe.model["origins"]]
    assert shipped.manifest.options["template"] == recipe.template


@pytest.mark.llm
def test_it_gives_the_tags_that_its_manifest_says(
    shipped: InstalledModel, tagger: LlamaCppTagger, kiwi: LabelSet
) -> None:
    tests = shipped.manifest.self_test
    assert tests
    answers = tagger.tag([one.text for one in tests], kiwi, Job())
    for test, said in zip(tests, answers, strict=True):
        assert tuple((one.hull.start, one.hull.end, one.label) for one in said.items) == test.tags


def written(shipped: InstalledModel, kiwi: LabelSet, answers: str) -> Answer:
    set_variables()
    pytest.importorskip("llama_cpp", reason="llama.cpp is not installed; it comes with the extra “llm”")
    free = LlamaCppTagger(shipped.folder, {"decoder": "free", "answers": answers})
    (said,) = free.tag([NOTE], kiwi, Job())
    free.close()
    return said


@pytest.mark.llm
@pytest.mark.parametrize("answers", ["tags", "span-tags", "tanl", "bio", "json-list", "json-dict"])
def test_what_it_writes_can_be_read_in_every_format(
    shipped: InstalledModel, kiwi: LabelSet, answers: str
) -> None:
    said = written(shipped, kiwi, answers)
    assert len(said.raw) == len(NOTE.splitlines())
    assert all(one.text and not {"unreadable", "unbalanced", "cut"} & {*one.flaws} for one in said.raw)


@pytest.mark.llm
@pytest.mark.parametrize("answers", ["tags", "tanl"])
def test_it_finds_what_is_plain_where_it_copies_well(
    shipped: InstalledModel, kiwi: LabelSet, answers: str
) -> None:
    said = written(shipped, kiwi, answers)
    found = {(NOTE[one.hull.start : one.hull.end], one.label) for one in said.items}
    assert {("chest pain", "problem"), ("metformin", "drug"), ("diabetes", "problem")} <= found
