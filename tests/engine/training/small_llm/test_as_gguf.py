from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.airgap.environment import set_variables
from engine.training.small_llm.as_gguf import write_model
from engine.training.small_llm.gguf_writer import write_lora_gguf
from engine.training.small_llm.network import Shape
from engine.training.small_llm.vocabulary import Vocabulary
from tests.engine.training.small_llm.reference import logits, random_weights

set_variables()
llama_cpp = pytest.importorskip(
    "llama_cpp", reason="llama.cpp is not installed; it comes with the extra “llm”"
)

pytestmark = pytest.mark.llm

SHAPE = Shape(hidden=64, inner=96, layers=2, heads=2, context=256)
TEXT = "She denies chest pain."


@pytest.fixture(scope="module")
def weights(vocabulary: Vocabulary) -> dict[str, Any]:
    return random_weights(SHAPE, len(vocabulary), seed=3)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary, weights: dict[str, Any]) -> Path:
    path = tmp_path_factory.mktemp("gguf") / "model.gguf"
    write_model(path, "Tiny", SHAPE, vocabulary, weights)
    return path


@pytest.fixture(scope="module")
def llama(file: Path) -> Iterator[Any]:
    model = llama_cpp.Llama(str(file), n_ctx=256, logits_all=True, verbose=False)
    yield model
    model.close()


def heard(model: Any, ids: tuple[int, ...]) -> Any:
    model.reset()
    model.eval(list(ids))
    return np.array(model.scores[: len(ids)])


def test_llama_cpp_computes_what_the_weights_say(
    llama: Any, vocabulary: Vocabulary, weights: dict[str, Any]
) -> None:
    ids = (vocabulary.begin, *vocabulary.tokens(TEXT))
    wanted = logits(SHAPE, weights, ids)
    there = heard(llama, ids)
    assert np.abs(there - wanted).mean() < 0.05 * wanted.std()  # what 8 bits lose


@given(text=st.text(max_size=80))
@settings(deadline=None)
def test_llama_cpp_cuts_text_into_the_same_tokens(llama: Any, vocabulary: Vocabulary, text: str) -> None:
    theirs = llama.tokenize(text.encode(), add_bos=False, special=False) if text else []
    assert tuple(theirs) == vocabulary.tokens(text)


def test_tags_are_one_token_there_too_and_every_text_begins_the_same(
    llama: Any, vocabulary: Vocabulary
) -> None:
    said = 'She<problem> denies</>\n\n<span class="drug">'
    assert tuple(llama.tokenize(said.encode(), add_bos=False, special=True)) == vocabulary.tokens(said)
    assert llama.token_bos() == vocabulary.begin
    assert llama.tokenize(b"a", add_bos=True)[0] == vocabulary.begin


def test_an_adapter_adds_its_product_to_a_matrix(
    tmp_path: Path, file: Path, vocabulary: Vocabulary, weights: dict[str, Any]
) -> None:
    draw = np.random.default_rng(5)
    a, b = (draw.normal(0, 0.3, size).astype(np.float32) for size in ((4, 96), (64, 4)))
    write_lora_gguf(tmp_path / "lora.gguf", "llama", {"blk.1.ffn_down.weight": (a, b)}, alpha=8.0)
    model = llama_cpp.Llama(
        str(file), n_ctx=256, logits_all=True, verbose=False, lora_path=str(tmp_path / "lora.gguf")
    )
    ids = (vocabulary.begin, *vocabulary.tokens(TEXT))
    changed = {**weights, "blocks.1.down.weight": weights["blocks.1.down.weight"] + 8.0 / 4 * b @ a}
    wanted = logits(SHAPE, changed, ids)
    assert np.abs(heard(model, ids) - wanted).mean() < 0.05 * wanted.std()
    assert np.abs(logits(SHAPE, weights, ids) - wanted).mean() > 0.3 * wanted.std()
    model.close()
