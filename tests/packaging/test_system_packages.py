"""Packages of the system are installed where that is allowed, and named where it is not."""

from __future__ import annotations

from typing import Any

import pytest


def prepared(module: Any, monkeypatch: pytest.MonkeyPatch, *, allowed: list[str] | None) -> list[list[str]]:
    calls: list[list[str]] = []
    monkeypatch.setattr(module.sys, "platform", "linux")
    monkeypatch.setattr(module, "_allowed", lambda: allowed)
    monkeypatch.setattr(module.subprocess, "call", lambda command, **_: calls.append(command) or 0)
    return calls


def needs(module: Any) -> list[Any]:
    return [module.Need("libhere", lambda: True), module.Need("libgone1", lambda: False)]


def test_only_what_is_missing_is_installed(script: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module = script("system_packages")
    calls = prepared(module, monkeypatch, allowed=["sudo"])
    module.require(needs(module), "the window")
    assert len(calls) == 1
    assert calls[0][:3] == ["sudo", "apt-get", "install"]
    assert "libgone1" in calls[0]
    assert "libhere" not in calls[0]


def test_where_it_is_not_allowed_the_command_for_an_administrator_is_told(
    script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = script("system_packages")
    calls = prepared(module, monkeypatch, allowed=None)
    with pytest.raises(SystemExit, match=r"have an administrator run: sudo apt-get install .* libgone1"):
        module.require(needs(module), "The window")
    assert calls == []


def test_stale_lists_are_renewed_and_the_install_tried_again(
    script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = script("system_packages")
    calls = prepared(module, monkeypatch, allowed=[])
    monkeypatch.setattr(
        module.subprocess, "call", lambda command, **_: calls.append(command) or len(calls) == 1
    )
    monkeypatch.setattr(module.subprocess, "check_call", lambda command, **_: calls.append(command) or 0)
    module.require(needs(module), "the tests")
    assert [command[1] for command in calls] == ["install", "update", "install"]


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_need_none(script: Any, monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    module = script("system_packages")
    calls = prepared(module, monkeypatch, allowed=[])
    monkeypatch.setattr(module.sys, "platform", platform)
    module.require(needs(module), "the window")
    assert calls == []


def test_a_library_is_there_when_it_loads(script: Any) -> None:
    module = script("system_packages")
    assert module._loads("libc.so.6")
    assert not module._loads("libtagwell-does-not-exist.so.1")
