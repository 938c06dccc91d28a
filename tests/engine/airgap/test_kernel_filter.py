"""The filter refuses what it should on both processors, and only that."""

from __future__ import annotations

import errno
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.airgap.kernel_filter import _MACHINES, FilterUnavailable, Profile, install, machine, program
from engine.airgap.system_calls import DENIED, NEEDED

ALLOW = 0x7FFF0000
REFUSED = 0x00050000 | errno.EACCES
ABSENT = 0x00050000 | errno.ENOSYS
UNIX, INET, NETLINK, INET6, PACKET, BLUETOOTH, VSOCK = 1, 2, 16, 10, 17, 31, 40
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
linux_only = pytest.mark.skipif(machine() is None, reason="there is no kernel filter on this system")


def verdict(profile: Profile, on: str, number: int, argument: int = 0, audit: int | None = None) -> int:
    """What the kernel would say of a call: the filter, run by a little machine of our own."""
    which = _MACHINES[on]
    seen = {0: number, 4: which.audit if audit is None else audit, 16: argument}
    steps, at, accumulator = program(profile, which), 0, 0
    while True:
        code, yes, no, constant = steps[at]
        at += 1
        if code == 0x06:
            return constant
        if code == 0x20:
            accumulator = seen[constant]
            continue
        holds = {0x15: accumulator == constant, 0x35: accumulator >= constant, 0x45: accumulator & constant}
        at += yes if holds[code] else no


def numbers(on: str, name: str) -> int:
    number = {**DENIED, **NEEDED}[name][_MACHINES[on].column]
    assert number is not None
    return number


@pytest.mark.parametrize("on", _MACHINES)
@pytest.mark.parametrize("family", [UNIX, NETLINK])
def test_a_window_keeps_its_local_sockets(on: str, family: int) -> None:
    assert verdict(Profile.WINDOW, on, numbers(on, "socket"), family) == ALLOW
    assert verdict(Profile.WORKER, on, numbers(on, "socket"), family) == REFUSED


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("on", _MACHINES)
@pytest.mark.parametrize("family", [INET, INET6, PACKET, BLUETOOTH, VSOCK, 0, 255])
def test_no_profile_opens_a_socket_that_leaves_the_machine(profile: Profile, on: str, family: int) -> None:
    for call in ("socket", "socketpair"):
        assert verdict(profile, on, numbers(on, call), family) == REFUSED


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("on", _MACHINES)
def test_the_back_doors_are_shut(profile: Profile, on: str) -> None:
    for call in ("io_uring_setup", "io_uring_enter", "io_uring_register", "pidfd_getfd"):
        assert verdict(profile, on, numbers(on, call)) == REFUSED
    # As 32-bit code or under the x32 numbering, the same calls have other numbers.
    other = 0x40000003
    assert verdict(profile, on, numbers(on, "read"), audit=other) == REFUSED
    assert verdict(profile, on, numbers(on, "read") | 0x40000000) == ABSENT


@pytest.mark.parametrize("on", _MACHINES)
def test_a_worker_starts_threads_but_no_processes_and_no_programs(on: str) -> None:
    clone = numbers(on, "clone")
    assert verdict(Profile.WORKER, on, clone, 0x003D0F00) == ALLOW  # as pthread_create asks
    assert verdict(Profile.WORKER, on, clone, 0x01200011) == REFUSED  # as fork asks
    assert verdict(Profile.WORKER, on, numbers(on, "execve")) == REFUSED
    assert verdict(Profile.WORKER, on, 435) == ABSENT  # clone3, so that the C library asks with clone


@pytest.mark.parametrize("on", _MACHINES)
def test_a_worker_may_do_what_is_listed_and_nothing_else(on: str) -> None:
    column = _MACHINES[on].column
    needed = {pair[column] for pair in NEEDED.values()} - {None}
    denied = {pair[column] for pair in DENIED.values()} - {None}
    assert not needed & denied
    clone = numbers(on, "clone")
    for number in set(range(500)) - {clone}:
        expected = ALLOW if number in needed else REFUSED if number in denied else ABSENT
        assert verdict(Profile.WORKER, on, number) == expected


