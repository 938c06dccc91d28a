from __future__ import annotations

import shutil
import sys
from pathlib import Path

import msgspec
import pytest

from engine.airgap.environment import set_variables
from engine.errors import ModelError
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.model_files.checksum import sha256_of
from engine.model_files.installed import InstalledModel, default_model
from engine.model_files.manifest import read_manifest
from engine.model_files.places import models_folder
from engine.taggers.onnx_bert.tagger import OnnxBertTagger
from engine.training.recipe import Recipe

torch = pytest.importorskip("torch", reason="torch is not installed; it comes with the train extra")
transformers = pytest.importorskip("transformers", reason="transformers comes with the train extra")

from engine.training.loading import load_corpora  # noqa: E402
from engine.training.shipping import ship  # noqa: E402
from engine.training.training import Training  # noqa: E402

pytestmark = [pytest.mark.train, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def with_sha256(recipe: Recipe, sha256: str) -> Recipe:
    return msgspec.structs.replace(recipe, weights=msgspec.structs.replace(recipe.weights, sha256=sha256))


@pytest.fixture
def recipe(tiny_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """The tiny recipe with weights to start from: a random BERT of two layers, in a package of its own."""
    set_variables()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()  # it leaves a thread behind
    folder = tmp_path / "packages" / "tiny_weights" / "model"
    size = transformers.BertConfig(
        hidden_size=128, intermediate_size=1024, num_hidden_layers=2, num_attention_heads=4
    )
    transformers.BertModel(size, add_pooling_layer=False).save_pretrained(folder)
    shutil.copy(default_model().folder / "tokenizer.json", folder)
    monkeypatch.syspath_prepend(folder.parents[1])
    monkeypatch.delitem(sys.modules, "tiny_weights", raising=False)
    return with_sha256(tiny_recipe, sha256_of(folder / "model.safetensors"))


def train(recipe: Recipe, data: Path, folder: Path, stop_after: int | None = None) -> Training:
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        if len(lines) == stop_after:
            raise KeyboardInterrupt

    training = Training(recipe, load_corpora(recipe, data, data), folder, say)
    training.run()
    return training


def test_from_notes_to_a_tagger_that_finds_what_it_learned(
    recipe: Recipe, made_up_data: Path, tmp_path: Path
) -> None:
    training = train(recipe, made_up_data, tmp_path / "run")
    folder = tmp_path / "run" / "tiny"
    ship(training, folder, lambda _: None)

    manifest = read_manifest(folder)
    InstalledModel(manifest, folder).check()
    micro = next(one for one in manifest.figures if one["label"] == "all")
    assert micro["strict_f1"] > 0.9
    assert {one.name for one in manifest.origins} == {"a test"}
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "All of it." in card
    assert "as the model itself read them when the phase began, 4 notes of `unmarked` × 1" in card

    tagger = OnnxBertTagger(folder)
    assert tagger.warnings == ()
    text = "Then seen with no fever.\r\nGiven aspirin again."
    (answer,) = tagger.tag([text], find_label_set("kiwi", models_folder()), Job())
    said = {(text[item.hull.start : item.hull.end], item.label) for item in answer.items}
    assert said == {("no", "negation"), ("fever", "problem"), ("aspirin", "drug")}
    assert len(answer.relations) == 1


def test_a_run_that_was_stopped_ends_like_one_that_was_not(
    recipe: Recipe, made_up_data: Path, tmp_path: Path
) -> None:
    whole = train(recipe, made_up_data, tmp_path / "whole")
    for stop_after in (1, 4, 8):
        with pytest.raises(KeyboardInterrupt):
            train(recipe, made_up_data, tmp_path / "stopped", stop_after)
    resumed = train(recipe, made_up_data, tmp_path / "stopped")
    for name, weights in whole.model.state_dict().items():
        assert torch.equal(weights, resumed.model.state_dict()[name]), name


def test_weights_other_than_the_recipe_names_are_refused(
    recipe: Recipe, made_up_data: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="tiny_weights"):
        Training(
            with_sha256(recipe, "1" * 64),
            load_corpora(recipe, made_up_data, made_up_data),
            tmp_path,
            lambda _: None,
        )


def test_a_note_of_dev_is_in_no_corpus_of_training(recipe: Recipe, made_up_data: Path) -> None:
    corpora = load_corpora(recipe, made_up_data, made_up_data)
    assert len(corpora.dev) == 5
    assert not {note.text for note in corpora.dev} & {note.text for note in corpora.train["notes"]}
