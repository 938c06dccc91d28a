"""`tagwell`: the engine from a terminal.  The network is closed before anything else is imported."""

import sys

from engine.airgap import engage

OPEN = ["models", "download"]
"""The one command that is for the network: it has a process to itself and touches no project."""


def main() -> None:
    """Run the command line and end the process with its exit code."""
    if sys.argv[1:3] != OPEN:
        engage("command")
    from engine.command_line.bug import tell_bugs_by_place  # after the network is closed
    from engine.command_line.program import run

    tell_bugs_by_place()
    raise SystemExit(run())


if __name__ == "__main__":
    main()
