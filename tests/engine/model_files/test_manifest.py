"""A manifest is read back as it was written, and nothing else passes for one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.errors import ModelError
from engine.model_files.manifest import (
    FileEntry,
    Manifest,
    Origin,
    SelfTest,
    file_entry,
    read_manifest,
    write_manifest,
)


def made(**changes: Any) -> Manifest:
    return msgspec.structs.replace(
        Manifest(
            format=1,
            kind="onnx-bert.v1",
            name="kiwi-minilm",
            title="Kiwi MiniLM",
            version="1",
            label_set="kiwi",
            summary="Finds “problems” and drugs.",
            files={"model": FileEntry("model.onnx", "a" * 64, 3)},
            options={"window": 128, "heads": [{"name": "entities", "labels": ["problem"]}]},
            origins=(Origin("MiniLM-L6-v2", "the encoder", "Apache-2.0"),),
            figures=({"what": "kiwi dev", "strict_f1": 0.75},),
            self_test=(SelfTest("Severe pain.", ((7, 11, "problem"),)),),
            known_weak=("Treatments.",),
        ),
        **changes,
    )


def test_a_manifest_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    write_manifest(tmp_path, made())
    assert read_manifest(tmp_path) == made()
    assert read_manifest(tmp_path / "manifest.toml") == made()


def test_the_hash_of_a_model_is_that_of_its_weights() -> None:
    files = {"tokenizer": FileEntry("t.json", "b" * 64, 1), "model": FileEntry("m.onnx", "c" * 64, 1)}
    assert made(files=files).sha256 == "c" * 64
    assert made(files={}).sha256 == ""


def test_an_entry_is_hashed_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"abc")
    entry = file_entry(tmp_path, "model.onnx")
    assert entry.size == 3
    assert entry.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../model.onnx",
        "a/../../b",
        "C:\\x",
        "a\\b",
        "",
        ".",
        "NUL",
        "a/com1.onnx",
        "//host/a",
        "a\nb",
    ],
)
def test_a_file_outside_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    write_manifest(tmp_path, made(files={"model": FileEntry(path, "a" * 64, 3)}))
    with pytest.raises(ModelError, match="outside its own folder"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "kiwi-minilm"', 'name = "../kiwi"'),
        ('kind = "onnx-bert.v1"', 'kind = "os:system"'),
        ("size = 3", "size = -3"),
        ('version = "1"', "version = 1"),
        ('title = "Kiwi MiniLM"', 'titel = "Kiwi MiniLM"'),
        ('sha256 = "aaaa', 'sha256 = "AAAA'),
        ("format = 1", "format = = 1"),
    ],
)
def test_what_is_not_a_manifest_is_refused_with_a_sentence(tmp_path: Path, old: str, new: str) -> None:
    path = write_manifest(tmp_path, made())
    said = path.read_text(encoding="utf-8")
    assert old in said
    path.write_text(said.replace(old, new), encoding="utf-8")
    with pytest.raises(ModelError, match="is not a model’s manifest"):
        read_manifest(tmp_path)


def test_bytes_that_are_no_text_are_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_bytes(b"\xff\xfe\x00garbage")
    with pytest.raises(ModelError, match="is not a model’s manifest"):
        read_manifest(tmp_path)


def test_a_newer_manifest_is_refused_before_its_fields_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text('format = 2\nnovelty = "x"\n')
    with pytest.raises(ModelError, match="newer version of this program"):
        read_manifest(tmp_path)


def test_a_folder_without_a_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"There is no model in “.*”: manifest.toml is missing"):
        read_manifest(tmp_path)


def test_a_role_that_no_file_has_is_named() -> None:
    assert made().path(Path("here"), "model") == Path("here/model.onnx")
    with pytest.raises(ModelError, match="names no vocabulary file"):
        made().path(Path("here"), "vocabulary")
