"""Models are found by name, and a file that is not the right one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import Cancelled, ModelError
from engine.jobs.job import Job
from engine.model_files import installed, places
from engine.model_files.installed import (
    InstalledModel,
    choose_default,
    chosen_default,
    default_model,
    find_model,
    installed_models,
)
from engine.model_files.manifest import Manifest, file_entry, write_manifest


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The folders of shipped and of installed models, empty."""
    shipped, own = tmp_path / "models", tmp_path / "own"
    (shipped / "default").mkdir(parents=True)
    own.mkdir()
    monkeypatch.setattr(installed, "models_folder", lambda: shipped)
    monkeypatch.setattr(installed, "installed_models_folder", lambda: own)
    monkeypatch.setattr(installed, "user_folder", lambda: tmp_path / "user")
    monkeypatch.delenv("TAGWELL_DEFAULT_MODEL", raising=False)
    return shipped / "default", own


def put(root: Path, name: str, weights: bytes = b"weights") -> Path:
    folder = root / name
    folder.mkdir()
    (folder / "model.onnx").write_bytes(weights)
    files = {"model": file_entry(folder, "model.onnx")}
    write_manifest(folder, Manifest(1, "onnx-bert.v1", name, name.title(), "1", "kiwi", files=files))
    return folder


def test_shipped_models_come_first_and_a_name_is_listed_once(folders: tuple[Path, Path]) -> None:
    shipped, own = folders
    put(own, "aaa")
    put(own, "kiwi")
    put(shipped, "kiwi")
    models = installed_models()
    assert [(model.manifest.name, model.shipped) for model in models] == [("kiwi", True), ("aaa", False)]
    assert default_model().folder == shipped / "kiwi"


def test_a_folder_that_cannot_be_read_costs_only_itself(folders: tuple[Path, Path]) -> None:
    _, own = folders
    put(own, "good")
    (put(own, "bad") / "manifest.toml").write_text("format = 1\n")
    problems: list[str] = []
    assert [model.manifest.name for model in installed_models(problems)] == ["good"]
    assert len(problems) == 1
    assert "bad/manifest.toml" in problems[0]


def test_a_model_is_found_by_name_by_folder_and_by_manifest(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    _, own = folders
    put(own, "mine")
    elsewhere = put(tmp_path, "elsewhere")
    assert find_model("mine").folder == own / "mine"
    assert find_model(str(elsewhere)).manifest.name == "elsewhere"
    assert find_model(str(elsewhere / "manifest.toml")).folder == elsewhere
    with pytest.raises(ModelError, match=r"no model called “yours”\. Models here: mine"):
        find_model("yours")


def test_a_program_without_a_model_says_so(folders: tuple[Path, Path]) -> None:
    with pytest.raises(ModelError, match="came without a model"):
        default_model()


def model_in(root: Path) -> InstalledModel:
    return find_model(str(put(root, "mine", b"x" * 100)))


def test_a_whole_model_passes_its_check(tmp_path: Path, folders: tuple[Path, Path]) -> None:
    model_in(tmp_path).check(Job())


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        (None, "“model.onnx” of the model “Mine” is missing"),
        (b"x" * 99, "is cut short: 99 of 100 bytes"),
        (b"x" * 101, "is not the file that the model was made with"),
        (b"y" * 100, "is not the file that the model was made with"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(
    tmp_path: Path, folders: tuple[Path, Path], weights: bytes | None, sentence: str
) -> None:
    model = model_in(tmp_path)
    path = model.folder / "model.onnx"
    path.unlink()
    if weights is not None:
        path.write_bytes(weights)
    with pytest.raises(ModelError, match=sentence):
        model.check()


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, folders: tuple[Path, Path]) -> None:
    model = model_in(tmp_path)
    outside = tmp_path / "outside.onnx"
    (model.folder / "model.onnx").rename(outside)
    (model.folder / "model.onnx").symlink_to(outside)
    with pytest.raises(ModelError, match="leads out of the model’s own folder"):
        model.check()


def test_a_check_stops_when_asked(tmp_path: Path, folders: tuple[Path, Path]) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        model_in(tmp_path).check(job)


def test_the_models_folder_is_told_by_its_label_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "foreign").mkdir()
    (tmp_path / "ours" / "label_sets").mkdir(parents=True)
    monkeypatch.setattr(places, "_candidates", lambda: [tmp_path / "foreign", tmp_path / "ours"])
    assert places.models_folder() == tmp_path / "ours"
    monkeypatch.setattr(places, "_candidates", lambda: [tmp_path / "foreign"])
    with pytest.raises(ModelError, match="install the program again"):
        places.models_folder()


def test_the_users_models_lie_in_the_users_own_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert places.installed_models_folder().parts[-2:] == ("tagwell", "models")


def test_a_choice_is_remembered_and_comes_first_until_it_is_forgotten(folders: tuple[Path, Path]) -> None:
    shipped, own = folders
    put(shipped, "clinical")
    put(shipped, "clinical-open")
    put(own, "mine")
    assert default_model().manifest.name == "clinical"
    choose_default("mine")
    assert default_model().manifest.name == "mine"
    assert [model.manifest.name for model in installed_models()] == ["mine", "clinical", "clinical-open"]
    choose_default("")
    assert default_model().manifest.name == "clinical"


def test_the_setting_of_a_site_goes_before_the_choice_of_a_user(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped, _ = folders
    put(shipped, "clinical")
    put(shipped, "clinical-open")
    choose_default("clinical")
    monkeypatch.setenv("TAGWELL_DEFAULT_MODEL", "clinical-open")
    assert (chosen_default(), default_model().manifest.name) == ("clinical-open", "clinical-open")


def test_a_default_that_is_not_here_is_told_and_cannot_be_chosen(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folders[0], "clinical")
    with pytest.raises(ModelError, match="none-such"):
        choose_default("none-such")
    monkeypatch.setenv("TAGWELL_DEFAULT_MODEL", "gone")
    with pytest.raises(ModelError, match="gone"):
        default_model()
