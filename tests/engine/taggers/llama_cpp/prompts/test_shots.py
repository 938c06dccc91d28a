"""Examples are chosen as options say, come from no note or patient that is asked about, and are sound."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.errors import ModelError
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder
from engine.taggers.llama_cpp.options import Options
from engine.taggers.llama_cpp.prompts.example import Bank, Example
from engine.taggers.llama_cpp.prompts.shots import Shots, asked_for, of_label_set
from engine.taggers.llama_cpp.prompts.similarity import ByVectors, TfIdf
from engine.text.note import text_hash

OWN, OTHER = "no fever today . pain", "a note of another patient"
SENTENCES = [
    Example("no fever today", ((3, 8, "problem"),), text_hash(OWN), "p1"),
    Example("aspirin daily", ((0, 7, "drug"),), text_hash("second note"), "p1"),
    Example("fever and cough", ((0, 5, "problem"),), text_hash("third note"), "p2"),
    Example("Fever, no cough", ((0, 5, "problem"),), text_hash("fourth note"), ""),
    Example("chest x-ray", ((0, 11, "test"),)),
]
BANK = Bank(tuple(SENTENCES))


@pytest.fixture(scope="module")
def kiwi() -> LabelSet:
    return find_label_set("kiwi", models_folder())


def shots(kiwi: LabelSet, **options: object) -> Shots:
    return Shots(msgspec.convert({"bank": BANK, **options}, Options), kiwi)


def texts(examples: Sequence[Example]) -> list[str]:
    return [one.text for one in examples]


def test_fixed_examples_are_the_first_and_the_same_for_every_note(kiwi: LabelSet):
    fixed = shots(kiwi, examples="fixed", shots=2)
    assert not fixed.by_sentence
    assert texts(fixed.of_note("new")) == texts(fixed.of_note("newer")) == ["no fever today", "aspirin daily"]


def test_random_examples_hang_on_the_seed_alone(kiwi: LabelSet):
    first = texts(shots(kiwi, examples="random", shots=3, seed=1).of_note("new"))
    assert texts(shots(kiwi, examples="random", shots=3, seed=1).of_note("new")) == first
    others = [
        texts(shots(kiwi, examples="random", shots=3, seed=seed).of_note("new")) for seed in range(2, 8)
    ]
    assert any(one != first for one in others)


def test_sentences_with_a_mark_come_before_those_without(kiwi: LabelSet):
    bank = Bank((Example("HISTORY"), Example("LABS"), *SENTENCES))
    fixed = texts(shots(kiwi, examples="fixed", shots=6, bank=bank).of_note("new"))
    assert fixed == [*(one.text for one in SENTENCES), "HISTORY"]
    for seed in range(5):
        chosen = texts(shots(kiwi, examples="random", shots=5, seed=seed, bank=bank).of_note("new"))
        assert set(chosen) == {one.text for one in SENTENCES}
    similar = shots(kiwi, examples="similar", shots=1, bank=bank)
    assert texts(similar.of_sentence("Labs", "new")) == ["LABS"]


def test_the_most_similar_example_stands_last(kiwi: LabelSet):
    similar = shots(kiwi, examples="similar", shots=2)
    assert similar.by_sentence
    # The fourth shares all three words; the first and third two of like weight, so the bank's order tells.
    assert texts(similar.of_sentence("cough , no fever", "new")) == ["no fever today", "Fever, no cough"]


def test_no_example_comes_from_the_same_note_or_patient(kiwi: LabelSet):
    for how in ("fixed", "random"):
        chosen = shots(kiwi, examples=how, shots=5)
        assert set(texts(chosen.of_note(OWN))) == {"fever and cough", "Fever, no cough", "chest x-ray"}
        assert len(chosen.of_note(OTHER)) == 5
    similar = shots(kiwi, examples="similar", shots=5)
    assert "no fever today" not in texts(similar.of_sentence("no fever today", OWN))
    assert "aspirin daily" not in texts(similar.of_sentence("aspirin", OWN))
    known = Bank(BANK.examples, {text_hash(OTHER): "p2"})
    assert "fever and cough" not in texts(shots(kiwi, examples="fixed", bank=known).of_note(OTHER))


@pytest.mark.parametrize(
    "mark", [(3, 3, "problem"), (-1, 2, "problem"), (0, 99, "problem"), (2, 8, "problem"), (0, 2, "x")]
)
def test_a_broken_example_is_refused_before_anything_is_asked(kiwi: LabelSet, mark: tuple[int, int, str]):
    bank = Bank((*SENTENCES, Example("no fever today", (mark,))))
    with pytest.raises(ModelError, match=r"^Example 6 of the bank is broken") as failure:
        shots(kiwi, examples="fixed", bank=bank)
    assert "fever" not in str(failure.value)


def test_a_bank_may_be_a_file_and_a_damaged_one_is_refused(kiwi: LabelSet, tmp_path: Path):
    path = tmp_path / "bank.jsonl"
    path.write_bytes(b"\n".join(map(msgspec.json.encode, SENTENCES)))
    assert len(shots(kiwi, examples="fixed", bank=str(path)).of_note("new")) == 5
    path.write_text("no json")
    with pytest.raises(ModelError, match="damaged"):
        shots(kiwi, examples="fixed", bank=str(path))
    with pytest.raises(ModelError, match="cannot be read"):
        shots(kiwi, examples="fixed", bank=str(tmp_path / "none.jsonl"))


def test_without_a_bank_the_label_set_has_examples_of_its_own(kiwi: LabelSet):
    first = of_label_set(kiwi).examples[0]
    assert [first.text[start:end] for start, end, _ in first.marks] == [
        one.examples[0] for one in kiwi.entities
    ]
    assert [label for _, _, label in first.marks] == [one.name for one in kiwi.entities]
    (only,) = asked_for([first], ["drug"])
    assert [label for _, _, label in only.marks] == ["drug"]
    assert shots(kiwi, examples="similar", bank="").of_sentence("pain", "pain")


def test_weights_and_cosines_are_as_computed_by_hand():
    index = TfIdf(["fever fever cough", "cough", "pain"])
    # Of 3 sentences 1 has fever and 2 have cough: weights ln(4/2)+1 and ln(4/3)+1.
    fever, cough = math.log(2) + 1, math.log(4 / 3) + 1
    first = math.hypot(2 * fever, cough)
    assert index.scores("Fever!") == pytest.approx([2 * fever / first, 0, 0])
    assert index.scores("cough") == pytest.approx([cough / first, 1, 0])
    assert index.scores("unknown") == [0, 0, 0]


def test_vectors_are_compared_by_their_direction():
    vectors = {"a": [1.0, 0.0], "b": [0.0, 2.0], "c": [3.0, 3.0]}
    near = ByVectors(
        np.array(list(vectors.values()), np.float32),
        lambda some: np.array([vectors[one] for one in some], np.float32),
    )
    assert near.scores("c") == pytest.approx([math.sqrt(0.5), math.sqrt(0.5), 1.0])
    assert ByVectors(np.zeros((0, 2), np.float32), lambda _: np.zeros((1, 2), np.float32)).scores("a") == []
