"""Who sits here is found out without a server."""

from __future__ import annotations

import os
import sys

import pytest

from engine.airgap.account import account_name, find_home

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no list of accounts")


def test_the_environment_is_asked_first() -> None:
    assert account_name({"USER": "nurse"}) == "nurse"
    assert account_name({"LOGNAME": "doctor", "USER": "nurse"}) == "doctor"


def test_the_systems_list_is_asked_next() -> None:
    import pwd

    assert account_name({}) == pwd.getpwuid(os.getuid()).pw_name


def test_a_failing_list_leaves_the_number(monkeypatch: pytest.MonkeyPatch) -> None:
    import pwd

    def unreachable(_number: int) -> object:
        raise OSError("no server")

    monkeypatch.setattr(pwd, "getpwuid", unreachable)
    assert account_name({}) == f"user-{os.getuid()}"
    environ: dict[str, str] = {}
    find_home(environ)
    assert environ["HOME"] == "/"


def test_a_home_that_is_known_is_kept() -> None:
    import pwd

    environ = {"HOME": "/somewhere"}
    find_home(environ)
    assert environ["HOME"] == "/somewhere"
    environ = {}
    find_home(environ)
    assert environ["HOME"] == pwd.getpwuid(os.getuid()).pw_dir
