"""As GGUF: the weights of the small network and its vocabulary, in the names that llama.cpp knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from engine.training.small_llm.gguf_writer import Floats, Value, write_gguf
from engine.training.small_llm.network import Shape
from engine.training.small_llm.vocabulary import CONTROL, END, PRE_TOKENIZER, Vocabulary

_NORMAL, _CONTROL, _USER_DEFINED = 1, 3, 4
_MOSTLY_Q8_0 = 7
_QUANTIZATION_VERSION = 2


def write_model(
    path: Path, title: str, shape: Shape, vocabulary: Vocabulary, weights: Mapping[str, Floats]
) -> None:
    """Write the model whose `weights` are named as in `network.build`, in 8 bits."""
    write_gguf(path, _metadata(title, shape, vocabulary), _renamed(shape, weights))


def _metadata(title: str, shape: Shape, vocabulary: Vocabulary) -> dict[str, Value]:
    kinds = [_NORMAL] * len(vocabulary)
    for number, text in enumerate(vocabulary.texts):
        if text in CONTROL:
            kinds[number] = _CONTROL
        elif number in vocabulary.user_defined:
            kinds[number] = _USER_DEFINED
    return {
        "general.architecture": "llama",
        "general.name": title,
        "general.file_type": _MOSTLY_Q8_0,
        "general.quantization_version": _QUANTIZATION_VERSION,
        "llama.block_count": shape.layers,
        "llama.context_length": shape.context,
        "llama.embedding_length": shape.hidden,
        "llama.feed_forward_length": shape.inner,
        "llama.attention.head_count": shape.heads,
        "llama.attention.head_count_kv": shape.heads,
        "llama.attention.layer_norm_rms_epsilon": shape.epsilon,
        "llama.rope.dimension_count": shape.head,
        "llama.rope.freq_base": shape.rope_base,
        "llama.vocab_size": len(vocabulary),
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": PRE_TOKENIZER,
        "tokenizer.ggml.tokens": vocabulary.texts,
        "tokenizer.ggml.token_type": kinds,
        "tokenizer.ggml.merges": vocabulary.merges(),
        "tokenizer.ggml.bos_token_id": vocabulary.begin,
        "tokenizer.ggml.eos_token_id": vocabulary.texts.index(END),
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.ggml.add_eos_token": False,
    }


def _renamed(shape: Shape, weights: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return the tensors by their names in llama.cpp, where what was multiplied together is apart."""
    made = {"token_embd.weight": weights["embedding.weight"], "output_norm.weight": weights["norm.weight"]}
    for number in range(shape.layers):
        ours, theirs = f"blocks.{number}.", f"blk.{number}."
        query, key, value = np.split(weights[ours + "attention.weight"], 3)
        gate, up = np.split(weights[ours + "inner.weight"], 2)
        made |= {
            theirs + "attn_norm.weight": weights[ours + "before_attention.weight"],
            theirs + "attn_q.weight": query,
            theirs + "attn_k.weight": key,
            theirs + "attn_v.weight": value,
            theirs + "attn_output.weight": weights[ours + "attended.weight"],
            theirs + "ffn_norm.weight": weights[ours + "before_inner.weight"],
            theirs + "ffn_gate.weight": gate,
            theirs + "ffn_up.weight": up,
            theirs + "ffn_down.weight": weights[ours + "down.weight"],
        }
    return made
