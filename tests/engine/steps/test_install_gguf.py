"""A GGUF file is installed with what it says of itself, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import Cancelled, ModelError
from engine.jobs.job import Job
from engine.model_files import installed, preflight
from engine.model_files.gguf_manifest import Wanted, name_from
from engine.model_files.installed import find_model
from engine.steps import install_gguf as step
from engine.steps import install_model
from engine.steps.install_gguf import install_gguf

BASE = (("blk.0.attn_q.weight", (64, 128), 0, 32_768),)
LORA = (("blk.0.attn_q.weight.lora_a", (64, 4), 0, 1024), ("blk.0.attn_q.weight.lora_b", (4, 128), 0, 2048))


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This user's folder of models, not there yet; the program came with none."""
    shipped, own = tmp_path / "shipped", tmp_path / "user" / "models"
    (shipped / "default").mkdir(parents=True)
    monkeypatch.setattr(installed, "models_folder", lambda: shipped)
    for module in (installed, install_model, step):
        monkeypatch.setattr(module, "installed_models_folder", lambda: own)
    return own


def test_a_file_becomes_a_model_that_tells_what_it_is(models: Path, gguf: Callable[..., Path]) -> None:
    file = gguf(general__name="Med Writer 3B (v2)", tokenizer__chat_template="{{ messages }}")
    done = install_gguf(file, Wanted(label_set="kiwi", options={"prompt": "few-shot"}), Job())
    model = find_model("med-writer-3b-v2")
    assert model == done.model
    model.check()
    assert file.is_file()
    assert model.manifest.kind == "llama-cpp.v1"
    assert model.manifest.licence == "apache-2.0"
    assert model.manifest.options == {"context": 4096, "chat": True, "prompt": "few-shot"}
    assert (
        model.manifest.summary == "llama with 0.3 million weights in Q8_0, for texts of up to 8,192 tokens."
    )


def test_a_damaged_copy_is_told_by_its_hash(models: Path, gguf: Callable[..., Path]) -> None:
    model = install_gguf(gguf(), Wanted(), Job()).model
    path = model.folder / "model.gguf"
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    with pytest.raises(ModelError, match="SHA-256 differs"):
        find_model("tiny").check()


def test_what_cannot_tag_is_not_installed(models: Path, gguf: Callable[..., Path]) -> None:
    with pytest.raises(ModelError, match="is an encoder"):
        install_gguf(gguf(general__architecture="bert"), Wanted(), Job())
    with pytest.raises(ModelError, match="cannot be a model’s name"):
        install_gguf(gguf(), Wanted(name="../x"), Job())
    assert not models.exists()


def test_too_little_memory_now_is_said_and_does_not_stand_in_the_way(
    models: Path, gguf: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "free_memory", lambda: 10)
    assert "are free" in install_gguf(gguf(), Wanted(), Job()).found.shortage


def test_an_adapter_is_installed_with_its_base(models: Path, gguf: Callable[..., Path]) -> None:
    install_gguf(gguf("base.gguf", BASE, general__name="Base"), Wanted(label_set="kiwi"), Job())
    adapter = gguf("ward.gguf", LORA, general__type="adapter", adapter__type="lora")
    model = install_gguf(adapter, Wanted(base="base"), Job()).model
    assert model.manifest.name == "base-ward"
    assert model.manifest.label_set == "kiwi"
    assert model.manifest.options["adapters"] == {"adapter": 1.0}
    assert sorted(model.manifest.files) == ["adapter", "model"]
    model.check()
    assert (model.folder / "model.gguf").stat().st_nlink == 2  # the base takes its room once


def test_an_adapter_for_another_model_is_refused(models: Path, gguf: Callable[..., Path]) -> None:
    install_gguf(gguf("base.gguf", BASE, general__name="Base"), Wanted(), Job())
    adapter = gguf(
        "x.gguf", LORA, general__type="adapter", adapter__type="lora", general__architecture="phi3"
    )
    with pytest.raises(ModelError, match="kind “phi3”"):
        install_gguf(adapter, Wanted(base="base"), Job())
    assert [path.name for path in models.iterdir()] == ["base"]


def test_a_cancel_leaves_nothing(models: Path, gguf: Callable[..., Path]) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        install_gguf(gguf(), Wanted(), job)
    assert not list(models.iterdir())


@pytest.mark.parametrize(
    ("title", "name"),
    [("Llama 3.1 8B", "llama-3.1-8b"), ("  µ?", "model"), ("x" * 80, "x" * 64), ("a_b", "a-b")],
)
def test_a_name_is_made_of_any_title(title: str, name: str) -> None:
    assert name_from(title) == name
