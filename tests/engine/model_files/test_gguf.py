"""A GGUF file is read as it was written, and a damaged one is refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import ModelError
from engine.model_files.gguf import Counted, read_gguf

plain = st.one_of(
    st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.text(max_size=30)
)
metadata = st.dictionaries(
    st.text(min_size=1, max_size=20).filter(lambda key: key != "general.alignment"),
    plain | st.lists(st.integers(0, 2**40), max_size=9) | st.lists(st.text(max_size=5), max_size=9),
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=metadata)
def test_metadata_is_read_as_it_was_written(
    tmp_path: Path, written: Callable[..., bytes], said: dict[str, Any]
) -> None:
    path = tmp_path / "any.gguf"
    path.write_bytes(written(said))
    assert dict(read_gguf(path).metadata) == said


def test_tensors_and_long_lists_are_counted(gguf: Callable[..., Path]) -> None:
    file = read_gguf(gguf())
    assert [(one.name, one.shape, one.size) for one in file.tensors] == [
        ("token_embd.weight", (64, 5000), 340_000),
        ("norm.weight", (64,), 256),
    ]
    assert file.metadata["tokenizer.ggml.tokens"] == Counted(5000)
    assert file.length("tokenizer.ggml.tokens") == 5000
    assert file.metadata["general.name"] == "Tiny"
    assert file.data_start + 340_000 + 256 == file.size


def test_every_cut_is_noticed(gguf: Callable[..., Path], tmp_path: Path) -> None:
    whole = gguf().read_bytes()
    cut = tmp_path / "cut.gguf"
    for length in [*range(4, 400, 7), len(whole) // 2, len(whole) - 1]:
        cut.write_bytes(whole[:length])
        with pytest.raises(ModelError, match=r"“cut\.gguf” is cut short"):
            read_gguf(cut)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 300), byte=st.integers(0, 255))
def test_a_changed_byte_never_ends_in_anything_but_a_sentence(
    tmp_path: Path, written: Callable[..., bytes], at: int, byte: int
) -> None:
    said = {"general.architecture": "llama", "tokenizer.ggml.tokens": ["a", "b"], "numbers": [1, 2, 3]}
    raw = bytearray(written(said, [("w", (32, 2), 8, 68)]))
    raw[at % len(raw)] = byte
    path = tmp_path / "changed.gguf"
    path.write_bytes(raw)
    with suppress(ModelError):
        assert read_gguf(path).size == len(raw)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"PK\3\4" + b"\0" * 40, "is not a GGUF file"),
        (b"", "is not a GGUF file"),
        (b"GGML" + b"\0" * 40, "gave up in 2023"),
        (b"GGUF\0\0\0\3" + b"\0" * 40, "another kind of processor"),
        (b"GGUF\x09\0\0\0" + b"\0" * 40, "version 9"),
        (b"GGUF\3\0\0\0" + b"\xff" * 16, "makes no sense"),
    ],
)
def test_other_files_are_told_apart(tmp_path: Path, raw: bytes, sentence: str) -> None:
    path = tmp_path / "other.gguf"
    path.write_bytes(raw)
    with pytest.raises(ModelError, match=sentence):
        read_gguf(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"“none\.gguf” is missing"):
        read_gguf(tmp_path / "none.gguf")
