"""Real models for llama.cpp, made here: one of random weights, and one that says what the test wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

HEADS, LAYERS, CONTEXT = 4, 2, 8192
WORDS = [
    "the",
    "and",
    "of",
    "pain",
    "mg",
    "took",
    "daily",
    "patient",
    "aspirin",
    "no",
    "chest",
    "in",
    "is",
    "with",
]
MARKS = [
    *"abcdefghijklmnopqrstuvwxyz0123456789.,:;()<>/&[]",
    "problem",
    "treatment",
    "drug",
    "test",
    "</",
    "),",
    ".\n",
]

Likes = Mapping[tuple[str, str], float]
"""(token, the one after it): its logit there."""


def vocabulary() -> list[str]:
    """Letters, some words, and bytes for all the rest; the blank is written ``▁``."""
    begun = [word[:end] for word in (*MARKS, *WORDS) for end in range(1, len(word))]  # merged step by step
    texts = list(dict.fromkeys([*MARKS, *WORDS, *begun]))
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    return ["<unk>", "<s>", "</s>", *bytes_, "▁", *texts, *(f"▁{one}" for one in texts)]


def shapes(width: int, size: int) -> dict[str, tuple[int, ...]]:
    layer = {f"attn_{name}": (width, width) for name in ("q", "k", "v", "output")}
    layer |= {"ffn_gate": (2 * width, width), "ffn_up": (2 * width, width), "ffn_down": (width, 2 * width)}
    found = {"token_embd": (size, width), "output": (size, width), "output_norm": (width,)}
    found |= {f"blk.{at}.{name}": shape for at in range(LAYERS) for name, shape in layer.items()}
    return found | {f"blk.{at}.{kind}_norm": (width,) for at in range(LAYERS) for kind in ("attn", "ffn")}


def write(path: Path, tokens: list[str], tensors: dict[str, Any], context: int = CONTEXT) -> Path:
    """Write a GGUF in the shape of Llama."""
    gguf = pytest.importorskip("gguf", reason="the extra “llm” is not installed")
    width = tensors["output_norm"].shape[0]
    out = gguf.GGUFWriter(path, "llama")
    out.add_context_length(context)
    out.add_embedding_length(width)
    out.add_block_count(LAYERS)
    out.add_feed_forward_length(2 * width)
    out.add_head_count(HEADS)
    out.add_head_count_kv(HEADS)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_rope_dimension_count(width // HEADS)
    _add_vocabulary(out, tokens)
    for name, values in tensors.items():
        out.add_tensor(f"{name}.weight", values)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    return path


def _add_vocabulary(out: Any, tokens: list[str]) -> None:
    out.add_tokenizer_model("llama")
    out.add_token_list(tokens)
    out.add_token_scores([float(len(one)) if number > 258 else 0.0 for number, one in enumerate(tokens)])
    out.add_token_types([2, 3, 3, *[6] * 256, *[1] * (len(tokens) - 259)])
    out.add_bos_token_id(1)
    out.add_eos_token_id(2)


@pytest.fixture(scope="session")
def recurrent_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noise in the shape of Mamba, which keeps one state for all it has read and can forget no part of it."""
    pytest.importorskip("llama_cpp", reason="the extra “llm” is not installed")
    gguf, numpy = pytest.importorskip("gguf"), pytest.importorskip("numpy")
    random, tokens = numpy.random.default_rng(7), vocabulary()
    width, inner, state, rank, kernel = 64, 128, 16, 4, 4
    path = tmp_path_factory.mktemp("model") / "recurrent.gguf"
    out = gguf.GGUFWriter(path, "mamba")
    out.add_context_length(CONTEXT)
    out.add_embedding_length(width)
    out.add_feed_forward_length(0)
    out.add_head_count(0)
    out.add_block_count(LAYERS)
    out.add_ssm_conv_kernel(kernel)
    out.add_ssm_inner_size(inner)
    out.add_ssm_state_size(state)
    out.add_ssm_time_step_rank(rank)
    out.add_layer_norm_rms_eps(1e-5)
    _add_vocabulary(out, tokens)
    shapes = {
        "ssm_in.weight": (2 * inner, width),
        "ssm_conv1d.weight": (inner, kernel),
        "ssm_conv1d.bias": (inner,),
        "ssm_x.weight": (rank + 2 * state, inner),
        "ssm_dt.weight": (inner, rank),
        "ssm_dt.bias": (inner,),
        "ssm_out.weight": (width, inner),
    }
    tensors = {
        "token_embd.weight": random.normal(0, 0.25, (len(tokens), width)),
        "output_norm.weight": numpy.ones(width),
    }
    for layer in range(LAYERS):
        tensors[f"blk.{layer}.attn_norm.weight"] = numpy.ones(width)
        tensors[f"blk.{layer}.ssm_a"] = -numpy.tile(numpy.arange(1, state + 1), (inner, 1))
        tensors[f"blk.{layer}.ssm_d"] = numpy.ones(inner)
        tensors |= {f"blk.{layer}.{name}": random.normal(0, 0.25, shape) for name, shape in shapes.items()}
    for name, values in tensors.items():
        out.add_tensor(name, values.astype(numpy.float32))
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    return path