@pytest.mark.parametrize("on", _MACHINES)
def test_the_numbers_are_the_kernels_own(on: str) -> None:
    if not HEADERS[on].exists():
        pytest.skip("the kernel's headers are not installed")
    found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)\s", HEADERS[on].read_text())
    theirs = {name: int(number) for name, number in found}
    column = _MACHINES[on].column
    for name, pair in {**DENIED, **NEEDED}.items():
        if name in theirs and (on == "x86_64" or pair[column] is not None):
            assert pair[column] == theirs[name], name


def test_another_system_says_why_it_has_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(FilterUnavailable, match="has no such filter"):
        install(Profile.WINDOW)


WINDOW = """
import ctypes, errno, os, socket, subprocess, sys, threading
go, asked = threading.Event(), []
def native(family):
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.socket(family, 1, 0)
    return 0 if descriptor >= 0 else ctypes.get_errno()
before = threading.Thread(target=lambda: (go.wait(), asked.append(native(2))))
before.start()
said["open before"] = native(2) == 0
from engine.airgap.kernel_filter import Profile, install
install(Profile.WINDOW)
go.set(); before.join()
said["in an older thread"] = asked[0]
said["errors"] = [native(family) for family in (2, 10, 17)]
said["unix"] = native(1)
left, right = socket.socketpair(); left.close(); right.close()
inner = "import ctypes; l = ctypes.CDLL(None, use_errno=True); print(l.socket(2, 1, 0), ctypes.get_errno())"
said["child"] = subprocess.run([sys.executable, "-c", inner], capture_output=True, text=True).stdout.split()
"""

WORKER = """
import ctypes, os, socket, subprocess, sys, tempfile, threading
from engine.airgap.kernel_filter import Profile, install
install(Profile.WORKER)
def refused(attempt):
    try:
        attempt()
    except PermissionError:
        return True
    return False
said["sockets"] = [refused(lambda: socket.socket(family)) for family in (socket.AF_UNIX, socket.AF_INET)]
said["pair"] = refused(socket.socketpair)
said["program"] = refused(lambda: subprocess.run(["/bin/true"]))
said["exec"] = refused(lambda: os.execv("/bin/true", ["true"]))
said["fork"] = refused(os.fork)
counted = []
threads = [threading.Thread(target=counted.append, args=(one,)) for one in range(4)]
for one in threads: one.start()
for one in threads: one.join()
said["threads"] = len(counted)
import numpy
said["numpy"] = float((numpy.ones((300, 300)) @ numpy.ones((300, 300))).sum())
"""


@linux_only
def test_the_kernel_refuses_a_window_the_network_in_every_thread_and_child(child: Any) -> None:
    said = child(WINDOW)
    assert said["open before"], "this machine lets no one open a socket, so the test would prove nothing"
    assert said["in an older thread"] == errno.EACCES
    assert said["errors"] == [errno.EACCES] * 3
    assert said["unix"] == 0
    assert said["child"] == ["-1", str(errno.EACCES)]


@linux_only
def test_a_worker_computes_and_does_nothing_else(child: Any) -> None:
    said = child(WORKER)
    assert said["sockets"] == [True, True]
    assert (said["pair"], said["program"], said["exec"], said["fork"]) == (True, True, True, True)
    assert said["threads"] == 4
    assert said["numpy"] == 300**3


@linux_only
@pytest.mark.native
def test_the_shipped_model_runs_under_the_workers_filter(child: Any) -> None:
    said = child(
        """
from engine.airgap import engage
engage("worker")
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.taggers.registry import find_tagger, load_tagger
spec = find_tagger()
labels = find_label_set(spec.label_set, models_folder())
tagger = load_tagger(spec, Job())
(answer,) = tagger.tag(["Severe chest pain. Takes aspirin 81 mg daily."], labels, Job())
said["labels"] = [item.label for item in answer.items]
"""
    )
    assert {"problem", "drug"} <= set(said["labels"])
