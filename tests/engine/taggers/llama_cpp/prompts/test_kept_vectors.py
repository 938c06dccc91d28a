"""An encoder reads each sentence of a bank once; a changed bank costs its new sentences alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.taggers.llama_cpp.options import Options
from engine.taggers.llama_cpp.prompts import shots as shots_module
from engine.taggers.llama_cpp.prompts.example import Bank, Example
from engine.taggers.llama_cpp.prompts.kept_vectors import KeptVectors, vector_key
from engine.taggers.llama_cpp.prompts.shots import Shots
from engine.taggers.llama_cpp.prompts.similarity import Vectors

SENTENCES = ["no fever", "aspirin daily", "µg 🙂 İ"]


class Counting:
    """An encoder that counts letters, and remembers what it was asked."""

    def __init__(self, name: str = "first") -> None:
        self.id = name
        self.asked: list[str] = []

    def __call__(self, sentences: Sequence[str]) -> Vectors:
        self.asked += sentences
        return np.array([[1 / 3, one.count("e"), one.count("i")] for one in sentences], np.float32)


def test_what_was_learned_once_is_known_to_the_next() -> None:
    encoder, first, second = Counting(), KeptVectors(), KeptVectors()
    fresh = first.of(SENTENCES, encoder)
    assert encoder.asked == SENTENCES
    assert first.of(SENTENCES, encoder).tolist() == fresh.tolist()
    assert encoder.asked == SENTENCES, "not asked again"
    learned = first.take_learned()
    assert learned.keys() == {vector_key("first", one) for one in SENTENCES}
    assert first.take_learned() == {}
    second.know(learned)
    assert second.of(SENTENCES[::-1], encoder).tolist() == fresh.tolist()[::-1], "to the last bit"
    assert encoder.asked == SENTENCES
    assert second.take_learned() == {}


def test_a_bank_that_changed_costs_its_new_sentences() -> None:
    encoder, kept = Counting(), KeptVectors()
    kept.of(SENTENCES, encoder)
    assert kept.of(["cough", "no fever", "cough"], encoder)[:, 1].tolist() == [0, 2, 0]
    assert encoder.asked == [*SENTENCES, "cough"]


def test_another_encoder_reads_everything_itself() -> None:
    kept, other = KeptVectors(), Counting("second")
    kept.of(SENTENCES, Counting("first"))
    kept.of(SENTENCES, other)
    assert other.asked == SENTENCES


@pytest.mark.parametrize("damaged", ["", "no base64!", "AAA", "AAAA"])
def test_a_damaged_vector_is_worked_out_again(damaged: str) -> None:
    encoder, kept = Counting(), KeptVectors()
    right = kept.of(SENTENCES, encoder).tolist()
    kept.know({vector_key("first", "no fever"): damaged})
    assert kept.of(SENTENCES, encoder).tolist() == right


def test_a_prompt_asks_the_encoder_for_the_note_alone_once_its_examples_are_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoder, kept = Counting(), KeptVectors()
    monkeypatch.setattr(shots_module, "encoder", lambda: encoder)
    labels = find_label_set("kiwi", models_folder())
    options = Options(
        examples="similar", retriever="encoder", bank=Bank(tuple(map(Example, SENTENCES))), shots=1
    )
    for _ in range(2):
        chosen = Shots(options, labels, kept).of_sentence("never feverish", "")
        assert [one.text for one in chosen] == ["no fever"]
    assert encoder.asked == [*SENTENCES, "never feverish", "never feverish"]
