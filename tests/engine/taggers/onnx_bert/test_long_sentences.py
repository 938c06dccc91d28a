"""A sentence longer than a window is read in parts, and what stands at a border of them is found once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.jobs.job import Job
from engine.labels.label_set import Kind, LabelSet, LabelType
from engine.model_files.manifest import FORMAT, Manifest, file_entry, write_manifest
from engine.taggers.onnx_bert.tagger import OnnxBertTagger
from engine.text.token import TOKENIZER_VERSION
from tests.engine.training.own_model.made_elsewhere import lookup

pytestmark = pytest.mark.native

WINDOW = 32


@pytest.fixture
def tagger(tmp_path: Path) -> Iterator[OnnxBertTagger]:
    """A model that knows “lisinopril” and “chest pain” wherever they stand, and reads 32 sub-words."""
    folder = tmp_path / "model"
    lookup(folder)
    files = {
        role: file_entry(folder, name)
        for role, name in (("model", "model.onnx"), ("tokenizer", "tokenizer.json"))
    }
    head = {
        "name": "entities",
        "output": "logits",
        "labels": ["DRUG", "DISEASE"],
        "columns": [[2], [0], [], [1], [3]],
    }
    options = {"window": WINDOW, "words": TOKENIZER_VERSION, "heads": [head], "assertion": False}
    write_manifest(
        folder, Manifest(FORMAT, "onnx-bert.v1", "own", "Own", "1", "own", files=files, options=options)
    )
    made = OnnxBertTagger(folder, {})
    yield made
    made.close()


@pytest.fixture
def labels() -> LabelSet:
    types = (LabelType(name, Kind.ENTITY, name, "", "", (), "#336699") for name in ("DRUG", "DISEASE"))
    return LabelSet("own", "1", "Own", "", tuple(types), ())


def test_a_mention_at_any_place_of_a_long_sentence_is_found_once(
    tagger: OnnxBertTagger, labels: LabelSet
) -> None:
    filling = ["the"] * 3 * WINDOW
    texts = [" ".join([*filling[:at], "chest pain", *filling[at:]]) for at in range(len(filling))]
    for text, answer in zip(texts, tagger.tag(texts, labels, Job()), strict=True):
        assert [(one.hull.of(text), one.label) for one in answer.items] == [("chest pain", "DISEASE")]


def test_every_mention_of_a_sentence_without_an_end_is_found_once(
    tagger: OnnxBertTagger, labels: LabelSet
) -> None:
    text = "the chest pain and lisinopril " * 40
    (answer,) = tagger.tag([text], labels, Job())
    assert [one.hull.of(text) for one in answer.items] == ["chest pain", "lisinopril"] * 40
    assert len({one.hull for one in answer.items}) == 80
