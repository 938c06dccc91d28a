"""Status: which layers of the air gap hold in this process, in words for the user."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import Enum

from engine.airgap.environment import missing_variables
from engine.airgap.gap import filter_installed, why_no_filter
from engine.airgap.kernel_filter import refuses
from engine.airgap.tripwire import TRIPWIRE

_AF_INET = 2
_SILENT_ONNXRUNTIME = (1, 28)


class State(Enum):
    """How a layer stands."""

    ACTIVE = "active"
    NOT_AVAILABLE = "not available"
    NOT_ENFORCED = "NOT ENFORCED"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: what it is called, how it stands, what that means, and what an administrator can do."""

    name: str
    state: State
    meaning: str
    advice: str = ""


def layers() -> tuple[Layer, ...]:
    """Return every layer of this process, the strongest first."""
    return (_operating_system(), _python(), _libraries(), _inference_library())


def is_enforced() -> bool:
    """Whether the operating system itself refuses this process the network."""
    return filter_installed() and refuses(_AF_INET)


def summary() -> str:
    """Return the state in a few words, for a status bar."""
    return "Offline, enforced by the system" if is_enforced() else "Offline, NOT ENFORCED by the system"


def _operating_system() -> Layer:
    name = "Operating system"
    if is_enforced():
        meaning = "Linux refuses every network socket to this program and to all that it starts."
        return Layer(name, State.ACTIVE, meaning)
    meaning = "Nothing but the program itself keeps this process off the network."
    reason = why_no_filter()
    return Layer(
        name, State.NOT_ENFORCED, f"{meaning} {reason}".strip(), _ADVICE.get(sys.platform, _ADVICE["linux"])
    )


def _python() -> Layer:
    name = "Python code"
    if not TRIPWIRE.armed:
        return Layer(name, State.NOT_ENFORCED, "Network calls by Python code are not watched.")
    meaning = "Network calls by Python code are refused and counted."
    if TRIPWIRE.tripped:
        meaning += f" Refused so far: {len(TRIPWIRE.tripped)} ({', '.join(sorted(set(TRIPWIRE.tripped)))})."
    return Layer(name, State.ACTIVE, meaning)


def _libraries() -> Layer:
    name = "Switches of libraries"
    missing = missing_variables()
    if missing:
        return Layer(name, State.NOT_ENFORCED, f"Not set in the environment: {', '.join(missing)}.")
    return Layer(name, State.ACTIVE, "Telemetry and downloads of the libraries are switched off.")


def _inference_library() -> Layer:
    name = "ONNX Runtime"
    version = _onnxruntime_version()
    if version is None:
        return Layer(name, State.NOT_AVAILABLE, "It is not installed.")
    if tuple(int(part) for part in version.split(".")[:2]) <= _SILENT_ONNXRUNTIME:
        return Layer(name, State.ACTIVE, f"Version {version} sends nothing on Linux and macOS.")
    meaning = f"Version {version} sends telemetry unless it is switched off."
    return Layer(name, State.NOT_ENFORCED, meaning, "Please install version 1.28.")


def _onnxruntime_version() -> str | None:
    from importlib import metadata  # late: a start of the window does not need it

    for distribution in ("onnxruntime", "onnxruntime-gpu"):
        try:
            return metadata.version(distribution)
        except metadata.PackageNotFoundError:
            continue
    return None


_ADVICE = {
    "linux": (
        "An administrator can enforce it: start the program with “unshare -rn”, with “firejail --net=none”, "
        "or as a systemd unit with RestrictAddressFamilies=AF_UNIX."
    ),
    "darwin": (
        "It can be enforced by starting the program with "
        "“sandbox-exec -p '(version 1) (allow default) (deny network*)'”, "
        "or by an administrator with a firewall that blocks outgoing connections of this program."
    ),
    "win32": (
        "An administrator can enforce it with a rule of the Windows firewall: New-NetFirewallRule "
        f"-DisplayName Tagwell -Direction Outbound -Action Block -Program “{sys.executable}”."
    ),
}
