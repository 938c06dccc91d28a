"""What holds for every test: a home of its own, no screen, no network, and nothing left behind."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

# Before anything imports Qt or a library that telephones or writes into the user's folders.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
HOME = Path(tempfile.mkdtemp(prefix="tagwell-tests-"))
FOLDERS = {
    "HOME": HOME,
    "USERPROFILE": HOME,
    "APPDATA": HOME / "roaming",
    "LOCALAPPDATA": HOME / "local",
    "XDG_DATA_HOME": HOME / ".local" / "share",
    "XDG_CONFIG_HOME": HOME / ".config",
    "XDG_CACHE_HOME": HOME / ".cache",
    "XDG_STATE_HOME": HOME / ".local" / "state",
}
os.environ.update({name: str(folder) for name, folder in FOLDERS.items()})

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

from engine.airgap.environment import set_variables  # noqa: E402

set_variables()

# A busy machine is no failure; where nobody watches, the same examples each time.
settings.register_profile(
    "tagwell",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("tagwell")

GRACE_SECONDS = 3.0
INTERNET = frozenset({socket.AF_INET, socket.AF_INET6, getattr(socket, "AF_PACKET", socket.AF_INET)})
REACHED_OUT: list[str] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    """Note every attempt of a test to open a network socket, and refuse it."""
    if event == "socket.__new__":
        if arguments[1] not in INTERNET:
            return
    elif event not in {"socket.getaddrinfo", "socket.gethostbyname"}:
        return
    REACHED_OUT.append(event)
    raise PermissionError("a test may not use the network")


sys.addaudithook(_watch)


def pytest_unconfigure() -> None:
    """Take the home of this session away."""
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture
def reached_out() -> list[str]:
    """The list of what this test tried on the network; a test that tries on purpose clears it."""
    return REACHED_OUT


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    """Fail a test that reached for the network, or left a thread, a process or a filter behind."""
    threads, children, filtered = set(threading.enumerate()), _children(), _filter_mode()
    REACHED_OUT.clear()
    yield
    assert not REACHED_OUT, f"the test reached for the network: {REACHED_OUT}"
    assert _filter_mode() == filtered, "the test closed the network to the whole test run; do it in a child"
    until = time.monotonic() + GRACE_SECONDS
    while (left := _left(threads, children)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not left, f"the test left behind: {', '.join(left)}"


def _left(threads: set[threading.Thread], children: dict[int, str]) -> list[str]:
    ours = [
        f"thread {one.name}"
        for one in threading.enumerate()
        if one not in threads and not isinstance(one, threading._DummyThread)
    ]
    return ours + [f"process {name} ({pid})" for pid, name in _children().items() if pid not in children]


def _children() -> dict[int, str]:
    """Return the living processes that this one started, by number; none where the system does not tell."""
    found: dict[int, str] = {}
    for task in Path("/proc/self/task").glob("*/children"):
        try:
            for pid in map(int, task.read_text().split()):
                name, state = _named(pid)
                if state != "Z":
                    found[pid] = name
        except OSError:  # the thread or the process has ended meanwhile
            continue
    return found


def _named(pid: int) -> tuple[str, str]:
    """Return the name and the state of a process."""
    said = Path(f"/proc/{pid}/stat").read_text()
    return said[said.index("(") + 1 : said.rindex(")")], said[said.rindex(")") + 2]


def _filter_mode() -> str:
    """Return whether the kernel filters this process; empty where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return ""
    return next((line for line in lines if line.startswith("Seccomp:")), "")
