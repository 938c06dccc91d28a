"""Report: what went wrong in our own program, without a word of any note."""

from __future__ import annotations

import platform
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import qVersion

from engine.errors import TagwellError

CAUSES_AT_MOST = 5


def bug_report(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None, doing: str = ""
) -> str:
    """Return versions, the kind of the exception and the places it passed.

    Messages of foreign exceptions may quote what they choked on, so only those of our
    own tree, which hold no note text, are repeated; of all others only the kind is.
    Source lines and local values are left out as well.
    """
    lines = [
        f"Tagwell {program_version()}, Python {platform.python_version()}, Qt {qVersion()}",
        f"{platform.system()} {platform.release()} {platform.machine()}",
        f"While: {doing or 'working'}",
        "",
    ]
    chain: list[tuple[type[BaseException], BaseException, TracebackType | None]] = [(kind, error, trace)]
    cause = error.__cause__ or error.__context__
    while cause is not None and len(chain) < CAUSES_AT_MOST:
        chain.append((type(cause), cause, cause.__traceback__))
        cause = cause.__cause__ or cause.__context__
    for one_kind, one, its_trace in chain:
        words = f": {one}" if isinstance(one, TagwellError) else ""
        lines.append(f"{one_kind.__module__}.{one_kind.__qualname__}{words}")
        lines += [
            f"  {place.filename}:{place.lineno} in {place.name}" for place in traceback.extract_tb(its_trace)
        ]
    return "\n".join(lines)


def program_version() -> str:
    """Return the version of the program as installed, or that it runs from its source."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("tagwell")
    except PackageNotFoundError:
        return "(from source)" if not getattr(sys, "frozen", False) else "(unknown)"
