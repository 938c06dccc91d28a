"""llama.cpp as it was built here reads a model and computes, under the filter that a worker has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.llm, pytest.mark.native]

ROOT = Path(__file__).resolve().parents[4]
WIDTH, HEADS, HIDDEN = 64, 4, 128
SYLLABLES = [a + b for a in "bdfgklmnprst" for b in "aeiou"]

# The low-level interface only, as the tagger uses it: a model, a context, one batch, the logits.
CODE = """
import json, sys
from engine.airgap import engage
engage("worker")
import ctypes, llama_cpp
llama_cpp.llama_backend_init()
model = llama_cpp.llama_model_load_from_file(sys.argv[1].encode(), llama_cpp.llama_model_default_params())
vocabulary = llama_cpp.llama_model_get_vocab(model)
settings = llama_cpp.llama_context_default_params()
settings.n_ctx, settings.n_threads, settings.n_threads_batch = 64, 1, 1
context = llama_cpp.llama_init_from_model(model, settings)
text = "mada pino".encode()
tokens = (ctypes.c_int32 * 32)()
count = llama_cpp.llama_tokenize(vocabulary, text, len(text), tokens, 32, True, False)
failed = llama_cpp.llama_decode(context, llama_cpp.llama_batch_get_one(tokens, count))
size = llama_cpp.llama_vocab_n_tokens(vocabulary)
logits = llama_cpp.llama_get_logits_ith(context, -1)
said = {"count": count, "failed": failed, "size": size, "logits": [logits[i] for i in range(size)]}
llama_cpp.llama_free(context)
llama_cpp.llama_model_free(model)
print(json.dumps(said))
"""


def tiny_model(path: Path) -> int:
    """Write a model of one layer with seeded random weights and return the size of its vocabulary."""
    gguf = pytest.importorskip("gguf")
    numpy = pytest.importorskip("numpy")
    random = numpy.random.default_rng(7)
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    tokens += ["▁", *SYLLABLES, *(f"▁{one}" for one in SYLLABLES)]
    kinds = [2, 3, 3, *[6] * 256, *[1] * (len(tokens) - 259)]
    out = gguf.GGUFWriter(path, "llama")
    out.add_context_length(64)
    out.add_embedding_length(WIDTH)
    out.add_block_count(1)
    out.add_feed_forward_length(HIDDEN)
    out.add_head_count(HEADS)
    out.add_head_count_kv(HEADS)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_rope_dimension_count(WIDTH // HEADS)
    out.add_tokenizer_model("llama")
    out.add_token_list(tokens)
    out.add_token_scores([-float(number) for number in range(len(tokens))])
    out.add_token_types(kinds)
    out.add_bos_token_id(1)
    out.add_eos_token_id(2)
    shapes = {"token_embd": (len(tokens), WIDTH), "output": (len(tokens), WIDTH), "output_norm": (WIDTH,)}
    layer = {f"attn_{name}": (WIDTH, WIDTH) for name in ("q", "k", "v", "output")}
    layer |= {"ffn_gate": (HIDDEN, WIDTH), "ffn_up": (HIDDEN, WIDTH), "ffn_down": (WIDTH, HIDDEN)}
    layer |= {"attn_norm": (WIDTH,), "ffn_norm": (WIDTH,)}
    for name, shape in {**shapes, **{f"blk.0.{name}": shape for name, shape in layer.items()}}.items():
        out.add_tensor(f"{name}.weight", random.normal(0, 0.1, shape).astype(numpy.float32))
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    return len(tokens)


def run(path: Path, home: Path) -> dict[str, object]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_a_tiny_model_is_read_and_decoded_under_the_workers_filter(tmp_path: Path) -> None:
    path, home = tmp_path / "tiny.gguf", tmp_path / "home"
    home.mkdir()
    size = tiny_model(path)
    said = run(path, home)
    assert said["failed"] == 0
    assert said["count"] == 5, "a beginning and four syllables"
    assert said["size"] == size
    assert len(set(said["logits"])) > size // 2, "weights were read, so the logits differ"
    assert run(path, home) == said, "the same model and text give the same logits"
    assert list(home.rglob("*")) == []
