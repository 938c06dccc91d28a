"""Kernel filter: a seccomp program of our own by which Linux refuses this process the network.

It needs no package and no administrator, holds for native code and for children,
and can never be taken off again.  `engine.airgap.system_calls` has the numbers.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from engine.airgap.system_calls import DENIED, NEEDED, Numbers


class Profile(Enum):
    """How much a process may do."""

    WINDOW = "window"  # everything but network sockets: the screen is reached through a local one
    WORKER = "worker"  # what a model needs and nothing else: no socket of any kind, no new program


@dataclass(frozen=True, slots=True)
class Machine:
    """A processor as seccomp knows it: its place in `Numbers`, and its audit number."""

    column: int
    audit: int
    seccomp: int


_MACHINES = {"x86_64": Machine(0, 0xC000003E, 317), "aarch64": Machine(1, 0xC00000B7, 277)}

LOCAL_FAMILIES = (1, 16)
"""AF_UNIX, and AF_NETLINK by which a program asks its own kernel for devices."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_FIRST_X32_CALL = 0x40000000
_CLONE_THREAD = 0x00010000
_PR_SET_NO_NEW_PRIVS, _SET_MODE_FILTER, _ALL_THREADS = 38, 1, 1

Instruction = tuple[int, int, int, int]
"""Code, jump if true, jump if false, constant."""


class FilterUnavailable(Exception):
    """The kernel or the processor takes no filter; ``str()`` is the reason, for the user."""


def machine() -> Machine | None:
    """Return the processor of this process, or None where there is no filter for it."""
    wide = struct.calcsize("P") * 8 == 64  # noqa: PLR2004 - a 32-bit program on a 64-bit kernel has other numbers
    return _MACHINES.get(platform.machine()) if sys.platform == "linux" and wide else None


def program(profile: Profile, on: Machine) -> list[Instruction]:
    """Return the filter's instructions for `profile` on the processor `on`."""
    refuse = _refuse(errno.EACCES)
    start: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, on.audit),
        refuse,  # a call made as 32-bit code would have other numbers
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, _FIRST_X32_CALL),
        _refuse(errno.ENOSYS),
    ]
    if profile is Profile.WINDOW:
        return [*start, *_window_rules(on), _allow()]
    return [*start, *_worker_rules(on), _refuse(errno.ENOSYS)]


def _window_rules(on: Machine) -> list[Instruction]:
    forbidden = ("io_uring_setup", "io_uring_enter", "io_uring_register", "pidfd_getfd")
    rules = _each(DENIED, forbidden, on, _refuse(errno.EACCES))
    for call in ("socket", "socketpair"):
        local = [one for family in LOCAL_FAMILIES for one in ((_EQUAL, 0, 1, family), _allow())]
        rules += _guarded(DENIED[call][on.column], [*local, _refuse(errno.EACCES)])
    return rules


def _worker_rules(on: Machine) -> list[Instruction]:
    rules = _each(NEEDED, NEEDED, on, _allow())
    threads_only = [(_ANY_BIT, 0, 1, _CLONE_THREAD), _allow(), _refuse(errno.EACCES)]
    rules += _guarded(DENIED["clone"][on.column], threads_only)
    return rules + _each(DENIED, DENIED.keys() - {"clone"}, on, _refuse(errno.EACCES))


def _each(numbers: Numbers, names: Iterable[str], on: Machine, verdict: Instruction) -> list[Instruction]:
    known = sorted(number for name in names if (number := numbers[name][on.column]) is not None)
    return [one for number in known for one in ((_EQUAL, 0, 1, number), verdict)]


def _guarded(number: int | None, rules: Sequence[Instruction]) -> list[Instruction]:
    """Return `rules` over the first argument, reached by the call `number` only."""
    if number is None:
        return []
    return [(_EQUAL, 0, len(rules) + 1, number), (_LOAD, 0, 0, _FIRST_ARGUMENT_AT), *rules]


def _allow() -> Instruction:
    return (_RETURN, 0, 0, _ALLOW)


def _refuse(number: int) -> Instruction:
    return (_RETURN, 0, 0, _ERRNO | number)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def install(profile: Profile) -> None:
    """Put the filter on every thread of this process, for good; filters add up.

    Raises:
        FilterUnavailable: not Linux, not a processor we know, or the kernel refuses.
    """
    on = machine()
    if on is None:
        raise FilterUnavailable(f"{platform.system()} on {platform.machine()} has no such filter.")
    code = b"".join(struct.pack("=HBBI", *one) for one in program(profile, on))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise FilterUnavailable("The kernel does not let a program give up its privileges.")
    wanted = _Program(len(code) // 8, code)
    result = libc.syscall(on.seccomp, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(wanted))
    if result != 0:
        reason = errno.errorcode.get(ctypes.get_errno(), "unknown") if result < 0 else f"thread {result}"
        raise FilterUnavailable(f"The kernel does not take the filter ({reason}).")


def refuses(family: int) -> bool:
    """Whether the kernel refuses a socket of this `family` to native code, by trying; nothing is sent."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.socket(family, 1, 0)
    if descriptor < 0:
        return ctypes.get_errno() == errno.EACCES
    libc.close(descriptor)
    return False
