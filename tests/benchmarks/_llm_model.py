"""A model of random weights in the shape of Llama 3.2 1B, quantised as its Q4_0 files are, for timing alone.

What it says means nothing; what it costs is what a model of that shape costs.  It has no
words, only numbers of tokens.  The file (0.8 GB) is made once and kept outside version control.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gguf import GGMLQuantizationType, GGUFWriter

FOLDER = Path(__file__).resolve().parents[2] / ".tagwell" / "benchmarks"
LAYERS, WIDTH, HIDDEN, HEADS, KV_HEADS, VOCABULARY, CONTEXT = 16, 2048, 8192, 32, 8, 128_256, 16_384
SPREAD = 0.02
"""The standard deviation of the weights, as in a model at the start of its training."""

SEED = 11


def model() -> Path:
    """Return the file of the model; make it where there is none."""
    path = FOLDER / f"random-llama-1b-q4_0-{SEED}.gguf"
    if not path.is_file():
        FOLDER.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        _write(unfinished)
        unfinished.rename(path)
    return path


def _write(path: Path) -> None:
    from gguf import GGMLQuantizationType, GGUFWriter

    out = GGUFWriter(path, "llama")
    out.add_context_length(CONTEXT)
    out.add_embedding_length(WIDTH)
    out.add_block_count(LAYERS)
    out.add_feed_forward_length(HIDDEN)
    out.add_head_count(HEADS)
    out.add_head_count_kv(KV_HEADS)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_rope_dimension_count(WIDTH // HEADS)
    out.add_rope_freq_base(500_000.0)
    out.add_tokenizer_model("no_vocab")
    out.add_vocab_size(VOCABULARY)
    _add_tensors(out, GGMLQuantizationType.Q4_0, GGMLQuantizationType.Q6_K)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def _add_tensors(out: GGUFWriter, weights: GGMLQuantizationType, table: GGMLQuantizationType) -> None:
    import numpy as np

    random = np.random.default_rng(SEED)
    out.add_tensor("token_embd.weight", _six_bits(random, VOCABULARY, WIDTH), raw_dtype=table)
    out.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    shapes = {
        "attn_q": (WIDTH, WIDTH),
        "attn_k": (WIDTH * KV_HEADS // HEADS, WIDTH),
        "attn_v": (WIDTH * KV_HEADS // HEADS, WIDTH),
        "attn_output": (WIDTH, WIDTH),
        "ffn_gate": (HIDDEN, WIDTH),
        "ffn_up": (HIDDEN, WIDTH),
        "ffn_down": (WIDTH, HIDDEN),
    }
    for layer in range(LAYERS):
        for name in ("attn_norm", "ffn_norm"):
            out.add_tensor(f"blk.{layer}.{name}.weight", np.ones(WIDTH, np.float32))
        for name, shape in shapes.items():
            out.add_tensor(f"blk.{layer}.{name}.weight", _four_bits(random, *shape), raw_dtype=weights)


def _four_bits(random: Any, rows: int, columns: int) -> Any:
    """Return blocks of 32 weights: a scale of half precision, and 16 bytes of two weights each."""
    import numpy as np

    blocks = random.integers(0, 256, (rows, columns // 32, 18), np.uint8)
    blocks[..., :2] = np.frombuffer(np.float16(SPREAD / 4.6).tobytes(), np.uint8)
    return blocks.reshape(rows, -1)


def _six_bits(random: Any, rows: int, columns: int) -> Any:
    """Return blocks of 256 weights: 192 bytes of weights, 16 scales of a byte, one of half precision."""
    import numpy as np

    blocks = random.integers(0, 256, (rows, columns // 256, 210), np.uint8)
    blocks[..., 192:208] = 32
    blocks[..., 208:] = np.frombuffer(np.float16(SPREAD / 18.5 / 32).tobytes(), np.uint8)
    return blocks.reshape(rows, -1)
