"""Start: closes the network first, then becomes a worker or opens the window."""

from __future__ import annotations

import sys

from engine.airgap import engage

USAGE = """usage: tagwell-desktop [--demo] [PROJECT]

  PROJECT   a project file (.tagwell) to open; else the one that was open last
  --demo    the demo project: made-up notes, tagged by the model
"""


def main() -> int:
    """Run the window, or one worker where the program was started as such; return the exit code."""
    if "--worker" in sys.argv[1:2]:  # a frozen program has no `python -m`; a worker needs no Qt
        from engine.workers.worker import main as work

        work()
        return 0
    engage("window")
    arguments = [one for one in sys.argv[1:] if one != "--demo"]
    if any(one in ("-h", "--help") for one in arguments):
        sys.stdout.write(USAGE)
        return 0
    return _open_window(arguments, demo="--demo" in sys.argv[1:])


def _open_window(arguments: list[str], *, demo: bool) -> int:
    from pathlib import Path

    from engine.airgap.display import display_trouble

    trouble = display_trouble()
    if trouble is not None:
        sys.stderr.write(trouble + "\n")
        return 2
    from desktop.application import run

    names = [one for one in arguments if not one.startswith("-")]
    options = [one for one in arguments if one.startswith("-")]
    return run(Path(names[0]) if names else None, demo=demo, arguments=options)


if __name__ == "__main__":
    sys.exit(main())
