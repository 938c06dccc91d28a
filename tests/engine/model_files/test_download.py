"""A download is pinned, verified and resumed; the hub has the real library's signatures and no network."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import BinaryIO

import pytest

from engine.errors import Cancelled, ModelError
from engine.jobs.job import Job
from engine.model_files.download import _ALONE, _OFFLINE, download
from engine.model_files.downloads import Download
from engine.model_files.manifest import read_manifest

COMMIT = "a" * 40


class EntryNotFoundError(Exception):
    """As the library calls it."""


class GatedRepoError(Exception):
    """As the library calls it."""


@dataclass
class Hub:
    """A hub with one repository: what it holds, what it promises, and what was asked of it."""

    files: dict[str, bytes]
    large: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)
    breaks_at: str = ""
    refuses: Exception | None = None
    sends: dict[str, bytes] = field(default_factory=dict)

    def model_info(
        self, repo_id: str, *, revision: str | None = None, files_metadata: bool = False
    ) -> SimpleNamespace:
        assert files_metadata
        if self.refuses:
            raise self.refuses
        self.asked.append(("info", revision or ""))
        siblings = [
            SimpleNamespace(
                rfilename=path,
                size=len(raw),
                lfs=SimpleNamespace(sha256=hashlib.sha256(raw).hexdigest()) if path in self.large else None,
            )
            for path, raw in self.files.items()
        ]
        return SimpleNamespace(sha=COMMIT, siblings=siblings)

    def hf_hub_url(self, repo_id: str, filename: str, *, revision: str | None = None) -> str:
        assert revision == COMMIT
        return f"{repo_id}/{filename}"

    def http_get(
        self,
        url: str,
        temp_file: BinaryIO,
        *,
        resume_size: int = 0,
        headers: dict[str, str] | None = None,
        expected_size: int | None = None,
    ) -> None:
        name = url.removeprefix("owner/some/").removeprefix("o/n/")
        raw = self.sends.get(name, self.files[name])
        assert headers == {"authorization": "test"}
        assert expected_size == len(self.files[name])
        if resume_size == expected_size:
            return
        self.asked.append((name, str(resume_size)))
        if name == self.breaks_at:
            temp_file.write(raw[resume_size : len(raw) // 2])
            raise ConnectionError
        temp_file.write(raw[resume_size:])


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a download sets for its own process is taken back."""
    for name in (*_OFFLINE, *_ALONE):
        monkeypatch.setenv(name, os.environ.get(name, "1"))


