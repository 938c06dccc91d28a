"""Self-test: tries to open network sockets in this process and reports what came of it.

Nothing is ever sent: a socket that opens is closed again at once.  This is the one
module of the program that imports `socket`.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from engine.airgap import engage, kernel_filter
from engine.airgap.system_calls import DENIED

_PATIENCE_SECONDS = 30
_NO_NAME = "tagwell-self-test.invalid"
"""A name that no server in the world answers for (RFC 6761)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One thing that was tried, whether it was refused, and by whom or why."""

    what: str
    refused: bool
    how: str


def run() -> tuple[Attempt, ...]:
    """Try every way to the network and return what happened; takes some milliseconds.

    Engage the air gap before calling it: it is a test of what is engaged.
    """
    return tuple(Attempt(what, *_outcome(attempt)) for what, attempt in _attempts())


def run_everywhere() -> tuple[Attempt, ...]:
    """Try in this process, and in one closed as a model's process is; takes a tenth of a second.

    A frozen program cannot start the second one this way, and tries in this process only.
    """
    here = run()
    if getattr(sys, "frozen", False):
        return here
    command = [sys.executable, "-P", "-m", "engine.airgap.self_test"]
    path = {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    try:
        done = subprocess.run(
            command, env={**os.environ, **path}, capture_output=True, timeout=_PATIENCE_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        return (*here, Attempt("A model’s process", refused=False, how=f"not tried ({type(error).__name__})"))
    there = (Attempt(*one) for one in json.loads(done.stdout))
    return here + tuple(replace(one, what=f"A model’s process, {one.what}") for one in there)


def all_refused(attempts: tuple[Attempt, ...]) -> bool:
    """Whether nothing got through."""
    return all(attempt.refused for attempt in attempts)


def _attempts() -> list[tuple[str, Callable[[], None]]]:
    tries: list[tuple[str, Callable[[], None]]] = [
        ("Python: internet socket (IPv4)", lambda: _python_socket(socket.AF_INET, socket.SOCK_STREAM)),
        ("Python: internet socket (IPv6)", lambda: _python_socket(socket.AF_INET6, socket.SOCK_STREAM)),
        ("Python: datagram socket", lambda: _python_socket(socket.AF_INET, socket.SOCK_DGRAM)),
        ("Python: look-up of a name", _look_up),
        ("Native code: internet socket (IPv4)", lambda: _native_socket(socket.AF_INET)),
        ("Native code: internet socket (IPv6)", lambda: _native_socket(socket.AF_INET6)),
    ]
    if sys.platform == "linux":
        tries.append(("Native code: raw packets", lambda: _native_socket(socket.AF_PACKET)))
    if kernel_filter.machine() is not None:
        tries.append(("Native code: io_uring", _io_uring))
    return tries


def _outcome(attempt: Callable[[], None]) -> tuple[bool, str]:
    try:
        attempt()
    except PermissionError as error:
        by_tripwire = error.errno is None
        return True, "refused by the tripwire" if by_tripwire else "refused by the system"
    except OSError as error:
        return True, f"not there on this system ({errno.errorcode.get(error.errno or 0, 'no code')})"
    return False, "OPEN"


def _python_socket(family: int, kind: int) -> None:
    socket.socket(family, kind).close()


def _look_up() -> None:
    """Look up a name; that it is unknown would mean that someone was asked."""
    try:
        socket.getaddrinfo(_NO_NAME, 80)
    except socket.gaierror:
        return


def _native_socket(family: int) -> None:
    """Open a socket as a C library would, unseen by Python."""
    if sys.platform == "win32":
        library = ctypes.WinDLL("ws2_32")
        handle = library.socket(family, 1, 0)
        if handle == -1:
            code = library.WSAGetLastError()
            raise PermissionError(code, "refused") if code == errno.WSAEACCES else OSError(code, "failed")
        library.closesocket(handle)
        return
    libc = ctypes.CDLL(None, use_errno=True)
    _closed(libc.socket(family, 1, 0))


def _io_uring() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    on = kernel_filter.machine()
    number = DENIED["io_uring_setup"][on.column] if on else None
    room = ctypes.create_string_buffer(256)  # struct io_uring_params is 120 bytes
    _closed(libc.syscall(number, 1, ctypes.byref(room)))


def _closed(descriptor: int) -> None:
    if descriptor < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    os.close(descriptor)


if __name__ == "__main__":
    engage("worker")
    sys.stdout.write(json.dumps([astuple(one) for one in run()]))
