"""Thresholds kept by name: found again for the model they were fitted for, and for no other."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine.errors import ModelError
from engine.model_files import thresholds as kept
from engine.model_files.thresholds import Thresholds, find_thresholds, keep_thresholds, kept_thresholds

WARD = Thresholds(
    "ward", "Small", "a" * 64, "kiwi", {"drug": -0.5}, "finished notes", 12, 340, "2026-01-02T03:04:05+00:00",
    0.61, 0.64, 0.03, 0.01, 0.05, 0.02,
)  # fmt: skip


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "user_folder", lambda: tmp_path)


def test_what_is_kept_is_found_by_name_and_replaced_by_a_new_one() -> None:
    keep_thresholds(WARD)
    assert find_thresholds("ward", "a" * 64, "Small") == WARD
    newer = msgspec.structs.replace(WARD, bias={"drug": 1.0})
    path = keep_thresholds(newer)
    assert find_thresholds("ward", "a" * 64, "Small") == newer
    assert list(path.parent.iterdir()) == [path]


def test_another_model_cannot_use_them_and_has_its_own_of_the_same_name() -> None:
    keep_thresholds(WARD)
    with pytest.raises(ModelError, match="fitted for another model"):
        find_thresholds("ward", "b" * 64, "Other")
    assert kept_thresholds("b" * 64) == []
    other = msgspec.structs.replace(WARD, sha256="b" * 64, bias={"drug": 2.0})
    keep_thresholds(other)
    assert kept_thresholds("a" * 64) == [WARD]
    assert find_thresholds("ward", "b" * 64, "Other") == other


def test_an_unknown_name_is_told_which_there_are() -> None:
    keep_thresholds(WARD)
    with pytest.raises(ModelError, match=r"“clinic”.*there are: ward"):
        find_thresholds("clinic", "a" * 64, "Small")


def test_a_damaged_file_is_said_to_be_one_and_is_not_offered() -> None:
    keep_thresholds(WARD).write_text("{")
    with pytest.raises(ModelError, match="cannot be read"):
        find_thresholds("ward", "a" * 64, "Small")
    assert kept_thresholds("a" * 64) == []


@pytest.mark.parametrize("name", ["", "none", "../ward", "a/b", "ward.json", "-x", "x" * 61])
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(ModelError, match="cannot be called"):
        keep_thresholds(msgspec.structs.replace(WARD, name=name))
