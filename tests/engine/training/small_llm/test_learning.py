from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from engine.labels.label_set import LabelSet
from engine.model_files.gguf import read_gguf
from engine.model_files.manifest import read_manifest
from engine.training.recipe import Corpus, Split
from engine.training.small_llm.lessons import Curriculum
from engine.training.small_llm.material import Material, material_of
from engine.training.small_llm.network import Shape, build
from engine.training.small_llm.raw_text import RawCorpus
from engine.training.small_llm.recipe import SILVER, Phase, SmallRecipe
from tests.engine.training.small_llm.reference import logits, random_weights

torch = pytest.importorskip("torch", reason="torch is not installed; it comes with the train extra")

from engine.training.small_llm.copying_circuit import put_in  # noqa: E402
from engine.training.small_llm.learning import Learning, export  # noqa: E402

pytestmark = pytest.mark.train

SHAPE = Shape(hidden=256, inner=32, layers=2, heads=4, context=256)
MODEL = {"summary": "Tiny.", "licence": "CC0-1.0", "origins": []}


@pytest.fixture(autouse=True)
def one_core() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def recipe(tmp_path: Path) -> SmallRecipe:
    terms = tmp_path / "terms.csv"
    terms.write_text("cough,problem\nfever,problem\n", encoding="utf-8")
    phases = (
        Phase({"gold": 1.0, SILVER: 1.0}, 600, 1e-3, 1e-3),
        Phase({"gold": 1.0}, 300, 1e-3, 0.0),
    )
    return SmallRecipe(
        name="tiny",
        title="Tiny",
        version="1",
        label_set="kiwi",
        seed=1,
        teacher=str(terms),
        template="{format}: {types}\n{examples}{text}\n=\n",
        vocabulary=500,
        shape=SHAPE,
        gold=Corpus("gold"),
        split=Split("gold", 0.5, 1),
        raw=(RawCorpus("raw.jsonl", "text"),),
        lessons=Curriculum({"tags": 2.0, "json-dict": 1.0}, most_tokens=200),
        phases=phases,
        batch=128,
        segment=300,
        warm_up=100,
        model=MODEL,
    )


@pytest.fixture
def material(recipe: SmallRecipe, data: Path, kiwi: LabelSet, tmp_path: Path) -> Material:
    return material_of(recipe, kiwi, data, tmp_path, str)


def test_notes_kept_back_are_not_learned_from(recipe: SmallRecipe, material: Material) -> None:
    learned = {note.text for notes in material.train.values() for note in notes}
    assert len(material.dev) == len(material.train[recipe.split.corpus]) == 1
    assert not learned & {note.text for note in material.dev}


def test_raw_text_that_repeats_a_note_kept_back_is_left_out(
    recipe: SmallRecipe, material: Material, data: Path, kiwi: LabelSet, tmp_path: Path
) -> None:
    row = json.dumps({"text": material.dev[0].text})
    with (data / "raw.jsonl").open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    said: list[str] = []
    again = material_of(recipe, kiwi, data, tmp_path, said.append)
    assert len(again.train[SILVER]) == len(material.train[SILVER])
    assert said[0].startswith("1 of ")


def test_a_training_that_was_stopped_ends_with_the_same_weights(
    recipe: SmallRecipe, material: Material, kiwi: LabelSet, tmp_path: Path
) -> None:
    def learning(folder: str, phases: tuple[Phase, ...]) -> Learning:
        (tmp_path / folder).mkdir(exist_ok=True)
        chosen = msgspec.structs.replace(recipe, phases=phases)
        made = Learning(chosen, material, kiwi, tmp_path / folder, str)
        made.run()
        return made

    whole = learning("whole", recipe.phases).network.state_dict()
    learning("parts", recipe.phases[:1])
    parts = learning("parts", recipe.phases).network.state_dict()
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_a_training_leaves_a_model_that_can_be_read(
    recipe: SmallRecipe, material: Material, kiwi: LabelSet, tmp_path: Path
) -> None:
    learning = Learning(recipe, material, kiwi, tmp_path, str)
    learning.run()
    export(learning, kiwi, tmp_path / "tiny")
    manifest = read_manifest(tmp_path / "tiny")
    head = read_gguf(manifest.path(tmp_path / "tiny", "model"))
    assert head.text("general.architecture") == "llama"
    assert head.length("tokenizer.ggml.tokens") == len(learning.vocabulary)
    assert manifest.options["tags"]["drug"] == "<drug>"


