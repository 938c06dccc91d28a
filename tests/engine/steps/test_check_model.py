"""A check tells what a model is and how it does here, and what is wrong as one sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import Cancelled
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.model_files import preflight
from engine.model_files.installed import InstalledModel
from engine.model_files.manifest import Manifest, file_entry, write_manifest
from engine.model_files.places import models_folder
from engine.steps import estimate_run
from engine.steps.check_model import ModelCheck, check_model

KIWI = find_label_set("kiwi", models_folder())


@pytest.fixture(autouse=True)
def _short_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate_run, "LONG_ENOUGH_SECONDS", 0.01)


def model(folder: Path, kind: str, role: str, file: Path) -> InstalledModel:
    folder.mkdir()
    file = file.rename(folder / file.name)
    manifest = Manifest(1, kind, "some", "Some", "1", "kiwi", files={role: file_entry(folder, file.name)})
    write_manifest(folder, manifest)
    return InstalledModel(manifest, folder)


def terms(tmp_path: Path) -> InstalledModel:
    file = tmp_path / "terms.tsv"
    file.write_text("fever\tproblem\n", encoding="utf-8")
    return model(tmp_path / "some", "dictionary.v1", "terms", file)


def found(check: ModelCheck) -> dict[str, tuple[bool | None, str]]:
    return {one.what: (one.good, one.said) for one in check.findings}


def test_a_simple_model_is_whole_loads_and_has_a_speed(tmp_path: Path) -> None:
    check = check_model(terms(tmp_path), KIWI, Job())
    assert check.usable
    assert found(check)["Files"][0]
    assert found(check)["Loads"] == (True, "on CPU")
    assert "characters a second" in found(check)["Speed"][1]
    assert check.facts["speed"]["characters"] > 0


def test_nothing_is_loaded_where_a_file_is_damaged(tmp_path: Path) -> None:
    damaged = terms(tmp_path)
    (damaged.folder / "terms.tsv").write_text("fever\tPROBLEM\n", encoding="utf-8")
    check = check_model(damaged, KIWI, Job())
    assert not check.usable
    assert list(found(check)) == ["Use"]
    assert "SHA-256 differs" in found(check)["Use"][1]


def test_a_language_model_is_looked_into_before_it_is_loaded(
    tmp_path: Path, gguf: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = model(tmp_path / "some", "llama-cpp.v1", "model", gguf(general__license=None))
    check = check_model(whole, KIWI, Job(), run=False)
    assert check.usable
    assert found(check)["Network"][1].startswith("llama, 0 million weights in Q8_0, 5,000 tokens")
    assert found(check)["Licence"][0] is None
    assert "look up whether it may be used" in found(check)["Licence"][1]
    assert check.facts["file"]["architecture"] == "llama"
    monkeypatch.setattr(preflight, "free_memory", lambda: 1024)
    short = check_model(whole, KIWI, Job())
    assert found(short)["Memory"][0] is False
    assert "Close other programs" in found(short)["Memory"][1]
    assert "Loads" not in found(short)


def test_a_network_of_another_kind_is_told(tmp_path: Path, gguf: Callable[..., Path]) -> None:
    encoder = model(tmp_path / "some", "llama-cpp.v1", "model", gguf(general__architecture="bert"))
    check = check_model(encoder, KIWI, Job())
    assert found(check)["Network"][0] is False
    assert "is an encoder" in found(check)["Network"][1]


def test_a_model_that_cannot_be_loaded_says_why(tmp_path: Path) -> None:
    file = tmp_path / "terms.tsv"
    file.write_text("-\tproblem\n", encoding="utf-8")
    check = check_model(model(tmp_path / "some", "dictionary.v1", "terms", file), KIWI, Job())
    assert found(check)["Use"] == (False, "There is no term in “terms.tsv”.")


def test_a_cancel_stops_the_check(tmp_path: Path) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        check_model(terms(tmp_path), KIWI, job)
