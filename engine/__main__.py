"""`tagwell`: the engine from a terminal.  The network is closed before anything else is imported."""

from engine.airgap import engage


def main() -> None:
    """Run the command line and end the process with its exit code."""
    engage("command")
    from engine.command_line.program import run  # after the network is closed

    raise SystemExit(run())


if __name__ == "__main__":
    main()