def test_training_lowers_the_loss(
    recipe: SmallRecipe, material: Material, kiwi: LabelSet, tmp_path: Path
) -> None:
    longer = msgspec.structs.replace(recipe, phases=(Phase({"gold": 1.0}, 3000, 1e-3, 1e-3),))
    Learning(longer, material, kiwi, tmp_path, str).run()
    losses = [json.loads(line)["loss"] for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert losses[-1] < 0.8 * losses[0]


def test_the_network_computes_what_the_weights_say() -> None:
    shape = Shape(hidden=64, inner=96, layers=2, heads=2, context=32)
    weights: dict[str, Any] = random_weights(shape, 50, seed=2)
    network = build(shape, 50)
    network.load_state_dict({name: torch.from_numpy(one) for name, one in weights.items()})
    ids = [3, 1, 4, 1, 5, 9, 2, 6]
    with torch.inference_mode():
        said = network(torch.tensor([ids]))[0].numpy()
    assert np.abs(said - logits(shape, weights, ids)).max() < 1e-4


def test_places_that_are_wanted_alone_have_the_same_logits() -> None:
    network = build(Shape(hidden=64, inner=96, layers=2, heads=2, context=32), 50)
    ids = torch.randint(0, 50, (3, 9))
    wanted = torch.rand(3, 9) < 0.5
    with torch.inference_mode():
        assert torch.allclose(network(ids, wanted), network(ids)[wanted], atol=1e-6)


WORDS = [f"{blank}w{number}" for number in range(240) for blank in ("", "\u0120")]
MARKUP = ["<a>", "<b>", "</>", "\u010a"]
TEXTS = [*MARKUP, *WORDS]


def said_after(lead: list[str], answer: list[str], shape: Shape = SHAPE) -> list[str]:
    """Return the word that a network with nothing but the circuit proposes for each token of `answer`."""
    torch.manual_seed(0)
    network = build(shape, len(TEXTS))
    put_in(network, shape, TEXTS, MARKUP)
    ids = [TEXTS.index(one) for one in (*lead, *answer)]
    with torch.inference_mode():
        said = network(torch.tensor([ids[:-1]]))[0, len(lead) - 1 :, len(MARKUP) :]
    return [WORDS[number] for number in said.argmax(dim=-1)]


def drawn_words(count: int, seed: int) -> list[str]:
    order = torch.randperm(240, generator=torch.Generator().manual_seed(seed))[:count]
    return [f"\u0120w{number}" for number in order.tolist()]


def test_the_circuit_repeats_a_sentence_that_nobody_has_seen() -> None:
    words = drawn_words(20, 1)
    said = said_after([*words, "\u010a"], words)
    assert sum(map(str.__eq__, said[1:], words[1:])) > 17


def test_the_circuit_goes_on_with_the_sentence_behind_a_tag() -> None:
    words = drawn_words(8, 2)
    answer = [*words[:3], "<a>", *words[3:5], "</>", *words[5:]]
    said = said_after([*words, "\u010a"], answer)
    assert said[4] == words[3]
    assert said[7] == words[5]


def test_the_circuit_knows_a_word_without_its_blank() -> None:
    words = drawn_words(8, 3)
    bare = words[3].removeprefix("\u0120")
    said = said_after([*words, "\u010a"], [*words[:3], "<a>", bare, *words[4:]])
    assert said[4] in (bare, words[3])
    assert said[5] == words[4]


def test_the_circuit_proposes_the_tag_that_a_word_has_in_an_example() -> None:
    words, others = drawn_words(16, 4)[:8], drawn_words(16, 4)[8:]
    shown = [*others[:4], words[3], "\u010a", *others[:4], "<b>", words[3], "</>", "\u010a"]
    shape = Shape(hidden=256, inner=32, layers=3, heads=4, context=256)
    torch.manual_seed(0)
    network = build(shape, len(TEXTS))
    put_in(network, shape, TEXTS, MARKUP)
    ids = [TEXTS.index(one) for one in (*shown, *words, "\u010a", *words[:3])]
    with torch.inference_mode():
        last = network(torch.tensor([ids]))[0, -1]
    assert last[TEXTS.index("<b>")] > last[TEXTS.index("<a>")] + 2
    assert last[TEXTS.index("<b>")] > last[4:].median() + 2


def test_a_network_too_small_for_the_circuit_is_refused() -> None:
    shape = Shape(hidden=64, inner=96, layers=2, heads=2)
    with pytest.raises(ValueError, match="copying circuit"):
        put_in(build(shape, 50), shape, TEXTS[:50], MARKUP)
