"""Bug: what is said of a failure that nobody foresaw: where it happened, never what it held."""

from __future__ import annotations

import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

import engine

_ROOT = Path(engine.__file__).parents[1]


def tell_bugs_by_place() -> None:
    """From now on print unforeseen failures of this process without their messages.

    A message of Python or of a library may quote the value it stumbled over, and that may be
    note text.  The exit code stays 1.
    """
    sys.excepthook = _tell
    threading.excepthook = lambda caught: _tell(caught.exc_type, caught.exc_value, caught.exc_traceback)


def _tell(kind: type[BaseException], _error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("Stopped.\n")
        return
    places = [f"  {_shown(one.filename)}, line {one.lineno}" for one in traceback.extract_tb(trace)]
    told = (
        f"The program failed in a way that was not foreseen ({kind.__name__}).",
        "What was finished before stays.",
        "Please report this, with these lines. Nothing of the notes is in them.",
        *places,
    )
    sys.stderr.write("\n".join(told) + "\n")


def _shown(file: str) -> str:
    """Return the file without what lies above the program: that may be a person's name."""
    path = Path(file)
    return path.relative_to(_ROOT).as_posix() if path.is_relative_to(_ROOT) else path.name
