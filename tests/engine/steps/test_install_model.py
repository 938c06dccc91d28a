"""A bundle is installed whole and verified, or not at all."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from engine.errors import Cancelled, DiskFull, ModelError
from engine.jobs.job import Job
from engine.model_files import installed
from engine.model_files.installed import find_model
from engine.model_files.manifest import Manifest, file_entry, write_manifest
from engine.steps import install_model as step
from engine.steps.install_model import install_model


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This user's folder of models, not there yet; the program came with none."""
    shipped, own = tmp_path / "shipped", tmp_path / "user" / "models"
    (shipped / "default").mkdir(parents=True)
    monkeypatch.setattr(installed, "models_folder", lambda: shipped)
    monkeypatch.setattr(installed, "installed_models_folder", lambda: own)
    monkeypatch.setattr(step, "installed_models_folder", lambda: own)
    return own


def bundle(
    folder: Path, version: str = "1", terms: bytes = b"fever\tproblem\n", kind: str = "dictionary.v1"
) -> Path:
    (folder / "parts").mkdir(parents=True)
    (folder / "parts" / "terms.tsv").write_bytes(terms)
    files = {"terms": file_entry(folder, "parts/terms.tsv")}
    write_manifest(folder, Manifest(1, kind, "fevers", "Fevers", version, "kiwi", files=files))
    (folder / "LICENSE").write_text("CC0\n")
    (folder / "stray.exe").write_bytes(b"MZ")
    return folder


def test_a_bundle_is_installed_with_its_licence_and_nothing_else(models: Path, tmp_path: Path) -> None:
    model = install_model(bundle(tmp_path / "usb"), Job())
    assert model.folder == models / "fevers"
    found = sorted(str(path.relative_to(models)) for path in models.rglob("*") if path.is_file())
    assert found == ["fevers/LICENSE", "fevers/manifest.toml", "fevers/parts/terms.tsv"]
    find_model("fevers").check()


def test_a_newer_version_takes_the_place_of_the_older(models: Path, tmp_path: Path) -> None:
    install_model(bundle(tmp_path / "one"), Job())
    install_model(bundle(tmp_path / "two", "2", b"cough\tproblem\n"), Job())
    assert find_model("fevers").manifest.version == "2"
    assert [path.name for path in models.iterdir()] == ["fevers"]


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [(None, "is missing"), (b"fever\tpro", "is cut short"), (b"fever\tPROBLEM\n", "SHA-256 differs")],
)
def test_a_damaged_bundle_is_refused_and_the_model_before_it_stays(
    models: Path, tmp_path: Path, terms: bytes | None, sentence: str
) -> None:
    install_model(bundle(tmp_path / "one"), Job())
    damaged = bundle(tmp_path / "two", "2")
    (damaged / "parts" / "terms.tsv").unlink()
    if terms is not None:
        (damaged / "parts" / "terms.tsv").write_bytes(terms)
    with pytest.raises(ModelError, match=sentence):
        install_model(damaged, Job())
    assert find_model("fevers").manifest.version == "1"
    assert [path.name for path in models.iterdir()] == ["fevers"]


def test_a_folder_that_is_no_bundle_is_refused(models: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest\.toml is missing"):
        install_model(tmp_path, Job())
    assert not models.exists()


def test_a_kind_of_the_future_is_refused(models: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"kind “oracle\.v1”"):
        install_model(bundle(tmp_path / "usb", kind="oracle.v1"), Job())


def test_a_shipped_model_is_not_replaced(models: Path, tmp_path: Path) -> None:
    bundle(tmp_path / "shipped" / "default" / "fevers")
    with pytest.raises(ModelError, match="came with this program"):
        install_model(bundle(tmp_path / "usb"), Job())


def test_a_cancel_leaves_nothing(models: Path, tmp_path: Path) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        install_model(bundle(tmp_path / "usb"), job)
    assert not list(models.iterdir())


def test_a_full_disk_leaves_nothing(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(DiskFull, match="The model was not installed"):
        install_model(bundle(tmp_path / "usb"), Job())
    assert not list(models.iterdir())
