"""The tripwire stops Python code that reaches out, and lets the rest pass."""

from __future__ import annotations

from typing import Any

import pytest

SCENE = """
import os, socket, subprocess, sys, urllib.request, http.client
from engine.airgap.tripwire import TRIPWIRE
TRIPWIRE.arm(programs_too={programs_too})
TRIPWIRE.arm(programs_too=False)
left, right = socket.socketpair()
left.sendall(b"x")
said["local"] = right.recv(1).decode()
left.close(); right.close()
def tried(attempt):
    try:
        attempt()
    except PermissionError:
        return "refused"
    except OSError:
        return "failed"
    return "done"
said["outcomes"] = [tried(one) for one in (
    lambda: socket.socket(),
    lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
    lambda: socket.getaddrinfo("localhost", 80),
    lambda: socket.gethostbyname("localhost"),
    lambda: urllib.request.urlopen("http://localhost:9/"),
    lambda: http.client.HTTPConnection("localhost", 9).connect(),
)]
said["program"] = tried(lambda: subprocess.run([sys.executable, "-c", ""], check=True))
said["tripped"] = TRIPWIRE.tripped
"""


@pytest.mark.parametrize("programs_too", [False, True])
def test_what_reaches_out_is_refused_and_counted(child: Any, *, programs_too: bool) -> None:
    said = child(SCENE.format(programs_too=programs_too))
    assert said["local"] == "x"
    assert said["outcomes"] == ["refused"] * 6
    assert said["program"] == ("refused" if programs_too else "done")
    assert len(said["tripped"]) == 6 + programs_too
    assert {"socket.__new__", "socket.getaddrinfo", "urllib.Request"} <= set(said["tripped"])


def test_an_unarmed_tripwire_stands_in_nobodys_way(child: Any) -> None:
    said = child(
        """
import engine.airgap.tripwire, socket
socket.socket().close()
said["tripped"] = engine.airgap.tripwire.TRIPWIRE.tripped
"""
    )
    assert said["tripped"] == []


def test_a_server_that_waits_for_others_is_refused(child: Any) -> None:
    said = child(
        """
import socket
waiting = socket.socket()
from engine.airgap.tripwire import TRIPWIRE
TRIPWIRE.arm(programs_too=False)
try:
    waiting.bind(("127.0.0.1", 0))
except PermissionError:
    said["refused"] = True
waiting.close()
"""
    )
    assert said["refused"]
