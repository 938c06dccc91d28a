"""Environments are made once, from hashed files, and the program's own wheel is a whole one."""

from __future__ import annotations

import base64
import configparser
import ctypes
import hashlib
import zipfile
from pathlib import Path
from typing import Any

import pytest


def test_the_own_wheel_points_to_this_tree_and_brings_the_commands(script: Any, tmp_path: Path) -> None:
    path = script("environments").own_wheel(tmp_path)
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        texts = {name: wheel.read(name) for name in names}
    facts = next(name.partition("/")[0] for name in names if name.endswith("/METADATA"))
    assert path.name == f"{facts.removesuffix('.dist-info')}-py3-none-any.whl"
    assert Path(texts["tagwell.pth"].decode().strip()) == Path(__file__).resolve().parents[2]
    points = configparser.ConfigParser()
    points.read_string(texts[f"{facts}/entry_points.txt"].decode())
    assert dict(points["console_scripts"]) == {"tagwell": "engine.__main__:main"}
    assert dict(points["gui_scripts"]) == {"tagwell-desktop": "desktop.__main__:main"}
    for line in texts[f"{facts}/RECORD"].decode().splitlines():
        name, digest, size = line.split(",")
        if digest:
            sha256 = base64.urlsafe_b64encode(hashlib.sha256(texts[name]).digest()).rstrip(b"=").decode()
            assert (digest, int(size)) == (f"sha256={sha256}", len(texts[name]))


def recorded(module: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """Let `module` make environments below `tmp_path`, and pip be called in name only."""
    calls: list[list[str]] = []
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "_commands", lambda: ("tagwell", "1", {"console_scripts": {}}))
    monkeypatch.setattr(module.subprocess, "call", lambda command, **_: calls.append(command) or 0)

    def made(self: Any, folder: Path) -> None:
        folder.mkdir(exist_ok=True)

    monkeypatch.setattr(module.venv.EnvBuilder, "create", made)
    return calls


def test_an_environment_is_made_once_and_anew_when_its_file_changes(
    script: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module = script("environments")
    calls = recorded(module, monkeypatch, tmp_path)
    monkeypatch.setattr(module, "REQUIREMENTS", tmp_path)
    (tmp_path / "dev.txt").write_text("a==1 \\\n    --hash=sha256:00\n")
    environment = module.Environment(".venv-x", (module.Step("dev.txt"),))
    environment.prepare()
    assert len(calls) == 2
    assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(calls[0])
    assert calls[1][-1].endswith(".whl")
    environment.prepare()
    assert len(calls) == 2, "nothing is installed twice"
    (tmp_path / "dev.txt").write_text("a==2 \\\n    --hash=sha256:00\n")
    environment.prepare()
    assert len(calls) == 4


def test_an_environment_that_was_not_finished_is_made_anew(
    script: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module = script("environments")
    recorded(module, monkeypatch, tmp_path)
    monkeypatch.setattr(module.subprocess, "call", lambda *_, **__: 1)
    with pytest.raises(SystemExit, match="could not be installed"):
        module.TEST.prepare()
    calls = recorded(module, monkeypatch, tmp_path)
    module.TEST.prepare()
    assert len(calls) == 2


def test_the_build_tools_of_llama_cpp_come_first_and_hashed(script: Any) -> None:
    module = script("environments")
    text = (module.REQUIREMENTS / "llm.txt").read_text()
    chosen = module._chosen(text, module._BUILD_TOOLS)
    names = [line.partition("==")[0] for line in chosen.splitlines() if line[0].isalnum()]
    assert sorted(names) == sorted(module._BUILD_TOOLS)
    assert chosen.count("--hash=sha256:") >= len(names)
    assert "--require-hashes" in module.LLM.steps[1].options


class Driver:
    """A driver of CUDA that knows its version and how many cards there are."""

    def __init__(self, version: int, cards: int = 1, failure: int = 0) -> None:
        self.version, self.cards, self.failure = version, cards, failure

    def cuDriverGetVersion(self, pointer: Any) -> int:  # noqa: N802 - the library's own name
        pointer._obj.value = self.version
        return self.failure

    def cuInit(self, _flags: int) -> int:  # noqa: N802 - the library's own name
        return 0 if self.cards else 100


@pytest.mark.parametrize(
    ("driver", "expected"),
    [
        (Driver(13000), "gpu"),
        (Driver(13010), "gpu"),
        (Driver(12080), "cpu"),
        (Driver(13000, failure=3), "cpu"),
        (Driver(13000, cards=0), "cpu"),
        (None, "cpu"),
    ],
)
def test_a_machine_takes_the_gpu_only_with_a_card_and_a_new_driver(
    script: Any, monkeypatch: pytest.MonkeyPatch, driver: Driver | None, expected: str
) -> None:
    module = script("environments")

    def load(_name: str) -> Driver:
        if driver is None:
            raise OSError("no such library")
        return driver

    monkeypatch.setattr(module.sys, "platform", "linux")
    monkeypatch.setattr(module.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(ctypes, "CDLL", load)
    assert module.runtime() == expected
    monkeypatch.setattr(module.platform, "machine", lambda: "arm64")
    assert module.runtime() == "cpu"
