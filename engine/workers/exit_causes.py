"""Exit causes: what ended a process, by its signal or code."""

from __future__ import annotations

import signal

_MEANINGS = {
    "SIGKILL": "the system may have run out of memory",
    "SIGSEGV": "it touched memory that is not its own",
    "SIGABRT": "its library gave up",
    "SIGBUS": "a file it was reading was cut short, or the disk failed",
    "SIGILL": "its library does not fit this processor",
    "SIGFPE": "it divided by zero",
    "SIGSYS": "it asked the system for something that is forbidden to it",
}
_WINDOWS = {
    0xC0000005: "SIGSEGV",
    0xC000001D: "SIGILL",
    0xC0000094: "SIGFPE",
    0xC0000409: "SIGABRT",
    0xC0000017: "SIGKILL",
}


def exit_cause(code: int) -> str:
    """Return what a process's exit `code` means: ``SIGSEGV: it touched …``, or ``exit code 3``."""
    name = _signal_name(code)
    if not name:
        return f"exit code {code}"
    return f"{name}: {_MEANINGS[name]}" if name in _MEANINGS else name


def _signal_name(code: int) -> str:
    if code >= 0:
        return _WINDOWS.get(code, "")
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