@pytest.fixture
def hub(gguf: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A repository with a real GGUF file, its licence and its card."""
    raw = gguf("source.gguf").read_bytes()
    made = Hub({"m-q8.gguf": raw, "LICENSE": b"free\n", "README.md": b"# Card\n", "other.gguf": b"x"})
    made.large = {"m-q8.gguf"}
    library = ModuleType("huggingface_hub")
    library.HfApi = lambda: made  # type: ignore[attr-defined]
    library.hf_hub_url = made.hf_hub_url  # type: ignore[attr-defined]
    for name, parts in (
        ("file_download", {"http_get": made.http_get}),
        ("utils", {"build_hf_headers": lambda: {"authorization": "test"}}),
    ):
        part = ModuleType(f"huggingface_hub.{name}")
        vars(part).update(parts)
        setattr(library, name, part)
        monkeypatch.setitem(sys.modules, f"huggingface_hub.{name}", part)
    monkeypatch.setitem(sys.modules, "huggingface_hub", library)
    return made


MODEL = Download("some-model", "Some Model", "owner/some", ("m-q8.gguf",), licence="apache-2.0")


def test_a_bundle_names_its_commit_and_hashes_and_holds_the_papers(hub: Hub, tmp_path: Path) -> None:
    bundle = download(MODEL, tmp_path / "stick", Job())
    assert sorted(path.name for path in bundle.iterdir()) == [
        "LICENSE",
        "README.md",
        "m-q8.gguf",
        "manifest.toml",
    ]
    manifest = read_manifest(bundle)
    assert (manifest.name, manifest.kind, manifest.licence) == ("some-model", "llama-cpp.v1", "apache-2.0")
    assert manifest.sha256 == hashlib.sha256(hub.files["m-q8.gguf"]).hexdigest()
    assert COMMIT in manifest.origins[0].what
    assert [path.name for path in bundle.parent.iterdir()] == ["some-model"]


def test_a_download_that_broke_off_goes_on_where_it_ended(hub: Hub, tmp_path: Path) -> None:
    hub.breaks_at = "m-q8.gguf"
    with pytest.raises(ModelError, match=r"Call the command again to go on"):
        download(MODEL, tmp_path, Job())
    assert not (tmp_path / "some-model").exists()
    hub.breaks_at = ""
    bundle = download(MODEL, tmp_path, Job())
    half = str(len(hub.files["m-q8.gguf"]) // 2)
    assert [at for name, at in hub.asked if name == "m-q8.gguf"] == ["0", half]
    assert (bundle / "m-q8.gguf").read_bytes() == hub.files["m-q8.gguf"]


def test_a_cancel_keeps_what_came(hub: Hub, tmp_path: Path) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        download(MODEL, tmp_path, job)
    assert (tmp_path / "some-model.part" / "m-q8.gguf").stat().st_size > 0


def test_a_file_that_would_lie_elsewhere_is_refused(hub: Hub, tmp_path: Path) -> None:
    hub.files = {"../../evil.gguf": b"x"}
    with pytest.raises(ModelError, match="outside its folder"):
        download(Download("x", "X", "owner/some", ("../../evil.gguf",)), tmp_path / "deep" / "er", Job())
    assert not list(tmp_path.rglob("evil.gguf"))


def test_a_file_that_is_not_the_promised_one_is_taken_away(hub: Hub, tmp_path: Path) -> None:
    raw = hub.files["m-q8.gguf"]
    hub.sends = {"m-q8.gguf": raw[:-1] + bytes([raw[-1] ^ 1])}
    with pytest.raises(ModelError, match="not the one that the hub promised"):
        download(MODEL, tmp_path, Job())
    assert not (tmp_path / "some-model.part" / "m-q8.gguf").exists()
    hub.sends = {}
    assert download(MODEL, tmp_path, Job()).name == "some-model"


def test_files_to_convert_lie_side_by_side_with_a_record(hub: Hub, tmp_path: Path) -> None:
    hub.files = {"onnx/model.onnx": b"onnx", "config.json": b"{}", "tokenizer.json": b"{}"}
    chosen = Download("ner", "NER", "o/n", ("onnx/model.onnx", "config.json"), kind="convert")
    bundle = download(chosen, tmp_path, Job())
    assert sorted(path.name for path in bundle.iterdir()) == ["config.json", "download.toml", "model.onnx"]
    assert COMMIT in (bundle / "download.toml").read_text()


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (GatedRepoError(), "accepted its terms there"),
        (EntryNotFoundError(), "does not have one of the files any more"),
        (ConnectionError(), "The hub cannot be reached"),
        (PermissionError(), "The network is closed to this process"),
    ],
)
def test_a_hub_that_refuses_is_told_in_a_sentence(
    hub: Hub, tmp_path: Path, refusal: Exception, sentence: str
) -> None:
    hub.refuses = refusal
    with pytest.raises(ModelError, match=sentence):
        download(MODEL, tmp_path, Job())
    assert not list(tmp_path.glob("some-model*"))


def test_a_file_that_is_not_there_is_told_with_those_that_are(hub: Hub, tmp_path: Path) -> None:
    chosen = Download("x", "X", "o/x", ("none.gguf",))
    with pytest.raises(ModelError, match=r"no file “none\.gguf”\. It has: m-q8\.gguf, other\.gguf"):
        download(chosen, tmp_path, Job())


def test_a_bundle_is_never_replaced(hub: Hub, tmp_path: Path) -> None:
    download(MODEL, tmp_path, Job())
    with pytest.raises(ModelError, match="is there already"):
        download(MODEL, tmp_path, Job())


def test_without_the_library_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ModelError, match="extra “download”"):
        download(MODEL, tmp_path, Job())
