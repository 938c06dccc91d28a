"""Display: a screen that would be reached through the network, recognised before Qt gives up on it."""

from __future__ import annotations

import os
from collections.abc import Mapping


def display_trouble(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return a sentence if the only screen is one behind the network, else None.

    ``DISPLAY=:0`` is this machine's, reached by a local socket; ``localhost:10.0`` (as
    ssh sets it) and ``host:0`` are reached by TCP, which the air gap closes.
    """
    if environ.get("WAYLAND_DISPLAY"):
        return None
    display = environ.get("DISPLAY", "")
    host = display.rpartition(":")[0]
    if not host or host.startswith("/") or host in ("unix", "unix/"):
        return None
    return (
        f"The screen “{display}” is reached through the network, which Tagwell closes to itself. "
        "Please use the screen of this machine, or a remote desktop whose session runs on it "
        "(such as VNC, RDP or X2Go)."
    )
