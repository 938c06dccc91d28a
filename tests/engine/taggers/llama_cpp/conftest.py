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


STATE_WIDTH, STATE_INNER, STATE, RANK, KERNEL = 64, 128, 16, 4, 4


def with_state(path: Path, kinds: list[str]) -> Path:
    """Write noise as a GGUF of Mamba's layers (``state``) or, where one is ``attention``, of Jamba's."""
    gguf = pytest.importorskip("gguf", reason="the extra “llm” is not installed")
    numpy = pytest.importorskip("numpy")
    random, tokens, hybrid = numpy.random.default_rng(7), vocabulary(), "attention" in kinds
    out = gguf.GGUFWriter(path, "jamba" if hybrid else "mamba")
    out.add_context_length(CONTEXT)
    out.add_embedding_length(STATE_WIDTH)
    out.add_feed_forward_length(2 * STATE_WIDTH if hybrid else 0)
    out.add_head_count(HEADS if hybrid else 0)
    if hybrid:
        out.add_head_count_kv([HEADS if kind == "attention" else 0 for kind in kinds])
    out.add_block_count(len(kinds))
    out.add_ssm_conv_kernel(KERNEL)
    out.add_ssm_inner_size(STATE_INNER)
    out.add_ssm_state_size(STATE)
    out.add_ssm_time_step_rank(RANK)
    out.add_layer_norm_rms_eps(1e-5)
    _add_vocabulary(out, tokens)
    shapes = {"token_embd.weight": (len(tokens), STATE_WIDTH), "output_norm.weight": (STATE_WIDTH,)}
    for layer, kind in enumerate(kinds):
        shapes |= {f"blk.{layer}.{name}": shape for name, shape in _layer(kind, hybrid).items()}
    for name, shape in shapes.items():
        values = random.normal(0, 0.25, shape) if len(shape) > 1 or "bias" in name else numpy.ones(shape)
        if name.endswith("ssm_a"):
            values = -numpy.tile(numpy.arange(1, STATE + 1), (STATE_INNER, 1))
        out.add_tensor(name, values.astype(numpy.float32))
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    return path


def _layer(kind: str, hybrid: bool) -> dict[str, tuple[int, ...]]:
    width, inner = STATE_WIDTH, STATE_INNER
    found: dict[str, tuple[int, ...]] = {"attn_norm.weight": (width,)}
    if kind == "attention":
        found |= {f"attn_{name}.weight": (width, width) for name in ("q", "k", "v", "output")}
    else:
        found |= {
            "ssm_in.weight": (2 * inner, width),
            "ssm_conv1d.weight": (inner, KERNEL),
            "ssm_conv1d.bias": (inner,),
            "ssm_x.weight": (RANK + 2 * STATE, inner),
            "ssm_dt.weight": (inner, RANK),
            "ssm_dt.bias": (inner,),
            "ssm_out.weight": (width, inner),
            "ssm_a": (inner, STATE),
            "ssm_d": (inner,),
        }
        if hybrid:
            found |= {f"ssm_{name}_norm.weight": (size,) for name, size in _NORMS.items()}
    if hybrid:
        found |= {f"ffn_{name}.weight": (2 * width, width) for name in ("gate", "up")}
        found |= {"ffn_down.weight": (width, 2 * width), "ffn_norm.weight": (width,)}
    return found


_NORMS = {"dt": RANK, "b": STATE, "c": STATE}


@pytest.fixture(scope="session", params=["recurrent", "hybrid"])
def state_model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noise in the shape of Mamba or Jamba, with a state of which no part can be forgotten."""
    pytest.importorskip("llama_cpp", reason="the extra “llm” is not installed")
    kinds = ["state", "attention", "state"] if request.param == "hybrid" else ["state", "state"]
    return with_state(tmp_path_factory.mktemp("model") / f"{request.param}.gguf", kinds)


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
