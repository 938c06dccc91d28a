"""What stands in the way of a model is known before it is loaded, with a way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ModelError
from engine.model_files import machine, preflight
from engine.model_files.gguf import read_gguf
from engine.model_files.preflight import check_preflight, check_processor, facts_of

GB = 1024**3


@pytest.fixture(autouse=True)
def _room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "free_memory", lambda: 8 * GB)


def test_the_facts_are_those_of_the_file(gguf: Callable[..., Path]) -> None:
    facts = facts_of(read_gguf(gguf()))
    assert (facts.name, facts.architecture, facts.quantization) == ("Tiny", "llama", "Q8_0")
    assert (facts.parameters, facts.vocabulary, facts.context) == (64 * 5000 + 64, 5000, 8192)
    assert (facts.words, facts.licence) == ("gpt2 llama-bpe", "apache-2.0")
    # 2 layers, 2 heads kept, 16 wide, a key and a value, 2 bytes each
    assert facts.memory_per_token == 2 * 2 * (16 + 16) * 2
    assert facts.seconds_per_note > 0


def test_heads_may_differ_by_layer_and_experts_may_sleep(gguf: Callable[..., Path]) -> None:
    changes: dict[str, Any] = {
        "llama.attention.head_count_kv": [4, 0],
        "llama.attention.key_length": 32,
        "llama.expert_count": 8,
        "llama.expert_used_count": 2,
    }
    experts = (("blk.0.ffn_up_exps.weight", (32, 8), 8, 272), ("norm.weight", (64,), 0, 256))
    facts = facts_of(read_gguf(gguf(tensors=experts, **changes)))
    assert facts.memory_per_token == 4 * (32 + 16) * 2
    assert (facts.parameters, facts.active) == (256 + 64, 64 + 64)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"general__architecture": "bert"}, r"is an encoder.*Please choose a language model"),
        ({"general__architecture": "abacus"}, r"kind “abacus”.*newer version of this program"),
        ({"general__architecture": None}, "does not say what kind of network"),
        ({"general__type": "adapter"}, r"is an adapter.*--base"),
        ({"general__architecture": "qwen2"}, r"how large its network of the kind “qwen2” is.*another file"),
        ({"split__count": 3}, r"one of 3 parts of a model.*join them into one file"),
        ({"tokenizer__ggml__tokens": None}, "holds no vocabulary"),
        ({"tensors": (("w", (32,), 77, 0),)}, r"weights of the type 77.*another quantization"),
        ({"llama__context_length": 2048}, r"up to 2,048 tokens, and 4,096 are asked for\. Set the option"),
        ({"llama__block_count": 20_000_000}, r"needs about .* GB of memory, and 8\.0 GB are free"),
    ],
)
def test_a_fault_says_its_cause_and_a_way_out(
    gguf: Callable[..., Path], changes: dict[str, Any], sentence: str
) -> None:
    path = gguf(**changes)
    with pytest.raises(ModelError, match=sentence):
        check_preflight(path, 4096)


def test_a_model_that_fits_passes_with_its_remarks(gguf: Callable[..., Path]) -> None:
    sizes = {"lfm2__block_count": 2, "lfm2__embedding_length": 64, "lfm2__context_length": 8192}
    assert "rolled back" in check_preflight(gguf(general__architecture="lfm2", **sizes), 0).remarks[0]
    assert check_preflight(gguf(), 4096).remarks == ()


def test_memory_of_a_gpu_is_not_judged_by_that_of_the_computer(
    gguf: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "free_memory", lambda: 1024)
    with pytest.raises(ModelError, match="are free"):
        check_preflight(gguf(), 4096)
    assert check_preflight(gguf(), 4096, on_gpu=True).free is None


BUILT = "CPU : SSE3 = 1 | AVX = 1 | AVX2 = 1 | AVX512 = 0 | LLAMAFILE = 1 | REPACK = 1 | "


def test_a_build_for_another_processor_is_told_before_it_ends_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(preflight, "processor_flags", lambda: frozenset({"avx", "avx2"}))
    check_processor(BUILT)
    monkeypatch.setattr(preflight, "processor_flags", lambda: frozenset({"avx"}))
    with pytest.raises(ModelError, match=r"processors with AVX2, which this one has not\. Please build"):
        check_processor(BUILT)
    monkeypatch.setattr(preflight, "processor_flags", lambda: None)
    check_processor(BUILT)


def test_this_machine_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert machine.cores() >= 1
    info, group = tmp_path / "meminfo", tmp_path / "cgroup"
    info.write_text("MemTotal:  4000 kB\nMemAvailable:   3000 kB\n")
    group.mkdir()
    monkeypatch.setattr(machine, "_MEMINFO", info)
    monkeypatch.setattr(machine, "_GROUP", group)
    assert machine._linux_memory() == 3000 * 1024
    (group / "memory.max").write_text("max\n")
    (group / "memory.current").write_text("1000\n")
    assert machine._linux_memory() == 3000 * 1024
    (group / "memory.max").write_text("2500\n")
    assert machine._linux_memory() == 1500
    info.unlink()
    monkeypatch.setattr(machine, "_GROUP", tmp_path / "none")
    assert machine._linux_memory() is None


def test_the_processors_flags_are_read_on_every_kind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    monkeypatch.setattr(machine, "_CPUINFO", info)
    assert machine.processor_flags() is None
    info.write_text("processor\t: 0\nflags\t\t: fpu avx avx2\n")
    assert machine.processor_flags() == {"fpu", "avx", "avx2"}
    info.write_text("processor\t: 0\nFeatures\t: fp asimd\n")
    assert machine.processor_flags() == {"fp", "asimd"}
