"""System packages: what Qt and the tests need of Debian, found by trying, installed where that is allowed."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """A package of Debian, and how to see that what it brings is there."""

    package: str
    is_there: Callable[[], bool]


def _library(package: str, name: str) -> Need:
    return Need(package, lambda: _loads(name))


def _program(package: str, name: str) -> Need:
    return Need(package, lambda: shutil.which(name) is not None)


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


_QUIETLY = ("-qq", "-o", "Dpkg::Use-Pty=0")

# The lists were found by adding packages to a bare Debian 12 until the program ran.
QT = (
    _library("libgl1", "libGL.so.1"),
    _library("libegl1", "libEGL.so.1"),
    _library("libfontconfig1", "libfontconfig.so.1"),
    _library("libdbus-1-3", "libdbus-1.so.3"),
    _library("libxkbcommon0", "libxkbcommon.so.0"),
    _library("libglib2.0-0", "libgthread-2.0.so.0"),
)
SCREEN = (
    _library("libxcb-cursor0", "libxcb-cursor.so.0"),
    _library("libxcb-icccm4", "libxcb-icccm.so.4"),
    _library("libxcb-keysyms1", "libxcb-keysyms.so.1"),
    _library("libxcb-shape0", "libxcb-shape.so.0"),
    _library("libxkbcommon-x11-0", "libxkbcommon-x11.so.0"),
)
TESTS = (_program("xvfb", "Xvfb"), _program("strace", "strace"))
COMPILER = (_program("g++", "g++"),)
ENVIRONMENTS = (Need("python3-venv", lambda: importlib.util.find_spec("ensurepip") is not None),)


def require(needs: Iterable[Need], what_for: str) -> None:
    """See to it that `needs` are met, by installing what is missing.

    On Windows and macOS nothing is needed.  Where packages may not be installed, the
    program ends with a sentence that names the command for an administrator.
    """
    if sys.platform != "linux":
        return
    missing = [need.package for need in needs if not need.is_there()]
    if not missing:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    allowed = _allowed()
    if allowed is None:
        sys.exit(
            f"{what_for} needs packages of the system that are missing: {' '.join(missing)}\n"
            f"Please have an administrator run: sudo {' '.join(install)}\n"
            "(Elsewhere than on Debian and Ubuntu they have other names.)"
        )
    print(f"Installing packages of the system for {what_for}: {' '.join(missing)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # A fresh machine has no lists of packages yet, an old one has stale ones.
    if subprocess.call([*allowed, *install, *_QUIETLY], env=environment):
        subprocess.call([*allowed, "apt-get", "update", *_QUIETLY], env=environment)
        subprocess.check_call([*allowed, *install, *_QUIETLY], env=environment)


def _allowed() -> list[str] | None:
    """Return what comes before apt-get here, or None where packages may not be installed."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.call([sudo, "-n", "true"], stderr=subprocess.DEVNULL) == 0:
        return [sudo, "-n", "--preserve-env=DEBIAN_FRONTEND"]
    return None
