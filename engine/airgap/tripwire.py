"""Tripwire: an audit hook that stops Python code which reaches for the network, on every system.

It sees Python only: native code passes it by.  It can never be taken off again.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

_LOCAL_FAMILIES = frozenset({-1, 1, 16})
"""A socket someone handed us (its family not said), AF_UNIX, AF_NETLINK."""

_SOCKET_CALLS = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"})
_NETWORK_CALLS = frozenset(
    {
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
        "socket.getnameinfo",
        "urllib.Request",
        "http.client.connect",
        "ftplib.connect",
        "smtplib.connect",
        "poplib.connect",
        "imaplib.open",
        "nntplib.connect",
        "telnetlib.Telnet.open",
        "webbrowser.open",
    }
)
_PROGRAM_CALLS = frozenset(
    {
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "pty.spawn",
    }
)
_WATCHED = _SOCKET_CALLS | _NETWORK_CALLS | _PROGRAM_CALLS | {"socket.__new__"}


class Tripwire:
    """The hook of this process.  `tripped` holds what it stopped, by the name of the event only."""

    def __init__(self) -> None:
        self.armed = False
        self.programs_too = False
        self.tripped: list[str] = []
        self._lock = threading.Lock()

    def arm(self, *, programs_too: bool) -> None:
        """Refuse the network from now on, and starting programs as well if `programs_too`."""
        with self._lock:
            self.programs_too = self.programs_too or programs_too
            if not self.armed:
                sys.addaudithook(self._hook())
                self.armed = True

    def _hook(self) -> Callable[[str, tuple[object, ...]], None]:
        watched = _WATCHED  # a local name: this runs at every opened file

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            if event in watched and self._is_refused(event, arguments):
                self.tripped.append(event)
                raise PermissionError("Tagwell does not use the network.")

        return hook

    def _is_refused(self, event: str, arguments: tuple[object, ...]) -> bool:
        if event == "socket.__new__":
            return arguments[1] not in _LOCAL_FAMILIES
        if event in _SOCKET_CALLS:
            return getattr(arguments[0], "family", None) not in _LOCAL_FAMILIES
        return event in _NETWORK_CALLS or self.programs_too


TRIPWIRE = Tripwire()
"""The one of this process; it does nothing before it is armed."""
