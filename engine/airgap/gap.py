"""Gap: closing the network to this process, the first thing each entry point does."""

from __future__ import annotations

import threading
from typing import Literal

from engine.airgap.account import find_home
from engine.airgap.environment import set_variables
from engine.airgap.kernel_filter import FilterUnavailable, Profile, install
from engine.airgap.tripwire import TRIPWIRE

Role = Literal["window", "command", "worker"]

_LOCK = threading.Lock()
_INSTALLED: set[Profile] = set()
_UNAVAILABLE: list[str] = []


def engage(role: Role) -> None:
    """Close the network to this process and its children, as far as this system can.

    ``window`` and ``command`` keep local sockets and may start workers; ``worker``
    may do neither.  May be called again; what is closed stays closed.  Never raises
    and prints nothing: `engine.airgap.status` says what came of it.
    """
    set_variables()
    profile = Profile.WORKER if role == "worker" else Profile.WINDOW
    with _LOCK:
        if not _UNAVAILABLE and profile not in _INSTALLED:
            try:
                install(profile)
                _INSTALLED.add(profile)
            except FilterUnavailable as error:
                _UNAVAILABLE.append(str(error))
    TRIPWIRE.arm(programs_too=role == "worker")
    find_home()  # last: a site's look-up of accounts must not be what opens a connection


def filter_installed() -> bool:
    """Whether this process has put a kernel filter on itself."""
    return bool(_INSTALLED)


def why_no_filter() -> str:
    """Return the reason why there is no kernel filter, or empty."""
    return _UNAVAILABLE[0] if _UNAVAILABLE else ""
