"""An installed encoder tells which sentences are alike, without a word in common."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import ModelError
from engine.labels.files import find_label_set
from engine.model_files.installed import default_model
from engine.model_files.places import models_folder
from engine.taggers.llama_cpp.options import Options
from engine.taggers.llama_cpp.prompts.encoder_vectors import encoder
from engine.taggers.llama_cpp.prompts.example import Bank, Example
from engine.taggers.llama_cpp.prompts.shots import Shots

pytestmark = pytest.mark.native


def test_a_sentence_has_one_vector_that_hangs_on_nothing_beside_it():
    embed = encoder()
    some = embed(["Denies chest pain.", "", "Took aspirin 81 mg daily with food, as every day since March."])
    assert some.shape[0] == 3
    assert np.isfinite(some).all()
    assert np.allclose(embed(["Denies chest pain."])[0], some[0], atol=1e-4)
    assert not np.allclose(some[0], some[2], atol=1e-2)


def test_the_nearest_example_by_meaning_stands_last():
    texts = ["Aspirin 81 mg by mouth daily.", "No shortness of breath.", "Hemoglobin 11.2 g/dL."]
    options = Options(examples="similar", retriever="encoder", bank=Bank(tuple(map(Example, texts))), shots=3)
    shots = Shots(options, find_label_set("kiwi", models_folder()))
    assert shots.of_sentence("Metoprolol 25 mg p.o. b.i.d.", "")[-1].text == texts[0]
    assert shots.of_sentence("Potassium was 3.9 mmol/L", "")[-1].text == texts[2]


def test_a_model_that_is_no_encoder_is_refused():
    with pytest.raises(ModelError):
        encoder("no-such-model")
    assert "tokenizer" in default_model().manifest.files
