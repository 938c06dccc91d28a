"""Account: who sits here, asked without the network that the air gap closes."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from typing import NamedTuple

_NAMES = ("LOGNAME", "USER", "LNAME", "USERNAME")


def account_name(environ: MutableMapping[str, str] = os.environ) -> str:
    """Return this account's name: from the environment, else the system's list, else by its number.

    A site may keep its accounts on a server.  Behind the air gap that look-up fails,
    and the number is the only name there is.
    """
    for name in _NAMES:
        if environ.get(name):
            return environ[name]
    return _listed().name or _number()


def find_home(environ: MutableMapping[str, str] = os.environ) -> None:
    """See to it that ``HOME`` names a folder, so that no library makes one called ``~``."""
    if os.name == "posix" and not environ.get("HOME"):
        environ["HOME"] = _listed().folder or "/"


class _Entry(NamedTuple):
    name: str = ""
    folder: str = ""


def _listed() -> _Entry:
    """Return this account as the system lists it; empty where it is not listed or there is no list."""
    try:
        import pwd

        found = pwd.getpwuid(os.getuid())
    except (ImportError, AttributeError, KeyError, OSError):  # Windows has neither module nor number
        return _Entry()
    return _Entry(found.pw_name, found.pw_dir)


def _number() -> str:
    try:
        return f"user-{os.getuid()}"
    except AttributeError:
        return "user"
