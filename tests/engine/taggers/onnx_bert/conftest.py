"""The shipped model, loaded once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.airgap.environment import set_variables
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.installed import default_model
from engine.model_files.places import models_folder
from engine.taggers.onnx_bert.subwords import SubwordSplitter
from engine.taggers.onnx_bert.tagger import OnnxBertTagger


@pytest.fixture(scope="session")
def model_folder() -> Path:
    return default_model().folder


@pytest.fixture(scope="session")
def kiwi() -> LabelSet:
    return find_label_set("kiwi", models_folder())


@pytest.fixture(scope="session")
def splitter(model_folder: Path) -> SubwordSplitter:
    return SubwordSplitter(model_folder / "tokenizer.json")


@pytest.fixture(scope="session")
def tagger(model_folder: Path) -> Iterator[OnnxBertTagger]:
    set_variables()
    loaded = OnnxBertTagger(model_folder)
    yield loaded
    loaded.close()
