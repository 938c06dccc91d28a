"""The one script does what it is told, in the environment that this needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def develop(script: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The script with its calls of Python written down in `calls` instead of made."""
    module = script("develop")
    module.calls = []
    module.answers = {}
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "require", lambda *_: None)
    monkeypatch.setattr(module.Environment, "prepare", lambda self: None)

    def python(environment: Any, *arguments: str) -> int:
        module.calls.append((environment.name, *arguments))
        return int(module.answers.get(arguments[1], 0))

    monkeypatch.setattr(module, "python", python)
    return module


def called(develop: Any, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(develop.sys, "argv", ["develop.py", *arguments])
    return int(develop.main())


def test_without_a_screen_the_demo_runs_on_the_command_line(
    develop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(develop.sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert called(develop, monkeypatch, "run") == 0
    assert develop.calls == [(".venv", "-m", "engine", "demo")]
    monkeypatch.setenv("DISPLAY", ":0")
    called(develop, monkeypatch, "run")
    assert develop.calls[1] == (".venv", "-m", "desktop", "--demo")


def test_the_tests_need_neither_torch_nor_a_compiler_unless_told(
    develop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert called(develop, monkeypatch, "test") == 0
    assert {name for name, *_ in develop.calls} == {".venv-test"}
    develop.calls.clear()
    assert called(develop, monkeypatch, "test", "--all") == 0
    assert {name for name, *_ in develop.calls} == {".venv-test", ".venv-llm", ".venv-train"}


def test_arguments_of_pytest_are_handed_on(develop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    called(develop, monkeypatch, "test", "tests/engine/text", "-x", "-k", "span")
    assert develop.calls[-1][-4:] == ("tests/engine/text", "-x", "-k", "span")


def test_a_failure_anywhere_is_the_exit_code(develop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    develop.answers = {"ruff": 1}
    assert called(develop, monkeypatch, "check") == 1
    assert called(develop, monkeypatch, "test") == 1
    assert any("pytest" in call for call in develop.calls), "the tests run all the same"
    develop.answers = {"pytest": 1}
    assert called(develop, monkeypatch, "test") == 1
    develop.answers = {"pytest": 5}
    assert called(develop, monkeypatch, "test", "--llm") == 1, "that no test was found is no success"
    assert called(develop, monkeypatch, "endure") == 1
    assert called(develop, monkeypatch, "test", "--llm", "-k", "span") == 0, "but for what the caller chose"


def test_endure_goes_on_where_it_was_stopped(
    develop: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TAGWELL_KILLS", raising=False)
    monkeypatch.delenv("TAGWELL_SEED", raising=False)
    state = tmp_path / ".tagwell" / "endure.json"
    state.parent.mkdir()
    state.write_text(json.dumps({"kills": 160}))
    assert called(develop, monkeypatch, "endure") == 0
    assert len(develop.calls) == 2
    assert os.environ["TAGWELL_SEED"] == "180"
    assert not state.exists(), "the next call begins anew"
    develop.answers = {"pytest": 1}
    assert called(develop, monkeypatch, "endure") == 1


def test_it_runs_from_any_folder_with_nothing_but_python(tmp_path: Path) -> None:
    command = [sys.executable, "-E", "-S", str(ROOT / "packaging" / "develop.py"), "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name in ("run", "test", "check", "bench", "endure"):
        assert f"develop.py {name} " in done.stdout
