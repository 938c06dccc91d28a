"""Machine: how much memory there is, and what the processor can do, as far as the system tells."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_CPUINFO = Path("/proc/cpuinfo")
_GROUP = Path("/sys/fs/cgroup")
_LIMITS = (("memory.max", "memory.current"), ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"))


def free_memory() -> int | None:
    """Return the bytes that a program may still take without swapping, or None where that is not known.

    On Linux also what a container allows; on macOS all the memory there is, since the system
    gives back what it keeps.
    """
    if sys.platform == "win32":
        return _windows_memory()
    if sys.platform == "darwin":
        return _macos_memory()
    return _linux_memory()


def cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def peak_memory() -> int:
    """Return the most bytes of memory that this process has held so far, 0 where that is not known."""
    try:
        import resource
    except ImportError:  # not on Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def processor_flags() -> frozenset[str] | None:
    """Return the names of what the processor can do (``avx2``, ``f16c``), or None where that is not known."""
    try:
        lines = _CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    for line in lines:
        key, _, said = line.partition(":")
        if key.strip().lower() in {"flags", "features"}:
            return frozenset(said.split())
    return None


def _linux_memory() -> int | None:
    try:
        lines = _MEMINFO.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    found = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    for limit, used in _LIMITS:
        if (room := _room(_GROUP / limit, _GROUP / used)) is not None:
            found.append(room)
    return min(found, default=None)


def _room(limit: Path, used: Path) -> int | None:
    """Return what a container may still take, or None where it has no limit."""
    try:
        return max(0, int(limit.read_text()) - int(used.read_text()))
    except (OSError, ValueError):  # no such file, or the word “max”
        return None


def _macos_memory() -> int | None:
    size, length = ctypes.c_uint64(), ctypes.c_size_t(8)
    try:
        failed = ctypes.CDLL(None).sysctlbyname(
            b"hw.memsize", ctypes.byref(size), ctypes.byref(length), None, ctypes.c_size_t(0)
        )
    except (OSError, AttributeError):
        return None
    return None if failed else size.value


def _windows_memory() -> int | None:
    class Status(ctypes.Structure):
        _fields_ = [
            ("length", ctypes.c_uint32),
            ("load", ctypes.c_uint32),
            *((name, ctypes.c_uint64) for name in ("total", "free", "c", "d", "e", "f", "g")),
        ]

    status = Status()
    status.length = ctypes.sizeof(status)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - on Windows only
    return status.free if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None
