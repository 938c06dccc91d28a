#!/usr/bin/env python3
"""Develop: one script that sets up, starts, tests and measures the program, the same on every system.

    python3 packaging/develop.py run                     start the program with its demo project
    python3 packaging/develop.py test [--llm] [--train] [--all] [pytest's own arguments]
    python3 packaging/develop.py check                   format, lint, types, import contracts
    python3 packaging/develop.py bench [NAME…] [--json FILE]
    python3 packaging/develop.py endure                  long fault tests; goes on where it was stopped

It needs Python 3.11 or newer and nothing else, may be called from any folder, and installs nothing twice.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys

if not (3, 11) <= sys.version_info[:2] < (3, 15):
    sys.exit(f"Tagwell needs Python 3.11 to 3.14. This is Python {sys.version.split()[0]}.")

from environments import LLM, ROOT, TEST, TRAIN, Environment, run_environment
from system_packages import COMPILER, ENVIRONMENTS, QT, SCREEN, TESTS, require

NOTHING_COLLECTED = 5
KILLS, KILLS_A_ROUND = 200, 20
CHECKS = (
    ("format", ["-m", "ruff", "format", "--check", "."]),
    ("lint", ["-m", "ruff", "check", "."]),
    ("types", ["-m", "mypy"]),
    ("contracts", ["-c", "from importlinter.cli import lint_imports_command as go; go()"]),
)


def run(_: argparse.Namespace, more: list[str]) -> int:
    """Start the window with the demo project or, without a screen, the same on the command line."""
    has_screen = sys.platform != "linux" or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    require(ENVIRONMENTS, "setting up")
    require(QT + SCREEN if has_screen else (), "the window")
    environment = run_environment()
    environment.prepare()
    if has_screen:
        print("Starting Tagwell with its demo project.", flush=True)
        return python(environment, "-m", "desktop", "--demo", *more)
    print("There is no screen here, so the demo notes are tagged on the command line.", flush=True)
    return python(environment, "-m", "engine", "demo", *more)


def test(chosen: argparse.Namespace, more: list[str]) -> int:
    """Check the source and run the tests; with --llm and --train also those that need a compiler or torch."""
    failed = check(chosen, []) != 0
    require(QT + SCREEN + TESTS, "the tests")
    at_once = ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile"]
    failed |= pytest(TEST, "not llm and not train", more, *at_once)
    if chosen.llm or chosen.all:
        require(COMPILER, "building llama.cpp")
        failed |= pytest(LLM, "llm", more)
    if chosen.train or chosen.all:
        failed |= pytest(TRAIN, "train", more)
    return int(failed)


def check(_: argparse.Namespace, more: list[str]) -> int:
    """Run the formatter, the linter, the type checker and the import contracts, all of them."""
    require(ENVIRONMENTS, "setting up")
    TEST.prepare()
    failures = []
    for name, arguments in CHECKS:
        print(f"Checking: {name}", flush=True)
        if python(TEST, *arguments, *more):
            failures.append(name)
    if failures:
        print(f"The check failed: {', '.join(failures)}.", flush=True)
    return int(bool(failures))


def bench(chosen: argparse.Namespace, more: list[str]) -> int:
    """Run the benchmarks, all or those named."""
    require(ENVIRONMENTS, "setting up")
    require(QT, "the benchmarks")
    TEST.prepare()
    arguments = [*chosen.names, *(["--json", chosen.json] if chosen.json else []), *more]
    return python(TEST, "tests/benchmarks/run.py", *arguments)


def endure(_: argparse.Namespace, more: list[str]) -> int:
    """Run the fault tests for long, in rounds; what is done is remembered, so that it can be stopped."""
    require(ENVIRONMENTS, "setting up")
    require(QT, "the tests")
    TEST.prepare()
    state = ROOT / ".tagwell" / "endure.json"
    state.parent.mkdir(exist_ok=True)
    done = json.loads(state.read_text())["kills"] if state.is_file() else 0
    while done < KILLS:
        print(f"Kills survived so far: {done} of {KILLS}", flush=True)
        os.environ |= {"TAGWELL_KILLS": str(KILLS_A_ROUND), "TAGWELL_SEED": str(done)}
        if pytest(TEST, "endure", more):
            return 1
        done += KILLS_A_ROUND
        state.write_text(json.dumps({"kills": done}))
    state.unlink()
    print(f"Kills survived: {done}. The next call begins anew.", flush=True)
    return 0


def pytest(environment: Environment, which: str, more: list[str], *usual: str) -> bool:
    """Run the tests that carry these marks and return whether any failed, or none was found.

    Where the caller says `more`, it stands instead of what is usual, and there may be none to run.
    """
    environment.prepare()
    print(f"Testing ({which}) in {environment.name}", flush=True)
    code = python(environment, "-m", "pytest", "-m", which, *(more or usual))
    return code not in ({0, NOTHING_COLLECTED} if more else {0})


def python(environment: Environment, *arguments: str) -> int:
    """Run Python of `environment` in the source tree and return its exit code."""
    variables = {**os.environ, **environment.variables}
    if "desktop" not in arguments:
        variables["QT_QPA_PLATFORM"] = "offscreen"
    return subprocess.call([str(environment.python), *arguments], cwd=ROOT, env=variables)


def main() -> int:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(
        prog="develop.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    for action in (run, test, check, bench, endure):
        command = commands.add_parser(action.__name__, help=(action.__doc__ or "").splitlines()[0])
        command.set_defaults(action=action)
        if action is test:
            for option in ("--llm", "--train", "--all"):
                command.add_argument(option, action="store_true")
        if action is bench:
            command.add_argument("names", nargs="*", metavar="NAME")
            command.add_argument("--json", metavar="FILE")
    chosen, more = parser.parse_known_args()
    try:
        return int(chosen.action(chosen, [one for one in more if one != "--"]))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