@pytest.fixture(scope="session")
def random_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noise, but the same noise each time."""
    pytest.importorskip("llama_cpp", reason="the extra “llm” is not installed")
    numpy = pytest.importorskip("numpy")
    random, tokens = numpy.random.default_rng(7), vocabulary()
    tensors = {
        name: (random.normal(0, 0.25, shape) if len(shape) > 1 else numpy.ones(shape)).astype(numpy.float32)
        for name, shape in shapes(64, len(tokens)).items()
    }
    return write(tmp_path_factory.mktemp("model") / "random.gguf", tokens, tensors)


@pytest.fixture(scope="session")
def aspirin_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a model that opens ``\\x01`` before each “aspirin”, and closes with ``\\x05`` as soon as it may.

    All tokens are one and the same to it; its layers add nothing.
    """
    pytest.importorskip("llama_cpp", reason="the extra “llm” is not installed")
    numpy = pytest.importorskip("numpy")
    tokens, width = vocabulary(), 64
    tensors = {
        name: numpy.full(shape, float(name.endswith("norm")), numpy.float32)
        for name, shape in shapes(width, len(tokens)).items()
    }
    tensors["token_embd"][:, 0] = 1
    likes = {
        "aspirin": -9,
        "▁aspirin": -9,
        "<0x01>": -3,
        "<0x02>": -4,
        "<0x03>": -5,
        "<0x04>": -6,
        "<0x05>": 9,
    }
    for token, logit in likes.items():
        tensors["output"][tokens.index(token), 0] = logit
    tensors["output"] /= width**0.5  # the norm before it makes one 1 of many places this large
    return write(tmp_path_factory.mktemp("model") / "aspirin.gguf", tokens, tensors)


@pytest.fixture(scope="session")
def pair_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Likes, float], Path]:
    """Make a model whose next token depends on the last one alone, as a table of pairs says; else `usual`.

    Its layers add nothing, so that a token's place in the embedding is all that reaches the output.
    """
    pytest.importorskip("llama_cpp", reason="the extra “llm” is not installed")
    numpy = pytest.importorskip("numpy")
    tokens = vocabulary()
    width = -(-len(tokens) // 32) * 32

    def make(likes: Likes, usual: float = 0.0) -> Path:
        tensors = {
            name: numpy.full(shape, float(name.endswith("norm")), numpy.float32)
            for name, shape in shapes(width, len(tokens)).items()
        }
        tensors["token_embd"][:, : len(tokens)] = numpy.eye(len(tokens))
        tensors["output"][:] = usual
        for (last, following), logit in likes.items():
            tensors["output"][tokens.index(following), tokens.index(last)] = logit
        tensors["output"] /= width**0.5  # the norm before it makes one 1 of many places this large
        return write(tmp_path_factory.mktemp("model") / "pairs.gguf", tokens, tensors)

    return make
