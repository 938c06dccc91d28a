"""The air gap closes once and for good, and says how well."""

from __future__ import annotations

from typing import Any

import pytest

from engine.airgap.environment import VARIABLES
from engine.airgap.kernel_filter import machine

filtered = machine() is not None


def test_engaging_sets_the_variables_before_anything_else_is_imported(child: Any) -> None:
    said = child(
        """
import sys
from engine.airgap import engage
said["light"] = not {"onnxruntime", "tokenizers", "numpy", "socket", "msgspec"} & set(sys.modules)
engage("command")
engage("command")
import os
said["set"] = dict(os.environ)
""",
        HF_HUB_OFFLINE="0",
    )
    assert said["light"]
    assert {name: said["set"][name] for name in VARIABLES} == VARIABLES


def test_a_window_may_start_a_worker_and_a_worker_may_start_nothing(child: Any) -> None:
    said = child(
        """
import subprocess, sys
from engine.airgap import engage
engage("window")
worker = "from engine.airgap import engage; engage('worker')"
said["code"] = subprocess.run([sys.executable, "-c", worker]).returncode
engage("worker")
engage("window")
try:
    subprocess.run([sys.executable, "-c", ""])
except PermissionError as error:
    said["refused"] = str(error)
"""
    )
    assert said["code"] == 0
    assert said["refused"] == "Tagwell does not use the network."


def test_a_system_without_a_filter_is_said_to_be_not_enforced(child: Any) -> None:
    said = child(
        """
import platform
platform.machine = lambda: "riscv64"
from engine.airgap import engage, self_test, status
engage("window")
layer = status.layers()[0]
said["layer"] = [layer.state.value, layer.meaning, layer.advice]
said["enforced"] = status.is_enforced()
said["summary"] = status.summary()
said["attempts"] = [[one.what, one.refused, one.how] for one in self_test.run()]
"""
    )
    state, meaning, advice = said["layer"]
    assert state == "NOT ENFORCED"
    assert "riscv64 has no such filter" in meaning
    assert "administrator can enforce it" in advice
    assert not said["enforced"]
    assert said["summary"] == "Offline, NOT ENFORCED by the system"
    outcome = {what: (refused, how) for what, refused, how in said["attempts"]}
    assert outcome["Python: internet socket (IPv4)"] == (True, "refused by the tripwire")
    assert outcome["Python: look-up of a name"] == (True, "refused by the tripwire")
    assert outcome["Native code: internet socket (IPv4)"] == (False, "OPEN")


@pytest.mark.parametrize("role", ["window", "command", "worker"])
@pytest.mark.skipif(not filtered, reason="there is no kernel filter on this system")
def test_every_layer_is_active_and_nothing_gets_through(child: Any, role: str) -> None:
    said = child(
        f"""
from engine.airgap import engage, self_test, status
engage({role!r})
said["layers"] = {{layer.name: layer.state.value for layer in status.layers()}}
attempts = self_test.run()
said["attempts"] = {{one.what: one.how for one in attempts}}
said["all"] = self_test.all_refused(attempts)
said["python"] = status.layers()[1].meaning
"""
    )
    assert set(said["layers"]) == {"Operating system", "Python code", "Switches of libraries", "ONNX Runtime"}
    assert set(said["layers"].values()) <= {"active", "not available"}
    assert said["layers"]["Operating system"] == "active"
    assert said["all"]
    for what in ("internet socket (IPv4)", "raw packets", "io_uring"):
        assert said["attempts"][f"Native code: {what}"] == "refused by the system"
    assert "Refused so far: 4 (socket.__new__, socket.getaddrinfo)" in said["python"]


@pytest.mark.skipif(not filtered, reason="there is no kernel filter on this system")
def test_a_models_process_is_tried_as_well(child: Any) -> None:
    said = child(
        """
from engine.airgap import engage, self_test
engage("command")
attempts = self_test.run_everywhere()
said["all"] = self_test.all_refused(attempts)
said["there"] = [one.what for one in attempts if one.what.startswith("A model’s process, ")]
said["here"] = len(attempts) - len(said["there"])
"""
    )
    assert said["all"]
    assert said["here"] == len(said["there"]) == 8
    assert "A model’s process, Native code: internet socket (IPv4)" in said["there"]


def test_before_it_is_engaged_nothing_is_claimed(child: Any) -> None:
    said = child(
        """
from engine.airgap import self_test, status
said["layers"] = [layer.state.value for layer in status.layers()[:3]]
said["all"] = self_test.all_refused(self_test.run())
""",
        DO_NOT_TRACK="0",
    )
    assert said["layers"] == ["NOT ENFORCED"] * 3
    assert not said["all"]


def test_an_account_that_no_list_knows_gets_a_home_and_a_name(child: Any) -> None:
    said = child(
        """
import os, pwd
for name in ("HOME", "LOGNAME", "USER", "LNAME", "USERNAME"):
    os.environ.pop(name, None)
def unknown(number):
    raise KeyError(number)
pwd.getpwuid = unknown
from engine.airgap import engage
engage("command")
from engine.airgap.account import account_name
said["home"] = os.path.expanduser("~")
said["name"] = account_name()
"""
    )
    assert said["home"] == "/"
    assert said["name"].startswith("user-")
