"""Start: closes the network first, then becomes a worker or opens the window."""

from __future__ import annotations

import sys

from engine.airgap import engage

USAGE = """usage: tagwell-desktop [--demo] [PROJECT]

  PROJECT   a project file (.tagwell) to open; else the one that was open last
  --demo    the demo project: made-up notes, tagged by the model
"""
NO_SCREEN = "There is no screen here, so the window cannot be opened. The same work goes by “tagwell --help”."


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
    import os

    trouble = screen_trouble(dict(os.environ), sys.platform)
    if trouble:
        return _refuse(trouble)
    try:
        from desktop.application import run
    except ImportError as error:
        return _refuse(
            f"The window cannot be opened: {error}. On Debian and Ubuntu, “python3 packaging/develop.py run” "
            "installs what Qt needs."
        )
    names = [one for one in arguments if not one.startswith("-")]
    options = [one for one in arguments if one.startswith("-")]
    return run(names[0] if names else "", demo=demo, arguments=options)


def screen_trouble(environ: dict[str, str], platform: str) -> str:
    """Return why no window can be opened, as a sentence, or nothing: Qt would end the process without one."""
    if platform != "linux" or environ.get("QT_QPA_PLATFORM", "xcb") != "xcb":
        return ""
    from engine.airgap.display import display_trouble

    if not environ.get("DISPLAY") and not environ.get("WAYLAND_DISPLAY"):
        return NO_SCREEN
    return display_trouble(environ) or ""


def _refuse(words: str) -> int:
    sys.stderr.write(words + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
